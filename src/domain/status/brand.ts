/**
 * How a platform looks to its customers, beyond what Fournines looks like by itself: its logo, its colour, its type, its links. Words of
 * the platform file; what the files it names hold stands apart (BrandFile), under the digest of their bytes.
 */

/** Families of type that every machine has: nothing is asked for from anywhere. */
export const brandFonts = ["sans", "humanist", "geometric", "grotesque", "rounded", "serif", "slab"] as const;
export type BrandFont = (typeof brandFonts)[number];

/** A picture that the platform file names. */
export interface BrandPicture {
  /** SHA-256 of its bytes, hex. */
  digest: string;
  kind: "svg" | "png";
  /** Its own size, px: room is kept for it before it has come. */
  width: number;
  height: number;
}

export interface BrandLogo {
  light: BrandPicture;
  /** On dark surfaces; null = the same. */
  dark: BrandPicture | null;
  /** Whether the platform's name stands beside it; a logo that is a word needs none. */
  withName: boolean;
}

export interface BrandLink {
  /** By language of the page; one that is missing is read in the first of the platform. */
  title: Record<string, string>;
  /** https: or mailto:. */
  address: string;
}

/** What was said of it; what is absent is as it always is. */
export interface Brand {
  logo?: BrandLogo;
  favicon?: BrandPicture;
  /** "#rrggbb", each readable on the surfaces of its half (colour.ts). */
  accent?: { light: string; dark: string };
  font?: BrandFont;
  /** Digest of a style sheet that comes after ours. */
  css?: string;
  /** At the foot of every page, in this order. */
  links?: BrandLink[];
  /** Where readers find help: https: or mailto:. */
  support?: string;
  /** Origins whose pages may show /embed in a frame; absent = all. */
  framedBy?: string[];
}

/** The bytes of a file that a platform file names. */
export interface BrandFile {
  /** SHA-256 of them, hex. */
  digest: string;
  kind: "svg" | "png" | "css";
  content: Uint8Array;
}

/** Largest file of a brand, bytes: it travels with every first visit. */
export const largestBrandFile = 64 * 1024;

/** What an accent has to be read on: paper, sheets and washes of views/assets/page/tokens.css, in each half. */
export const surfaces = {
  light: ["#fbfaf7", "#ffffff", "#fff2f0", "#fff6e6", "#eff6ff"],
  dark: ["#121417", "#191c21", "#371b19", "#2e2314", "#1b232f"],
} as const;

/** Digests of the files it is made of. */
export function brandDigests({ logo, favicon, css }: Brand): string[] {
  return [
    ...new Set(
      [logo?.light.digest, logo?.dark?.digest, favicon?.digest, css].filter((digest) => digest !== undefined),
    ),
  ];
}
