import { describe, expect, it } from "vitest";
import { drawPng } from "../../src/documents/raster.ts";
import { widthOfText } from "../../src/documents/type-face.ts";
import { readPng } from "../support/png.ts";

describe("a drawing as pixels", () => {
  it("has the size and the colours it was drawn in", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#fbfaf7"/><rect x="10" width="10" height="20" fill="#c40f18"/></svg>';
    const pixels = readPng(await drawPng(svg));
    expect([pixels.width, pixels.height]).toEqual([40, 20]);
    expect([pixels.at(5, 5), pixels.at(15, 5), pixels.at(25, 19)]).toEqual(["#fbfaf7", "#c40f18", "#fbfaf7"]);
    expect(pixels.count("#c40f18")).toBe(200);
    expect(readPng(await drawPng(svg, 80)).height).toBe(40);
  });

  it("sets words in the embedded type, as wide as they were measured, in every language of the page", async () => {
    for (const words of [
      "All services are running",
      "Alle tjenester kører, også på Færøerne",
      "Déçu? À bientôt, œuvre",
    ]) {
      const width = Math.ceil(widthOfText(words, "strong", 40));
      const svg = (text: string) =>
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 20}" height="60"><rect width="100%" height="60" fill="#ffffff"/><text y="44" font-family="IBM Plex Sans" font-weight="600" font-size="40">${text}</text></svg>`;
      const pixels = readPng(await drawPng(svg(words)));
      const inked = (x: number) =>
        Array.from({ length: 60 }, (_, y) => pixels.at(x, y)).some((colour) => colour !== "#ffffff");
      const last = Array.from({ length: width + 20 }, (_, x) => x).findLast(inked)!;
      expect(Math.abs(last - width)).toBeLessThan(8);
    }
  });

  it("asks for nothing: a picture from elsewhere is not there", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#ffffff"/><image href="file:///etc/hostname" width="9" height="9"/><image href="http://127.0.0.1:9/a.png" width="9" height="9"/></svg>';
    expect(readPng(await drawPng(svg)).count("#ffffff")).toBe(81);
  });

  it("refuses what is no drawing", async () => {
    await expect(drawPng("<html></html>")).rejects.toThrow();
  });
});
