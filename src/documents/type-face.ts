/** The one family of type that documents and pictures are set in, embedded, and how wide its words run. Between its files and whoever sets text. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type PdfDocument from "pdfkit";

const require = createRequire(import.meta.url);
const pathOf = (name: string) => require.resolve(`@expo-google-fonts/ibm-plex-sans/${name}.ttf`);

/** Files of its weights: Latin, Greek and Cyrillic, its figures all of one width. */
export const faceFiles = {
  text: pathOf("400Regular/IBMPlexSans_400Regular"),
  strong: pathOf("600SemiBold/IBMPlexSans_600SemiBold"),
};
export type Weight = keyof typeof faceFiles;
export const faceName = "IBM Plex Sans";

/** An empty document that knows these weights by name. What makes it is loaded by the first one: a server starts without it. */
export function openDocument(options: PDFKit.PDFDocumentOptions): PDFKit.PDFDocument {
  const Document = require("pdfkit") as typeof PdfDocument;
  const doc = new Document(options);
  for (const weight of ["text", "strong"] as const) {
    doc.registerFont(weight, fontOf(weight));
  }
  return doc;
}

const fonts = new Map<Weight, Buffer>();

/** Embedded, so that every reader sees the same page. */
function fontOf(weight: Weight): Buffer {
  let font = fonts.get(weight);
  if (font === undefined) {
    font = readFileSync(faceFiles[weight]);
    fonts.set(weight, font);
  }
  return font;
}

let measuring: PDFKit.PDFDocument | undefined;

/** Width of a line of text at a size, in the unit of the size. */
export function widthOfText(text: string, weight: Weight, size: number): number {
  measuring ??= openDocument({ autoFirstPage: false });
  return measuring.font(weight).fontSize(size).widthOfString(text);
}
