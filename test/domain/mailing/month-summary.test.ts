import { expect, it } from "vitest";
import { creditsOwed } from "../../../src/domain/mailing/month-summary.ts";

it("credits owed are summed by currency, of contracts that owe any", () => {
  expect(
    creditsOwed([
      { creditMinor: 40_000, currency: "DKK" },
      { creditMinor: 0, currency: "DKK" },
      { creditMinor: null, currency: null },
      { creditMinor: 1_250, currency: "EUR" },
      { creditMinor: 10_000, currency: "DKK" },
    ]),
  ).toEqual([
    { currency: "DKK", minor: 50_000, contracts: 2 },
    { currency: "EUR", minor: 1_250, contracts: 1 },
  ]);
});
