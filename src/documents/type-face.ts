/** The one family of type that documents and pictures are set in, embedded, and how wide its words run. Between its files and whoever sets text. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import PdfDocument from "pdfkit";

const require = createRequire(import.meta.url);
const pathOf = (name: string) => require.resolve(`@expo-google-fonts/ibm-plex-sans/${name}.ttf`);

/** Files of its weights: Latin, Greek and Cyrillic, its figures all of one width. */
export const faceFiles = {
  text: pathOf("400Regular/IBMPlexSans_400Regular"),
  strong: pathOf("600SemiBold/IBMPlexSans_600SemiBold"),
};
export type Weight = keyof typeof faceFiles;
export const faceName = "IBM Plex Sans";

let measuring: PDFKit.PDFDocument | undefined;

/** Width of a line of text at a size, in the unit of the size. */
export function widthOfText(text: string, weight: Weight, size: number): number {
  measuring ??= openMeasure();
  return measuring.font(weight).fontSize(size).widthOfString(text);
}

function openMeasure(): PDFKit.PDFDocument {
  const doc = new PdfDocument({ autoFirstPage: false });
  for (const weight of ["text", "strong"] as const) {
    doc.registerFont(weight, readFileSync(faceFiles[weight]));
  }
  return doc;
}
