import { expect, test } from "vitest";
import { InvalidInput } from "../../../../src/domain/errors.ts";
import {
  currencyDecimals,
  isCurrency,
  parseAmount,
  printAmount,
} from "../../../../src/domain/sla/figures/money.ts";

test.each([
  ["DKK", 2, "4000.00", 400_000],
  ["ISK", 0, "4000", 4_000],
  ["KWD", 3, "4000.005", 4_000_005],
  ["CLF", 4, "1.2345", 12_345],
  ["EUR", 2, "0.01", 1],
])("%s has %i decimals: %s is %i minor units", (currency, decimals, text, minor) => {
  expect(currencyDecimals(currency)).toBe(decimals);
  expect(parseAmount(text, currency)).toBe(minor);
  expect(printAmount(minor, currency)).toBe(text);
});

test("an amount may leave its decimals out, and not some of them", () => {
  expect(parseAmount("4000", "DKK")).toBe(400_000);
  for (const wrong of ["4000.5", "4000.005", "-1", "1e3", "", "4.000,00", "99999999999999999"]) {
    expect(() => parseAmount(wrong, "DKK")).toThrow(InvalidInput);
  }
  expect(() => parseAmount("40.00", "ISK")).toThrow("no decimals");
});

test.each(["DKR", "dkk", "", "XXX", "toString"])("%j is no currency", (code) => {
  expect(isCurrency(code)).toBe(false);
  expect(() => currencyDecimals(code)).toThrow(InvalidInput);
});

test("less than nothing is printed with its sign", () => {
  expect(printAmount(-5, "DKK")).toBe("-0.05");
});
