import { describe, expect, test } from "vitest";
import { availability, creditTerms, down, evaluate, refusal, unknown } from "./cases.ts";

const juneMs = 2_592_000_000;
const bare = (credit: object, more: object = {}) => ({
  availability_percent: "90",
  counted_down_ms: 0,
  eligible_ms: juneMs,
  active_ms: juneMs,
  full_cycle_ms: juneMs,
  credit: { ...creditTerms, ...credit },
  ...more,
});
const credit = (terms: object, more: object = {}) => evaluate("credit", bare(terms, more));

describe("bands", () => {
  test.each([
    ["100", 0],
    ["99.99", 0],
    ["99.989999999", 10],
    ["99", 10],
    ["98.999", 25],
    ["95.0", 25],
    ["94.99", 100],
    ["0", 100],
    ["2999699/30000", 10],
    ["2999700/30000", 0],
  ])("at %s %% the lowest threshold strictly above gives %i %%", (availability_percent, percent) => {
    expect(credit({}, { availability_percent })).toEqual({
      fee_basis_minor: 400_000,
      band_percent: percent,
      computed_minor: 4_000 * percent,
      issued_minor: 4_000 * percent,
      capped_by: [],
      currency: "DKK",
    });
  });

  test("may have decimals, and be none", () => {
    const bands = [{ below: "99.9", percent: "12.5" }];
    expect(credit({ bands })).toMatchObject({ band_percent: 12.5, computed_minor: 50_000 });
    expect(credit({ bands: [] })).toMatchObject({ band_percent: 0, issued_minor: 0 });
  });

  test("count by their thresholds, in whatever order they are listed", () => {
    const bands = [...creditTerms.bands].reverse();
    for (const availability_percent of ["99.99", "99.5", "98", "90"]) {
      expect(credit({ bands }, { availability_percent })).toEqual(credit({}, { availability_percent }));
    }
  });

  test("with one threshold are refused", () => {
    const bands = [
      { below: "99.9", percent: "10" },
      { below: "99.90", percent: "25" },
    ];
    expect(refusal("credit", bare({ bands }))).toMatchObject({
      code: "band_twice",
      pointer: "/input/credit/bands/1/below",
    });
  });
});

describe("a proportional credit", () => {
  const proportional = { model: "proportional", multiplier: "10", affected_ratio: "0.25" };
  test("is fee x multiplier x affected ratio x downtime / eligible", () => {
    const more = { availability_percent: null, counted_down_ms: 3_600_000 };
    // 400000 x 10 x 0.25 / 720 = 1388.9
    expect(credit(proportional, more)).toEqual({
      fee_basis_minor: 400_000,
      band_percent: null,
      computed_minor: 1_389,
      issued_minor: 1_389,
      capped_by: [],
      currency: "DKK",
    });
    expect(credit({ ...proportional, rounding: "floor" }, more)).toMatchObject({ computed_minor: 1_388 });
  });

  test("takes a fraction of a ms", () => {
    const more = { counted_down_ms: "3/2", eligible_ms: 3, availability_percent: null };
    expect(credit({ ...proportional, affected_ratio: "1", multiplier: "1" }, more)).toMatchObject({
      computed_minor: 200_000,
    });
  });
});

describe("money is rounded", () => {
  // 5 % of 30, 50, 70 minor units: ties at 1.5, 2.5, 3.5.
  test.each([
    ["half_even", [2, 2, 4]],
    ["half_up", [2, 3, 4]],
    ["floor", [1, 2, 3]],
  ])("%s", (rounding, expected) => {
    const bands = [{ below: "99.99", percent: "5" }];
    const computed = [30, 50, 70].map((fee_minor) => credit({ bands, rounding, fee_minor }).computed_minor);
    expect(computed).toEqual(expected);
  });

  test("twice: first the prorated fee, then the credit", () => {
    const bands = [{ below: "99.99", percent: "50" }];
    const terms = { bands, fee_minor: 3, rounding: "half_up" };
    // A half of 3 is 1.5, so 2; a half of 2 is 1. At once, a quarter of 3 would have been 0.75, so 1 too; floor tells them apart.
    const half = { active_ms: juneMs / 2 };
    expect(credit(terms, half)).toMatchObject({ fee_basis_minor: 2, computed_minor: 1 });
    expect(
      credit({ ...terms, fee_minor: 7, rounding: "floor", bands: [{ below: "99.99", percent: "67" }] }, half),
    ).toMatchObject({
      fee_basis_minor: 3,
      computed_minor: 2,
    });
    expect(credit({ ...terms, proration: "none" }, half)).toMatchObject({
      fee_basis_minor: 3,
      computed_minor: 2,
    });
  });

  test.each(["ISK", "KWD", "DKK"])("in minor units of %s alike", (currency) => {
    expect(credit({ currency, fee_minor: 1_999 })).toMatchObject({ computed_minor: 1_999, currency });
  });
});

describe("caps", () => {
  test("of the cycle and of the rolling term apply in this order, before rounding", () => {
    expect(credit({ cap_percent: "30" })).toMatchObject({ computed_minor: 120_000, capped_by: ["cycle"] });
    expect(credit({ rolling_cap_minor: 200_000, prior_credits_minor: 150_000 })).toMatchObject({
      computed_minor: 50_000,
      capped_by: ["rolling"],
    });
    expect(credit({ cap_percent: "30", rolling_cap_minor: 100_000 })).toMatchObject({
      computed_minor: 100_000,
      capped_by: ["cycle", "rolling"],
    });
    expect(credit({ cap_percent: "33.333", fee_minor: 100 })).toMatchObject({ computed_minor: 33 });
  });

  test("that take nothing are not named", () => {
    expect(credit({ cap_percent: "100", rolling_cap_minor: 400_000 })).toMatchObject({
      computed_minor: 400_000,
      capped_by: [],
    });
  });

  test("leave nothing when the term has given it all", () => {
    expect(credit({ rolling_cap_minor: 100, prior_credits_minor: 500 })).toMatchObject({
      computed_minor: 0,
      issued_minor: 0,
      capped_by: ["rolling"],
    });
  });

  test("are of the prorated fee", () => {
    expect(credit({ cap_percent: "30" }, { active_ms: juneMs / 2 })).toMatchObject({
      fee_basis_minor: 200_000,
      computed_minor: 60_000,
    });
  });
});

test.each([
  [399_999, 400_000],
  [400_000, 0],
  [400_001, 0],
])(
  "a minimum of %i issues %i of a credit of 400000: it has to be greater",
  (min_credit_minor, issued_minor) => {
    expect(credit({ min_credit_minor })).toMatchObject({ computed_minor: 400_000, issued_minor });
  },
);

describe("for a cycle", () => {
  const owed = (segments: object[], contract: object = {}, more: object = {}) =>
    availability(segments, { credit: creditTerms, ...contract }, more).credit;
  const outage = [down("09 08:00", "09 09:00")];

  test("it is owed only when the commitment is broken; the fee is told anyway", () => {
    expect(owed(outage)).toMatchObject({ band_percent: 10, issued_minor: 40_000 });
    const nothing = {
      fee_basis_minor: 400_000,
      band_percent: 0,
      computed_minor: 0,
      issued_minor: 0,
      capped_by: [],
      currency: "DKK",
    };
    // Below a threshold, and still met.
    expect(owed(outage, { target_percent: "99" })).toEqual(nothing);
    expect(owed(outage, { target_percent: null })).toEqual(nothing);
    const proportional = { credit: { ...creditTerms, model: "proportional" }, target_percent: "99" };
    expect(owed(outage, proportional)).toEqual({ ...nothing, band_percent: null });
  });

  test("there is none while it runs, without data, or without terms", () => {
    expect(owed(outage, {}, { as_of: "2026-06-29T23:59:59.999Z" })).toBeNull();
    expect(owed(outage, {}, { as_of: "2026-07-01T00:00:00.000Z" })).not.toBeNull();
    expect(owed([unknown("01 00:00", "2026-07-01T00:00:00.000Z")])).toBeNull();
    expect(owed(outage, { credit: null })).toBeNull();
  });

  test("that the contract covers in part, the fee is that part of it", () => {
    expect(owed(outage, { starts_at: "2026-06-07T00:00:00.000Z" })).toMatchObject({
      fee_basis_minor: 320_000,
      issued_minor: 32_000,
    });
  });

  test("whose verdict is rounded, the band is too", () => {
    // 98.997685 % exactly, 99.0 % with one decimal.
    const long = [down("10 10:00", "10 17:13")];
    expect(owed(long)).toMatchObject({ band_percent: 25 });
    expect(owed(long, { verdict_rounding: { decimals: 1, mode: "half_up" } })).toMatchObject({
      band_percent: 10,
    });
  });
});

test("an amount that no machine can keep exactly is refused", () => {
  const proportional = { model: "proportional", multiplier: "99999999999999999999" };
  expect(refusal("credit", bare(proportional, { counted_down_ms: juneMs }))).toMatchObject({
    code: "amount_too_large",
    pointer: "/input",
  });
});

describe("refused is", () => {
  test.each([
    [
      "bands without an availability",
      bare({}, { availability_percent: null }),
      "missing",
      "/input/availability_percent",
    ],
    [
      "a proportion of nothing",
      bare({ model: "proportional" }, { eligible_ms: 0 }),
      "missing",
      "/input/eligible_ms",
    ],
    ["a fee for a part of nothing", bare({}, { full_cycle_ms: 0 }), "missing", "/input/full_cycle_ms"],
    [
      "a fee that is not in whole minor units",
      bare({ fee_minor: 1.5 }),
      "invalid_value",
      "/input/credit/fee_minor",
    ],
    ["a number that is none", bare({ cap_percent: "a lot" }), "invalid_value", "/input/credit/cap_percent"],
    [
      "a negative threshold",
      bare({ bands: [{ below: "-1", percent: "1" }] }),
      "invalid_value",
      "/input/credit/bands/0/below",
    ],
  ])("%s", (_, input, code, pointer) => {
    expect(refusal("credit", input)).toMatchObject({ code, pointer });
  });
});
