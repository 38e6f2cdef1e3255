import fc from "fast-check";
import { expect, test } from "vitest";
import { roundings } from "../../../../src/domain/sla/figures/exact.ts";
import {
  type CreditTerms,
  misplacedBand,
  serviceCredit,
} from "../../../../src/domain/sla/settle/service-credit.ts";

const terms: CreditTerms = {
  model: {
    kind: "bands",
    bands: [
      { below: "99.99", percent: "10" },
      { below: "99.0", percent: "25" },
      { below: "95.0", percent: "100" },
    ],
  },
  feeMinor: 400_000,
  currency: "DKK",
  proration: "by_time",
  rounding: "half_even",
  capPercent: null,
  rollingCapMinor: null,
  priorCreditsMinor: 0,
  minCreditMinor: null,
};
const basis = (downMs: number) => ({
  availability: { numerator: BigInt(100_000 - downMs), denominator: 100_000n },
  downMs,
  eligibleMs: 100_000,
  activeMs: 100_000,
  fullCycleMs: 100_000,
});

test.each([
  [
    [
      ["99.9", "10"],
      ["99", "25"],
    ],
    null,
  ],
  [
    [
      ["99.9", "10"],
      ["99.90", "25"],
    ],
    1,
  ],
  [
    [
      ["99", "10"],
      ["99.9", "25"],
    ],
    1,
  ],
  [
    [
      ["99.9", "10"],
      ["99", "25"],
      ["95", "25.0"],
    ],
    2,
  ],
  [[], null],
])("bands %j: the first out of place is %j", (pairs, expected) => {
  expect(misplacedBand(pairs.map(([below, percent]) => ({ below: below!, percent: percent! })))).toBe(
    expected,
  );
});

test("the affected ratio and the multiplier of a proportional credit may be fractions", () => {
  const third = { numerator: 1n, denominator: 3n };
  const model = {
    kind: "proportional" as const,
    multiplier: { numerator: 3n, denominator: 1n },
    affectedRatio: third,
  };
  expect(serviceCredit({ ...terms, model }, basis(50_000))).toMatchObject({
    computedMinor: 200_000,
    bandPercent: null,
  });
});

test("more downtime never lowers a credit, and no cap is ever exceeded, for any terms", () => {
  const any = fc.record({
    feeMinor: fc.nat({ max: 1_000_000 }),
    rounding: fc.constantFrom(...roundings),
    capPercent: fc.option(
      fc.nat({ max: 100 }).map((percent) => ({ numerator: BigInt(percent), denominator: 1n })),
    ),
    rollingCapMinor: fc.option(fc.nat({ max: 1_000_000 })),
    priorCreditsMinor: fc.nat({ max: 1_000_000 }),
    minCreditMinor: fc.option(fc.nat({ max: 10_000 })),
  });
  const model = fc.constantFrom(terms.model, {
    kind: "proportional" as const,
    multiplier: { numerator: 10n, denominator: 1n },
    affectedRatio: { numerator: 1n, denominator: 3n },
  });
  const downs = fc.nat({ max: 100_000 });
  fc.assert(
    fc.property(any, model, downs, downs, (clauses, model, a, b) => {
      const given = { ...terms, ...clauses, model };
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map((downMs) =>
        serviceCredit(given, basis(downMs)),
      );
      expect(more!.issuedMinor).toBeGreaterThanOrEqual(less!.issuedMinor);
      expect(more!.issuedMinor === 0 || more!.issuedMinor === more!.computedMinor).toBe(true);
      if (given.capPercent !== null) {
        const cap = (given.feeMinor * Number(given.capPercent.numerator)) / 100;
        expect(more!.computedMinor).toBeLessThanOrEqual(Math.ceil(cap));
      }
      if (given.rollingCapMinor !== null) {
        expect(more!.computedMinor).toBeLessThanOrEqual(
          Math.max(0, given.rollingCapMinor - given.priorCreditsMinor),
        );
      }
    }),
  );
});
