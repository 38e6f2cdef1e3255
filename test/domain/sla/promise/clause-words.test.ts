import { describe, expect, it } from "vitest";
import { changedClauses, clausesInWords } from "../../../../src/domain/sla/promise/clause-words.ts";
import { clausesOf } from "../../../support/contracts.ts";

const plain = clausesOf("target: 99.99");

describe("a contract in plain words", () => {
  it("says every clause", () => {
    expect(clausesInWords(plain)).toMatchObject({
      covers: "all services",
      roll_up: "down when any covered service is down",
      target: "at least 99.99 %",
      service_hours: "around the clock",
      maintenance: "counts like any other time",
      exclusions: "none",
      unknown: "unmeasured time counts as available",
      minutes: "to the millisecond",
      credit: "none",
    });
  });

  it.each([
    ["covers: { services: [lamp], groups: [product] }", "covers", "lamp, group product"],
    ["roll_up: { at_least: 2 }", "roll_up", "down when at least 2 covered services are down"],
    ["roll_up: { weights: { beacon: 0.5 } }", "roll_up", "downtime weighted: beacon 0.5"],
    ["target: none", "target", "none"],
    ["degraded_weight: 0.3", "degraded_weight", "30 % of degraded time counts as downtime"],
    [
      "verdict_rounding: { decimals: 2 }",
      "verdict_rounding",
      "rounded to 2 decimals, half up, before it is compared",
    ],
    [
      "maintenance: { exclude: true, notice: 48h, longest: 4h, per_quarter: 1, denominator: remove, checks: { longest: 30m } }",
      "maintenance",
      "excluded, announced at least 2d ahead, at most 4h long, at most 1 a quarter, the rest of longer ones counts, leaves the denominator; windows are to be at most 30m long",
    ],
    [
      "target: 99.9\nfee: 4000.00 DKK\ncredit: { proportional: { multiplier: 10 }, rolling_cap: { amount: 9000.00 DKK, months: 12 }, minimum: 1.00 DKK, clawback: true }",
      "credit",
      "the fee of the downtime × 10; of the fee of the contract; fee prorated by time; at most 100 %; at most 9000.00 DKK in 12 months; only above 1.00 DKK; rounded half even; on claim; may be taken back by a revision",
    ],
    ["exclusions: [force_majeure, customer_caused]", "exclusions", "force majeure, customer caused"],
    [
      "support: { outside_hours: Duty officer, escalation: [{ to: Ada, after: 4h }], plans: { basic: { response: 2h } } }",
      "support",
      "plan basic; Basic: answered within 2h; times count from the opening; outside of hours: Duty officer; escalated to Ada after 4h",
    ],
  ])("%s", (lines, name, words) => {
    expect(clausesInWords(clausesOf(lines))[name]).toBe(words);
  });
});

describe("two versions of a contract", () => {
  it("differ in the clauses that changed, each as it was and as it is", () => {
    expect(changedClauses(plain, clausesOf("target: 99.95\nunknown: down"))).toEqual([
      { name: "target", from: "at least 99.99 %", to: "at least 99.95 %" },
      {
        name: "unknown",
        from: "unmeasured time counts as available",
        to: "unmeasured time counts as downtime",
      },
    ]);
    expect(changedClauses(plain, plain)).toEqual([]);
  });
});
