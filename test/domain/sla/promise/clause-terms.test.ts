import { describe, expect, it } from "vitest";
import { calendarsOf } from "../../../../src/calendars/holidays.ts";
import {
  amountsIn,
  commitmentOf,
  contractTermsOf,
  creditTermsOf,
  weightOf,
} from "../../../../src/domain/sla/promise/clause-terms.ts";
import { simplest } from "../../../../src/domain/sla/figures/exact.ts";
import { clausesOf } from "../../../support/contracts.ts";

const calendarOf = calendarsOf(new Map());
const full = clausesOf(`target: 99.95
time_zone: Europe/Oslo
anchor_day: 31
service_hours: { hours: { mon-fri: 08:00-18:00 } }
roll_up: { at_least: 2 }
unknown: remove
minutes: minute_any
min_outage: 1m
degraded_weight: 0.3
outage_figure: lower
verdict_rounding: { decimals: 2 }
maintenance: { exclude: true, notice: 48h, longest: 2h, longer: reject, per_quarter: 1, checks: { longest: 30m } }
fee: 4000.00 DKK
credit: { proportional: { multiplier: 10, affected_ratio: 0.5 }, cap: 50, rolling_cap: { amount: 9000.00 DKK, months: 12 }, minimum: 1.00 DKK, rounding: half_up, proration: none }`);

describe("the terms of a contract", () => {
  it("are its clauses, with calendars expanded and decimals exact", () => {
    const commitment = commitmentOf(full, calendarOf);
    expect(commitment).toMatchObject({
      target: { percent: "99.95" },
      timeZone: "Europe/Oslo",
      anchorDay: 31,
      rollUp: { kind: "k_of_n", k: 2 },
      unknown: "remove",
      granularity: "minute_any",
      minOutageMs: 60_000,
      degradedWeightPpm: 300_000,
      outageFigure: "lower",
      verdictRounding: { decimals: 2, mode: "half_up" },
      serviceHours: { timeZone: "Europe/Oslo" },
      maintenance: {
        exclude: true,
        minNoticeMs: 172_800_000,
        maxWindowMs: 7_200_000,
        overCap: "reject",
        maxPerQuarter: 1,
      },
    });
    expect(commitment.maintenance).not.toHaveProperty("checks");
  });

  it("pay in proportion, within every cap", () => {
    const credit = creditTermsOf(full, 123)!;
    expect(credit).toMatchObject({
      feeMinor: 400_000,
      currency: "DKK",
      proration: "none",
      rounding: "half_up",
      rollingCapMinor: 900_000,
      priorCreditsMinor: 123,
      minCreditMinor: 100,
    });
    const { model } = credit;
    expect(
      model.kind === "proportional" && [simplest(model.multiplier), simplest(model.affectedRatio)],
    ).toEqual([10, { numerator: 1n, denominator: 2n }]);
  });

  it("pay nothing without credit terms, and nothing without a fee", () => {
    expect(creditTermsOf(clausesOf("target: 99.9"))).toBeNull();
    expect(creditTermsOf({ credit: full.credit, fee: null })).toBeNull();
  });

  it("hold from when until when they are told to", () => {
    expect(contractTermsOf(full, { startsAt: 60_000, endsAt: null }, calendarOf)).toMatchObject({
      startsAt: 60_000,
      endsAt: null,
    });
  });

  it("weigh services exactly, and those that are not named by nothing", () => {
    const weighted = clausesOf("covers: [beacon, lamp]\nroll_up: { weights: { beacon: 0.1, lamp: 2 } }");
    expect(["beacon", "lamp", "wreck"].map((slug) => simplest(weightOf(weighted, slug)))).toEqual([
      { numerator: 1n, denominator: 10n },
      2,
      0,
    ]);
    expect(simplest(weightOf(full, "beacon"))).toBe(1);
  });

  it("name every amount with its place", () => {
    expect(amountsIn(full).map(([path]) => path.join("."))).toEqual([
      "fee",
      "credit.rolling_cap",
      "credit.minimum",
    ]);
  });
});
