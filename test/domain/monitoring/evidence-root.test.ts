import { describe, expect, it } from "vitest";
import {
  daysWithoutRoot,
  parseRootText,
  type RootStatement,
  rootText,
} from "../../../src/domain/monitoring/evidence-root.ts";

const day = 86_400_000;
const monday = Date.UTC(2026, 10, 16);
const lisbon = { probe: "lisbon-1", location: "lisbon", sequence: 7, digest: "a".repeat(64), key: "AAAA" };
const osaka = { probe: "osaka-1", location: "osaka", sequence: 9, digest: "b".repeat(64), key: "BBBB" };
const statement: RootStatement = {
  day: monday,
  previous: "c".repeat(64),
  chains: [lisbon, osaka],
  rules: [{ service: "beacon", digest: "d".repeat(64) }],
};

describe("a day's root", () => {
  it("has one text, in whatever order chains are given, and is read back from it", () => {
    const text = rootText(statement);
    expect(rootText({ ...statement, chains: [osaka, lisbon] })).toBe(text);
    expect(parseRootText(text)).toEqual(statement);
    expect(text).toContain('"day":"2026-11-16"');
    expect(parseRootText(rootText({ ...statement, previous: null })).previous).toBeNull();
  });

  it("refuses whatever is not exactly such a text", () => {
    const text = rootText(statement);
    const bad = [
      "",
      "null",
      "[]",
      " " + text,
      text.replace("-16", "-99"),
      text.replace('"sequence":7', '"sequence":"7"'),
      text.replace('"version":1', '"version":2'),
      JSON.stringify({ ...(JSON.parse(text) as object), more: 1 }),
    ];
    for (const one of bad) {
      expect(() => parseRootText(one), one.slice(0, 80)).toThrow("not of the known form");
    }
  });

  it("is due for every day that is over, from the first batch on, also after a long absence", () => {
    expect(daysWithoutRoot(null, monday + 5, monday + day - 1)).toEqual([]);
    expect(daysWithoutRoot(null, monday + 5, monday + day)).toEqual([monday]);
    expect(daysWithoutRoot(monday, monday, monday + 3 * day + 7)).toEqual([monday + day, monday + 2 * day]);
  });
});
