import { expect, test } from "vitest";
import { errorBudget } from "../../../../src/domain/sla/figures/error-budget.ts";
import { parseTarget } from "../../../../src/domain/sla/figures/ratio.ts";

const target = parseTarget("99.99");

test.each([
  [
    "thirty days, nothing spent",
    2_592_000_000,
    0,
    { allowedMs: 259_200, leftMs: 259_200, burnPercent: "0.00" },
  ],
  ["spent to the last ms", 2_592_000_000, 259_200, { allowedMs: 259_200, leftMs: 0, burnPercent: "100.00" }],
  ["overspent by one", 2_592_000_000, 259_201, { allowedMs: 259_200, leftMs: -1, burnPercent: "100.00" }],
  [
    "March in Copenhagen",
    2_674_800_000,
    300_000,
    { allowedMs: 267_480, leftMs: -32_520, burnPercent: "112.15" },
  ],
  ["a fraction of a ms is not given away", 19_999, 0, { allowedMs: 1, leftMs: 1, burnPercent: "0.00" }],
  [
    "a leap January from its 30th day",
    2_592_000_000,
    0,
    { allowedMs: 259_200, leftMs: 259_200, burnPercent: "0.00" },
  ],
  [
    "the cycle after it, an hour short",
    2_588_400_000,
    0,
    { allowedMs: 258_840, leftMs: 258_840, burnPercent: "0.00" },
  ],
  ["31 days", 2_678_400_000, 0, { allowedMs: 267_840, leftMs: 267_840, burnPercent: "0.00" }],
])("the budget of %s", (_, eligibleMs, downMs, expected) => {
  expect(errorBudget(eligibleMs, downMs, target)).toEqual({ ...expected, spentMs: downMs });
});

test("a promise of 100 % allows nothing, and no share of it can be spent", () => {
  expect(errorBudget(2_592_000_000, 5, parseTarget("100"))).toEqual({
    allowedMs: 0,
    spentMs: 5,
    leftMs: -5,
    burnPercent: null,
  });
});

test("a fraction of a ms of downtime is spent as a whole one", () => {
  const half = { numerator: 1n, denominator: 2n };
  expect(errorBudget(2_592_000_000, half, target)).toMatchObject({ spentMs: 1, leftMs: 259_199 });
});
