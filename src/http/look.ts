/** What every page is printed with: templates and assets, read once for all rooms. */
import { type Assets, readAssets } from "./assets.ts";
import { openHeaders } from "./pages/security.ts";
import { openTemplates, type Render } from "./templates.ts";

export interface Look {
  print: Render;
  assets: Assets;
}

export function openLook(): Look {
  return { print: openTemplates(), assets: readAssets(openHeaders) };
}
