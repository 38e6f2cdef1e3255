/**
 * The brand of a platform as pages show it: addresses of its files, which hold the digest of what is behind them, and the style made of its
 * colour, its type and its own sheet. From settings and files to the shell; what is at those addresses is answered here, too.
 */
import { createHash } from "node:crypto";
import type { Brand, BrandFile, BrandFont, BrandPicture } from "../../domain/status/brand.ts";
import type { ShownState } from "../../domain/status/service.ts";
import { serviceStates } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Language } from "../language.ts";
import { toSnapshot, type Snapshot } from "../snapshot.ts";
import { markOnIcon } from "./mark.ts";
import { securityHeaders } from "./security.ts";

export interface ShownLogo {
  light: string;
  /** Null: the same. */
  dark: string | null;
  width: number;
  height: number;
  withName: boolean;
}

export interface ShownBrand {
  logo: ShownLogo | null;
  /** The logo for light surfaces as a data: address, for drawings; null: it has none. */
  drawnLogo(): (Pick<ShownLogo, "width" | "height" | "withName"> & { data: string }) | null;
  /** Address of its style sheet, to come after ours; null: it has none. */
  style: string | null;
  /** Address of the icon in a state; null: it has none of its own. */
  icon(state: ShownState): string | null;
  /** That icon as an SVG document; null: it has none of its own. */
  drawIcon(state: ShownState): string | null;
  /** For the foot of pages. */
  links(language: Pick<Language, "code">): { text: string; address: string }[];
  support: string | null;
  /** All addresses under /brand/ that its pages may refer to. */
  addresses: readonly string[];
  /** The answer to one of them. */
  find(path: string): Snapshot | undefined;
}

const noBrand: Brand = {};
const kept = new WeakMap<Brand, ShownBrand>();

/** What a board's platform looks like. */
export function brandOf({ settings, brandFiles = new Map() }: StatusBoard): ShownBrand {
  const { brand = noBrand, languages } = settings;
  let shown = kept.get(brand);
  if (shown === undefined) {
    shown = toShown(brand, languages[0] ?? "en", brandFiles);
    kept.set(brand, shown);
  }
  return shown;
}

function toShown(brand: Brand, firstLanguage: string, files: ReadonlyMap<string, BrandFile>): ShownBrand {
  const { logo, favicon, links = [], support = null } = brand;
  const sheet = styleOf(brand, textOf(files.get(brand.css ?? "")));
  const style = sheet === "" ? null : `/brand/${digestOf(sheet)}.css`;
  const pictures = [logo?.light, logo?.dark, favicon].filter((picture) => picture != null);
  const states: ShownState[] = [...serviceStates, "unknown"];
  const iconAt = (state: ShownState) =>
    favicon === undefined ? null : `/brand/${favicon.digest.slice(0, 16)}-${state}.svg`;
  const makers = new Map<string, () => Snapshot>();
  for (const picture of pictures) {
    const content = files.get(picture.digest)?.content;
    if (content !== undefined) {
      makers.set(addressOf(picture), () => answerOf(Buffer.from(content), types[picture.kind]));
    }
  }
  const icon = files.get(favicon?.digest ?? "");
  const drawIcon = (state: ShownState) => (icon === undefined ? null : markOnIcon(state, dataUrl(icon)));
  for (const state of icon === undefined ? [] : states) {
    makers.set(iconAt(state)!, () => answerOf(Buffer.from(drawIcon(state)!), types.svg));
  }
  if (style !== null) {
    makers.set(style, () => answerOf(Buffer.from(sheet), types.css));
  }
  const made = new Map<string, Snapshot>();
  return {
    logo:
      logo === undefined
        ? null
        : {
            light: addressOf(logo.light),
            dark: logo.dark === null ? null : addressOf(logo.dark),
            ...{ width: logo.light.width, height: logo.light.height, withName: logo.withName },
          },
    drawnLogo() {
      const file = files.get(logo?.light.digest ?? "");
      return logo === undefined || file === undefined
        ? null
        : {
            ...{ data: dataUrl(file), withName: logo.withName },
            ...{ width: logo.light.width, height: logo.light.height },
          };
    },
    style,
    icon: iconAt,
    drawIcon,
    links: ({ code }) =>
      links.map(({ title, address }) => ({
        text: title[code] ?? title[firstLanguage] ?? Object.values(title)[0] ?? address,
        address,
      })),
    support,
    addresses: [...makers.keys()],
    find(path) {
      const answer = made.get(path) ?? makers.get(path)?.();
      if (answer !== undefined) {
        made.set(path, answer);
      }
      return answer;
    },
  };
}

function addressOf({ digest, kind }: BrandPicture): string {
  return `/brand/${digest.slice(0, 16)}.${kind}`;
}

const types = { svg: "image/svg+xml; charset=utf-8", png: "image/png", css: "text/css; charset=utf-8" };

/** A picture that is opened by itself may do nothing, whatever it holds. */
function answerOf(content: Buffer, type: string): Snapshot {
  return toSnapshot(content, {
    ...securityHeaders,
    "Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox",
    "Content-Type": type,
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
    Vary: "Accept-Encoding",
  });
}

function dataUrl({ kind, content }: BrandFile): string {
  const type = kind === "svg" ? "image/svg+xml" : "image/png";
  return `data:${type};base64,${Buffer.from(content).toString("base64")}`;
}

function textOf(file: BrandFile | undefined): string {
  return file === undefined ? "" : Buffer.from(file.content).toString("utf8");
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Every machine has one of each; what stands first is met most often. */
const families: Record<Exclude<BrandFont, "sans">, string> = {
  humanist: 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", source-sans-pro, sans-serif',
  geometric: 'Avenir, "Avenir Next", Montserrat, Corbel, "URW Gothic", source-sans-pro, sans-serif',
  grotesque:
    'Bahnschrift, "DIN Alternate", "Franklin Gothic Medium", "Nimbus Sans Narrow", sans-serif-condensed, sans-serif',
  rounded:
    'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Manjari, "Arial Rounded MT Bold", Calibri, sans-serif',
  serif: 'Charter, "Bitstream Charter", "Sitka Text", Cambria, "Liberation Serif", Georgia, serif',
  slab: 'Rockwell, "Rockwell Nova", "Roboto Slab", "DejaVu Serif", "Sitka Small", serif',
};

/** Its style sheet: tokens of ours that it sets, then its own. Empty: it says nothing of style. */
function styleOf({ accent, font }: Brand, own: string): string {
  const tokens =
    accent === undefined
      ? ""
      : `@media not (prefers-contrast: more) {\n  :root {\n    --accent: light-dark(${accent.light}, ${accent.dark});\n    --link: var(--accent);\n  }\n}\n`;
  const type = font === undefined || font === "sans" ? "" : `:root {\n  font-family: ${families[font]};\n}\n`;
  return tokens + type + own;
}
