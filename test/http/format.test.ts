import { describe, expect, it } from "vitest";
import { formatDuration, formatInstant, formatPercent, formatResponseTime } from "../../src/http/format.ts";
import { readLanguages } from "../../src/http/language.ts";

const en = readLanguages().get("en")!;
const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("a duration in words", () => {
  it.each([
    [0, "0 s"],
    [1, "< 1 s"],
    [999, "< 1 s"],
    [1_000, "1 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [252_000, "4 min 12 s"],
    [259_200, "4 min 19 s"],
    [3_599_999, "59 min 59 s"],
    [3_600_000, "1 h"],
    [7_500_000, "2 h 5 min"],
    [86_399_999, "23 h 59 min"],
    [86_400_000, "1 d"],
    [100_800_000, "1 d 4 h"],
    [-32_520, "32 s"],
  ])("of %i ms is %s: the two largest units, cut off", (ms, words) => {
    expect(plain(formatDuration(ms, en))).toBe(words);
  });
});

describe("numbers in words", () => {
  it("keep every digit of a percentage and set its sign apart", () => {
    expect(formatPercent("99.999", en)).toBe("99.999\u00a0%");
  });

  it("tell response times in ms below a second and in seconds from there", () => {
    expect([0.4, 231.9, 999.9, 1_000, 1_239].map((ms) => plain(formatResponseTime(ms, en)))).toEqual([
      "0 ms",
      "231 ms",
      "999 ms",
      "1.00 s",
      "1.23 s",
    ]);
  });

  it("write instants in the zone that is asked for", () => {
    const at = Date.UTC(2026, 9, 25, 1, 30);
    expect(formatInstant(at, "time", "Europe/Copenhagen", en)).toBe("02:30");
    expect(formatInstant(at, "time", "UTC", en)).toBe("01:30");
    expect(formatInstant(at, "date", "UTC", en)).toBe("25 October 2026");
  });
});
