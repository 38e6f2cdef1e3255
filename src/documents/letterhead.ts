/**
 * A brand's logo where only pixels are taken, at the head of letters and on paper: drawn once, in the size it is shown in, and carried along.
 * Nobody's mail reader asks anything of anybody for it. From the brand's files to letters and documents.
 */
import type { BrandFile, BrandLogo } from "../domain/status/brand.ts";
import { type Letter, withSender } from "./letter.ts";
import { drawPng } from "./raster.ts";

export interface Letterhead {
  /** PNG, twice as large as it is shown. */
  light: Uint8Array;
  /** On dark surfaces; null: the same. */
  dark: Uint8Array | null;
  /** As it is shown in a letter, px. */
  width: number;
  height: number;
  /** Whether the platform's name stands beside it. */
  withName: boolean;
  /** What it was drawn from, for names of what it stands in. */
  digest: string;
}

/** What goes along with a letter and is shown in it. */
export interface InlinePicture {
  name: string;
  type: string;
  content: Uint8Array;
  /** By which the letter refers to it (RFC 2392). */
  inline: string;
}

/** Room for a logo in a letter, px. */
const room = { width: 220, height: 32 };

/** Null: a file of the logo is missing. @throws Error when one of them cannot be drawn */
export async function drawLetterhead(
  { light, dark, withName }: BrandLogo,
  files: ReadonlyMap<string, BrandFile>,
): Promise<Letterhead | null> {
  const scale = Math.min(room.width / light.width, room.height / light.height);
  const [width, height] = [light.width, light.height].map((px) => Math.max(1, Math.round(px * scale)));
  const draw = async (digest: string) => {
    const file = files.get(digest);
    return file === undefined
      ? null
      : file.kind === "svg"
        ? await drawPng(file.content, width! * 2)
        : file.content;
  };
  const [drawn, inDark] = [await draw(light.digest), dark === null ? null : await draw(dark.digest)];
  return drawn === null
    ? null
    : {
        ...{ light: drawn, dark: inDark, width: width!, height: height!, withName },
        digest: `${light.digest} ${dark?.digest ?? ""} ${withName}`,
      };
}

/** The letter under the logo, and the pictures that go with it; without a logo as it was. */
export function underLetterhead<T extends Letter>(
  letter: T,
  head: Letterhead | null,
): { letter: T; pictures: InlinePicture[] } {
  if (head === null) {
    return { letter, pictures: [] };
  }
  const { light, dark, width, height, withName } = head;
  const picture = (id: string, kind: string, alt: string) =>
    `<img class="logo ${kind}" src="cid:${id}" width="${width}" height="${height}" alt="${alt}">`;
  const pictures = [pictureOf("logo", light), ...(dark === null ? [] : [pictureOf("logo-dark", dark)])];
  const html = withSender(letter.html, (name) => {
    const [alt, beside] = withName ? ["", ` ${name}`] : [name, ""];
    const logo =
      dark === null
        ? picture("logo", "plate", alt)
        : picture("logo", "by-day", alt) + picture("logo-dark", "by-night", alt);
    return logo + beside;
  });
  return { letter: { ...letter, html }, pictures };
}

function pictureOf(inline: string, content: Uint8Array): InlinePicture {
  return { name: `${inline}.png`, type: "image/png", content, inline };
}

/** The letter as a browser shows it: with its pictures in it, instead of beside it. */
export function letterInBrowser(
  html: string,
  attachments: readonly { type: string; content: Uint8Array; inline?: string }[],
): string {
  return attachments.reduce(
    (shown, { type, content, inline }) =>
      inline === undefined
        ? shown
        : shown.replaceAll(
            `src="cid:${inline}"`,
            `src="data:${type};base64,${Buffer.from(content).toString("base64")}"`,
          ),
    html,
  );
}
