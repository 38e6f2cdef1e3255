import { describe, expect, it } from "vitest";
import { parseCheck } from "./parsing.ts";
import { longhand, shorthand } from "./samples.ts";

const hourMs = 3_600_000;

describe("a kind of check", () => {
  it.each(shorthand)("has a short form: %s", (lines, target) => {
    expect(parseCheck(lines).target).toEqual(target);
  });

  it.each(longhand)("can be told everything: %s", (lines, target) => {
    expect(parseCheck(lines).target).toEqual(target);
  });

  it.each([
    ["1m", 60_000],
    ["10m", 60_000],
    ["2h", 720_000],
    ["31d", hourMs],
  ])("check-in of %s has a grace of a tenth, within a minute and an hour", (period, graceMs) => {
    expect(parseCheck(`check-in: ${period}`).target).toMatchObject({ graceMs });
  });
});
