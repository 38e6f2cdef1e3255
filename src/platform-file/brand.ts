/** What the platform looks like, of what the platform file says of it: the files it names are looked at, and stand under their digests. */
import { createHash } from "node:crypto";
import {
  type Brand,
  type BrandFile,
  type BrandLink,
  type BrandPicture,
  largestBrandFile,
  surfaces,
} from "../domain/status/brand.ts";
import { nearestReadable } from "../domain/status/colour.ts";
import { lookAtPicture, lookAtStyle } from "./brand-file.ts";
import type { Note, Path } from "./mistakes.ts";
import type { brand } from "./described-brand.ts";
import { inLanguages } from "./incidents.ts";
import type { ReadBeside } from "./includes.ts";
import type { ValueOf } from "./shapes.ts";

export type SaidBrand = ValueOf<typeof brand>;

export interface BrandContext {
  /** Of the page; the first is the default. */
  languages: readonly string[];
  /** Gives the bytes of a file beside the platform file; absent: none can be read. */
  readFile: ReadBeside | undefined;
  note: Note;
}

/** What a platform looks like, and the files it takes. */
export interface BrandWithFiles {
  brand: Brand;
  files: BrandFile[];
}

/** Paths of the files that it names, once each. */
export function brandPaths({ logo, favicon, css }: SaidBrand): string[] {
  const logos = typeof logo === "string" ? [logo] : [logo?.light, logo?.dark];
  return [...new Set([...logos, favicon, css].filter((path) => path !== undefined))];
}

/** The brand; where a file cannot be taken, that is noted, and it is left out. */
export function toBrand(said: SaidBrand, context: BrandContext): BrandWithFiles {
  const path = ["platform", "brand"];
  const files = new Map<string, BrandFile>();
  const { languages, note } = context;

  const bytesOf = (file: string, place: Path): Uint8Array | null => {
    const content = context.readFile?.(file) ?? null;
    if (content === null) {
      note(`${file} cannot be read`, place);
    } else if (content.length > largestBrandFile) {
      note(`${file} must have at most ${largestBrandFile} bytes`, place);
    } else {
      return content;
    }
    return null;
  };
  const keep = (kind: BrandFile["kind"], content: Uint8Array): string => {
    const digest = createHash("sha256").update(content).digest("hex");
    files.set(digest, { digest, kind, content });
    return digest;
  };
  const picture = (file: string | undefined, place: Path): BrandPicture | undefined => {
    const content = file === undefined ? null : bytesOf(file, place);
    if (content === null) {
      return undefined;
    }
    const found = lookAtPicture(content, file!);
    if ("wrong" in found) {
      note(`${file} ${found.wrong}`, place);
      return undefined;
    }
    return { digest: keep(found.value.kind, content), ...found.value };
  };
  const style = (file: string | undefined, place: Path): string | undefined => {
    const content = file === undefined ? null : bytesOf(file, place);
    if (content === null) {
      return undefined;
    }
    const found = lookAtStyle(content);
    if ("wrong" in found) {
      note(`${file} ${found.wrong}`, place);
      return undefined;
    }
    return keep("css", content);
  };

  const { logo, accent, font, links, support, framed_by: framedBy } = said;
  const written = typeof logo === "string" ? { light: logo } : (logo ?? {});
  const logoPath = [...path, "logo"];
  const light = picture(written.light, typeof logo === "string" ? logoPath : [...logoPath, "light"]);
  const dark = picture(written.dark, [...logoPath, "dark"]);
  const favicon = picture(said.favicon, [...path, "favicon"]);
  const css = style(said.css, [...path, "css"]);
  return {
    brand: {
      ...(light === undefined
        ? {}
        : { logo: { light, dark: dark ?? null, withName: written.name !== "hidden" } }),
      ...(favicon === undefined ? {} : { favicon }),
      ...(accent === undefined ? {} : { accent: toAccent(accent) }),
      ...(font === undefined ? {} : { font }),
      ...(css === undefined ? {} : { css }),
      ...(links === undefined
        ? {}
        : {
            links: links.map(({ title, address }, i): BrandLink => ({
              title: inLanguages(title, [...path, "links", i, "title"], { languages, note }),
              address: address ?? "",
            })),
          }),
      ...(support === undefined ? {} : { support }),
      ...(framedBy === undefined ? {} : { framedBy: [...new Set(framedBy)] }),
    },
    files: [...files.values()],
  };
}

/** One colour alone is that of light pages; on dark ones it is as much lighter as it has to be. */
function toAccent(said: NonNullable<SaidBrand["accent"]>): NonNullable<Brand["accent"]> {
  return typeof said === "string"
    ? { light: said, dark: nearestReadable(said, surfaces.dark) }
    : { light: said.light ?? "", dark: said.dark ?? "" };
}
