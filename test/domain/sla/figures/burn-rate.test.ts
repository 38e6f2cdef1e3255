import { expect, test } from "vitest";
import { burnReadings } from "../../../../src/domain/sla/figures/burn-rate.ts";
import { printDecimal } from "../../../../src/domain/sla/figures/exact.ts";
import { parseTarget } from "../../../../src/domain/sla/figures/ratio.ts";

const alert = { name: "page", longMs: 1_000_000, shortMs: 100_000, threshold: 2 };

test.each([
  [
    "both windows at the threshold",
    [
      { start: 999_800, end: 1_000_000 },
      { start: 0, end: 1_800 },
    ],
    true,
    "2.000000",
    "2.000000",
  ],
  ["the long one below it", [{ start: 999_800, end: 1_000_000 }], false, "0.200000", "2.000000"],
  ["the short one below it", [{ start: 0, end: 900_000 }], false, "900.000000", "0.000000"],
])("with %s an alert fires or not", (_, down, fires, long, short) => {
  const sorted = down.toSorted((a, b) => a.start - b.start);
  const [reading] = burnReadings(sorted, [alert], parseTarget("99.9"), 1_000_000);
  expect(reading!.fires).toBe(fires);
  expect([printDecimal(reading!.longBurn, 6), printDecimal(reading!.shortBurn, 6)]).toEqual([long, short]);
});

test("a window reaches from its length before the instant up to it, not including it", () => {
  const at = (start: number, end: number) =>
    printDecimal(burnReadings([{ start, end }], [alert], parseTarget("90"), 1_000_000)[0]!.shortBurn, 6);
  expect([at(1_000_000, 1_100_000), at(899_999, 900_000), at(900_000, 900_001)]).toEqual([
    "0.000000",
    "0.000000",
    "0.000100",
  ]);
});

test("a promise of 100 % leaves nothing to burn", () => {
  expect(() => burnReadings([], [alert], parseTarget("100"), 0)).toThrow("no budget");
});
