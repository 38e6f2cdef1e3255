/**
 * A drawing (SVG) as a PNG, where only pixels are taken: previews in chats, logos in letters and on paper. Drawn on a thread of its own, with
 * the embedded type and nothing from elsewhere: no file, no address, no font of the machine. What draws is loaded by the first drawing: a server
 * starts without it.
 */
import { faceFiles, faceName } from "./type-face.ts";

/**
 * @param width of the picture, px; absent: that of the drawing
 * @throws Error when the drawing cannot be read
 */
export async function drawPng(svg: string | Uint8Array, width?: number): Promise<Buffer> {
  const { renderAsync } = await import("@resvg/resvg-js");
  const picture = await renderAsync(typeof svg === "string" ? svg : Buffer.from(svg), {
    font: {
      fontFiles: Object.values(faceFiles),
      loadSystemFonts: false,
      defaultFontFamily: faceName,
      sansSerifFamily: faceName,
    },
    fitTo: width === undefined ? { mode: "original" } : { mode: "width", value: width },
  });
  return picture.asPng();
}
