import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contrast,
  fromOklch,
  leastContrast,
  nearestReadable,
  readableContrast,
  toColour,
} from "../../../src/domain/status/colour.ts";

const anyColour = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, "0")}`);

describe("a colour", () => {
  it("is written with three digits or six", () => {
    expect(["#0a5", "#00AA55", "#00aa5", "00aa55", "red", "#ggg"].map(toColour)).toEqual([
      ...["#00aa55", "#00aa55"],
      ...[null, null, null, null],
    ]);
  });

  it("stands out by what WCAG says", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 10);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.478, 3);
    expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.542, 3);
    expect(contrast("#ffffff", "#767676")).toBe(contrast("#767676", "#ffffff"));
    expect(leastContrast("#767676", ["#ffffff", "#eeeeee"])).toBe(contrast("#767676", "#eeeeee"));
  });

  it("of CSS is what browsers show", () => {
    // As Chromium gives them for oklch().
    expect(fromOklch(1, 0, 0)).toBe("#ffffff");
    expect(fromOklch(0.628, 0.2577, 29.23)).toBe("#ff0000");
    expect(fromOklch(0.452, 0.3132, 264.05)).toBe("#0000ff");
  });

  it("is left alone where it can be read, and moved as little as it takes where it cannot", () => {
    expect(nearestReadable("#767676", ["#ffffff"])).toBe("#767676");
    expect(nearestReadable("#ffd400", ["#ffffff"])).toMatch(/^#8/);
    expect(contrast(nearestReadable("#7fb3ff", ["#ffffff"]), "#ffffff")).toBeLessThan(4.7);
  });

  it("can be read on every surface once it was moved, whatever it was", () => {
    for (const surfaces of [
      ["#fbfaf7", "#ffffff"],
      ["#121417", "#191c21"],
    ]) {
      fc.assert(
        fc.property(anyColour, (colour) => {
          const moved = nearestReadable(colour, surfaces);
          expect(toColour(moved)).toBe(moved);
          expect(leastContrast(moved, surfaces)).toBeGreaterThanOrEqual(readableContrast);
          expect(nearestReadable(moved, surfaces)).toBe(moved);
        }),
        { numRuns: 300 },
      );
    }
  });
});
