import { describe, expect, test } from "vitest";
import { commitmentFrom } from "../../../../src/domain/sla/measure/commitment.ts";
import {
  type ContractTerms,
  isContractEdge,
  judgeContract,
  judgeSplitCycle,
} from "../../../../src/domain/sla/settle/contract.ts";
import {
  noMaintenanceExcluded,
  noOverlays,
  type Overlays,
} from "../../../../src/domain/sla/measure/exclusion.ts";
import type { CoveredService } from "../../../../src/domain/sla/measure/measured-time.ts";
import type { CreditTerms } from "../../../../src/domain/sla/settle/service-credit.ts";
import { cycleOf } from "../../../../src/domain/time/billing-cycle.ts";

const at = Date.parse;
const june = cycleOf("2026-06", { timeZone: "UTC", anchorDay: 1 });
const sixteenth = at("2026-06-16T00:00:00Z");
const commitment = commitmentFrom({ targetPercent: "99.99", timeZone: "UTC", anchorDay: 1 });
const credit: CreditTerms = {
  model: {
    kind: "bands",
    bands: [
      { below: "99.99", percent: "10" },
      { below: "99.0", percent: "25" },
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
const before: ContractTerms = { startsAt: null, endsAt: sixteenth, commitment, credit };
const after: ContractTerms = { ...before, startsAt: sixteenth, endsAt: null };
const beacon = (...times: [string, string][]): CoveredService => ({
  id: "beacon",
  segments: times.map(([start, end]) => ({ start: at(start), end: at(end), state: "down" })),
  outages: [],
  observedFrom: null,
});
const split = (
  service: CoveredService,
  versions = [before, after],
  overlays: Overlays = noOverlays,
  asOf: number | null = null,
) =>
  judgeSplitCycle(
    versions.map((terms) => ({ terms, evidence: { services: [service], overlays } })),
    june,
    asOf,
  );

test("a contract starts and ends at whole minutes", () => {
  expect([0, 59_999, 60_000, -60_000].map(isContractEdge)).toEqual([true, false, true, true]);
});

describe("a cycle split in the middle", () => {
  const outage = beacon(["2026-06-10T00:00:00Z", "2026-06-10T00:03:20Z"]);

  test("gives each part its own budget, verdict and fee, and is breached if any part is", () => {
    const { parts, percent, verdict, issuedMinor } = split(outage);
    expect(
      judgeContract({ ...before, endsAt: null }, { services: [outage], overlays: noOverlays }, june, null)
        .availability.verdict,
    ).toBe("met");
    expect(parts.map(({ availability }) => [availability.verdict, availability.budget!.allowedMs])).toEqual([
      ["breached", 129_600],
      ["met", 129_600],
    ]);
    expect(parts.map((part) => part.credit!.feeBasisMinor)).toEqual([200_000, 200_000]);
    expect([percent, verdict, issuedMinor]).toEqual(["99.992283", "breached", 20_000]);
  });

  test("adds the parts' credits", () => {
    const both = beacon(
      ["2026-06-10T00:00:00Z", "2026-06-10T00:03:20Z"],
      ["2026-06-20T00:00:00Z", "2026-06-20T05:00:00Z"],
    );
    expect(split(both)).toMatchObject({ issuedMinor: 20_000 + 50_000 });
  });

  test("looks across the parts for the minimum outage", () => {
    const over = beacon(["2026-06-15T23:58:00Z", "2026-06-16T00:03:00Z"]);
    const long = { ...commitment, minOutageMs: 300_000 };
    const { parts } = split(over, [
      { ...before, commitment: long },
      { ...after, commitment: long },
    ]);
    expect(parts.map(({ availability }) => availability.countedDownMs)).toEqual([120_000, 180_000]);
  });

  test("looks across the parts for the quarter's windows", () => {
    const maintained = {
      ...commitment,
      maintenance: { ...noMaintenanceExcluded, exclude: true, maxPerQuarter: 1 },
    };
    const windows = ["2026-06-10", "2026-06-20"].map((day) => ({
      start: at(`${day}T00:00:00Z`),
      end: at(`${day}T01:00:00Z`),
      services: "*" as const,
      announcedAt: 0,
    }));
    const both = beacon(
      ["2026-06-10T00:00:00Z", "2026-06-10T00:10:00Z"],
      ["2026-06-20T00:00:00Z", "2026-06-20T00:10:00Z"],
    );
    const { parts } = split(
      both,
      [
        { ...before, commitment: maintained },
        { ...after, commitment: maintained },
      ],
      { windows, exclusions: [] },
    );
    expect(parts.map(({ availability }) => availability.countedDownMs)).toEqual([0, 600_000]);
  });

  test("has no credit before any part is over, and no data when no part has", () => {
    const running = split(outage, [before, after], noOverlays, at("2026-06-12T00:00:00Z"));
    expect(running).toMatchObject({ verdict: "breached", issuedMinor: null });
    const unseen: CoveredService = {
      ...beacon(),
      segments: [{ start: june.start, end: null, state: "unknown" }],
    };
    expect(split(unseen)).toMatchObject({ verdict: "no_data", percent: null, issuedMinor: null });
  });

  test("is credited in one currency", () => {
    expect(() => split(outage, [before, { ...after, credit: { ...credit, currency: "EUR" } }])).toThrow(
      "one currency",
    );
  });
});
