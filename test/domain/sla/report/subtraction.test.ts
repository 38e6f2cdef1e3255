import { describe, expect, it } from "vitest";
import { judgePart } from "../../../../src/domain/sla/report/report-part.ts";
import type { PartReport } from "../../../../src/domain/sla/report/report-part.ts";
import { at, clauses, fullInputs, inputs, part } from "../../../support/reports.ts";

function steps(steps: PartReport["subtraction"]["downtime"]) {
  return Object.fromEntries(steps.filter(({ ms }) => ms !== 0).map(({ step, ms }) => [step, ms]));
}

function told(given = fullInputs()) {
  const { subtraction } = judgePart(given.parts[0]!, given).report;
  return { eligible: steps(subtraction.eligible), downtime: steps(subtraction.downtime) };
}

describe("the subtraction", () => {
  it("names what corrections and exclusions take from what was measured", () => {
    const measured = 280_000 + 70_000 + 1_500_000 + 25_000 + 2_400_000;
    expect(told().downtime).toEqual({
      measured,
      corrections: -25_000,
      exclusions: -1_200_000 - 600_000,
      counted: measured - 1_825_000,
    });
  });

  it("names what a minimum length and a minute rule change", () => {
    const rules = part({ clauses: clauses({ minOutageMs: 60_000, granularity: "minute_any" }) });
    expect(told(inputs({ parts: [rules] })).downtime).toEqual({
      measured: 305_000,
      short_outages: -25_000,
      minute_rule: 20_000,
      counted: 300_000,
    });
  });

  it("names the time outside of the contract and of what has passed", () => {
    const contract = part({ startsAt: at(10) });
    expect(told(inputs({ parts: [contract], asOf: at(20) })).eligible).toEqual({
      cycle: 31 * 86_400_000,
      outside_contract: -(8 * 24 + 26) * 3_600_000,
      not_elapsed: -(11 * 24 + 22) * 3_600_000,
      eligible: 10 * 86_400_000,
    });
  });

  it("names unmeasured time that leaves the denominator or counts as down", () => {
    const [beacon] = inputs().services;
    const dark = {
      ...beacon!,
      segments: [{ start: at(3), end: at(3, 1), state: "unknown" as const }],
      outages: [],
    };
    const removed = inputs({ services: [dark], parts: [part({ clauses: clauses({ unknown: "remove" }) })] });
    const asDown = inputs({ services: [dark], parts: [part({ clauses: clauses({ unknown: "down" }) })] });
    expect(told(removed).eligible).toMatchObject({ unknown_removed: -3_600_000 });
    expect(told(asDown).downtime).toEqual({ unknown_as_down: 3_600_000, counted: 3_600_000 });
  });
});
