/** A brand's logo for tests: drawn in two colours, for light and for dark surfaces, and as pixels. */
import { createHash } from "node:crypto";
import type { BrandFile, BrandLogo, BrandPicture } from "../../src/domain/status/brand.ts";

const svg = (colour: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="88" height="16"><rect width="88" height="16" fill="${colour}"/></svg>`;

function fileOf(text: string): BrandFile {
  const content = new TextEncoder().encode(text);
  return { digest: createHash("sha256").update(content).digest("hex"), kind: "svg", content };
}

const [light, dark] = [fileOf(svg("#1e88e5")), fileOf(svg("#90caf9"))];
const pictureOf = ({ digest }: BrandFile): BrandPicture => ({ digest, kind: "svg", width: 88, height: 16 });

export const brandLogo: BrandLogo = { light: pictureOf(light), dark: pictureOf(dark), withName: true };
export const brandFiles: ReadonlyMap<string, BrandFile> = new Map(
  [light, dark].map((file) => [file.digest, file]),
);
