import { expect, it } from "vitest";
import { contractCycle, contractLabels } from "../../../../src/domain/sla/promise/contract-cycle.ts";
import { contractOf } from "../../../support/contracts.ts";

const { versions, particulars } = contractOf(`target: 99.99
ends: 2026-06-15
versions:
  - { effective: 2026-03-01, reason: Better terms., target: 99.95 }
  - { effective: 2026-04-10, mid_cycle: split, reason: New terms., target: 99.9 }`);
const contract = { versions, endsAt: particulars.endsAt };
const iso = (at: number) => new Date(at).toISOString();

it("gives the cycle of a label under the version it begins with, one part a version", () => {
  expect(contractCycle("2026-02", contract)!.parts).toHaveLength(1);
  const march = contractCycle("2026-03", contract)!;
  expect(march.parts.map(({ version }) => version.clauses.targetPercent)).toEqual(["99.95"]);
  const april = contractCycle("2026-04", contract)!;
  expect(april.parts.map(({ version }) => version.clauses.targetPercent)).toEqual(["99.95", "99.9"]);
});

it("clips the cycle to the contract, and knows none outside of it", () => {
  const { cycle, period } = contractCycle("2026-06", contract)!;
  expect(iso(cycle.end)).toBe("2026-06-30T22:00:00.000Z");
  expect(iso(period.end)).toBe(iso(particulars.endsAt!));
  expect(contractCycle("2026-07", contract)).toBeNull();
  expect(contractCycle("2025-12", contract)).toBeNull();
});

it("names the cycles that share time with a stretch", () => {
  const may = Date.parse("2026-05-31T21:59:59Z");
  expect(contractLabels(contract, { start: may, end: may + 1_000 })).toEqual(["2026-05"]);
  expect(contractLabels(contract, { start: may, end: may + 1_001 })).toEqual(["2026-05", "2026-06"]);
  expect(contractLabels(contract, { start: 0, end: Date.parse("2026-01-02T00:00:00Z") })).toEqual([
    "2026-01",
  ]);
});
