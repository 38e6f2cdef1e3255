import fc from "fast-check";
import { expect, test } from "vitest";
import { InvalidInput } from "../../../src/domain/errors.ts";
import { parseDuration, printDuration } from "../../../src/domain/time/duration.ts";

test.each([
  ["15s", 15_000],
  ["5m", 300_000],
  ["24h", 86_400_000],
  ["7d", 604_800_000],
  ["1h30m", 5_400_000],
  ["250ms", 250],
  ["1m500ms", 60_500],
  ["0s", 0],
  ["90m", 5_400_000],
])("%s is %i ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "15", "s", "1.5h", "-5s", "5 m", "30m1h", "1h1h", "5S", "15sec", "99999999999999999d"])(
  "%j is refused, with the rule",
  (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidInput);
    expect(() => parseDuration(text)).toThrow("the largest first, like 15s");
  },
);

test.each([
  [0, "0s"],
  [999, "999ms"],
  [5_400_000, "1h30m"],
  [86_400_000, "1d"],
  [90_061_001, "1d1h1m1s1ms"],
])("%i ms is printed %s", (ms, text) => {
  expect(printDuration(ms)).toBe(text);
});

test("what is printed parses to the same", () => {
  fc.assert(
    fc.property(fc.nat({ max: 400 * 86_400_000 }), (ms) => {
      expect(parseDuration(printDuration(ms))).toBe(ms);
    }),
  );
});
