/** What is the same on every page of a platform: its name, its address, its languages, what it looks like. From the board to the shell. */
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Assets } from "../assets.ts";
import type { Language } from "../language.ts";
import { offeredLanguages } from "./languages.ts";

export interface Site {
  platform: string;
  /** "https://status.example.org", without a slash at the end; null: not known. */
  address: string | null;
  languages: readonly Language[];
  assets: Assets;
  /** Of the board; what open pages compare events with. Empty on pages that do not change under their readers. */
  version: string;
}

/** What it is made of beside the board. */
export interface SiteDeps {
  look: { assets: Assets };
  /** BASE_URL, where the platform says no address of its own. */
  baseUrl: string | null;
}

/** The platform of a board, as its pages show it. */
export function siteOf({ settings }: StatusBoard, { look, baseUrl }: SiteDeps, version = ""): Site {
  return {
    platform: settings.name,
    address: settings.address ?? baseUrl,
    languages: offeredLanguages(settings.languages),
    assets: look.assets,
    version,
  };
}
