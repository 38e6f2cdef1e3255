import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ceil,
  compare,
  difference,
  type Exact,
  floor,
  parseDecimal,
  printDecimal,
  product,
  quotient,
  round,
  simplest,
  sum,
} from "../../../../src/domain/sla/figures/exact.ts";

const over = (numerator: number, denominator: number): Exact => ({
  numerator: BigInt(numerator),
  denominator: BigInt(denominator),
});
const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
const exacts = fc.oneof(
  whole,
  fc.tuple(whole, fc.integer({ min: 1, max: 1_000 })).map(([a, b]) => over(a, b)),
);

test.each([
  [over(6, 4), over(3, 2)],
  [over(6, 3), 2],
  [over(-6, 3), -2],
  [over(0, 7), 0],
  [5, 5],
])("%o in lowest terms is %o", (value, expected) => {
  expect(simplest(value)).toEqual(expected);
});

test("a large product does not lose its last digit", () => {
  expect(product(2_678_400_001, 100_000_001).numerator).toBe(267_840_002_778_400_001n);
});

describe("rounding", () => {
  test.each([
    [over(5, 2), 2n, 3n, 2n],
    [over(7, 2), 4n, 4n, 3n],
    [over(-5, 2), -2n, -2n, -3n],
    [over(9, 4), 2n, 2n, 2n],
    [over(11, 4), 3n, 3n, 2n],
    [7, 7n, 7n, 7n],
  ])("%o is %i half even, %i half up, %i floored", (value, even, up, down) => {
    expect([round(value, "half_even"), round(value, "half_up"), round(value, "floor")]).toEqual([
      even,
      up,
      down,
    ]);
  });

  test("a fraction above a whole number is above it", () => {
    expect([ceil(over(1, 3)), ceil(over(-1, 3)), ceil(over(4, 2)), ceil(3)]).toEqual([1, 0, 2, 3]);
    expect([floor(over(1, 3)), floor(over(-1, 3))]).toEqual([0n, -1n]);
  });
});

describe("decimals", () => {
  test.each([
    ["14.4", over(144, 10)],
    ["-0.5", over(-5, 10)],
    ["100", over(100, 1)],
  ])("%s is read exactly", (text, expected) => {
    expect(compare(parseDecimal(text)!, expected)).toBe(0);
  });

  test.each(["", ".5", "5.", "1e3", "1,5", "1/2", " 1", "0x1"])("%j is none", (text) => {
    expect(parseDecimal(text)).toBeNull();
  });

  test("are printed truncated toward zero", () => {
    expect([printDecimal(over(2, 3), 6), printDecimal(over(-2, 3), 2), printDecimal(over(5, 1), 0)]).toEqual([
      "0.666666",
      "-0.66",
      "5",
    ]);
  });
});

test("sums, differences, products and quotients undo each other, for any numbers", () => {
  fc.assert(
    fc.property(exacts, exacts, (a, b) => {
      expect(compare(difference(sum(a, b), b), a)).toBe(0);
      fc.pre(compare(b, 0) !== 0);
      expect(compare(quotient(product(a, b), b), a)).toBe(0);
      expect(Math.sign(compare(a, b))).toBe(Math.sign(compare(difference(a, b), 0)));
    }),
  );
});
