import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Brand, brandDigests, surfaces } from "../../../src/domain/status/brand.ts";
import { fromOklch } from "../../../src/domain/status/colour.ts";

const style = readFileSync(new URL("../../../views/assets/page/tokens.css", import.meta.url), "utf8");

/** Both halves of a token of page/tokens.css, as they are shown. */
function token(name: string): [light: string, dark: string] {
  const [, light = "", dark = ""] =
    new RegExp(`--${name}: light-dark\\((oklch\\([^)]*\\)), (oklch\\([^)]*\\))\\)`).exec(style) ?? [];
  const shown = (written: string) =>
    fromOklch(...(written.slice("oklch(".length, -1).split(" ").map(Number) as [number, number, number]));
  return [shown(light), shown(dark)];
}

describe("a brand", () => {
  it("has its colour held against the very surfaces that pages have", () => {
    const tokens = ["paper", "sheet", "wash-down", "wash-degraded", "wash-maintenance"].map(token);
    expect(surfaces).toEqual({ light: tokens.map(([light]) => light), dark: tokens.map(([, dark]) => dark) });
  });

  it("names each of its files once", () => {
    const picture = { digest: "a", kind: "svg", width: 1, height: 1 } as const;
    const brand: Brand = {
      logo: { light: picture, dark: { ...picture, digest: "b" }, withName: true },
      favicon: picture,
      css: "c",
    };
    expect(brandDigests(brand)).toEqual(["a", "b", "c"]);
    expect(brandDigests({})).toEqual([]);
  });
});
