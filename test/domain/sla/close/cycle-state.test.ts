import { describe, expect, it } from "vitest";
import {
  cycleNeeds,
  type CycleFacts,
  cycleStateAt,
  differencesIn,
  isExplained,
  needsPerson,
  settleMs,
} from "../../../../src/domain/sla/close/cycle-state.ts";
import type { Incident, IncidentImpact } from "../../../../src/domain/status/incident.ts";
import type { MaintenanceWindow } from "../../../../src/domain/status/maintenance-window.ts";
import { anIncident } from "../../../support/incidents.ts";

const period = { start: 1_000, end: 10_000 };

function incident(start: number, end: number | null, impact: IncidentImpact = "major_outage"): Incident {
  const impacts = [{ serviceSlug: "beacon", impact, start, end }];
  return anIncident({ title: "Beacon is dark", startedAt: start, resolvedAt: end, impacts });
}

const window: MaintenanceWindow = {
  reference: "MNT-2026-0001",
  title: "New disks",
  message: "",
  state: "completed",
  announcedAt: 0,
  plannedStart: 2_000,
  plannedEnd: 3_000,
  actualStart: 2_000,
  actualEnd: 3_000,
  author: "Ann",
  series: null,
  serviceSlugs: ["beacon"],
  updates: [],
};

const down = (start: number, end: number) => ({ start, end, state: "down" as const });
const beacon = (...timeline: ReturnType<typeof down>[]) => [{ slug: "beacon", timeline }];

describe("what was measured against what was declared", () => {
  it("lists an outage that no incident and no window of the service shares time with", () => {
    const found = differencesIn(beacon(down(2_000, 3_000), down(5_000, 6_000)), [], [window], period);
    expect(found).toEqual([
      { kind: "outage_without_incident", service: "beacon", start: 5_000, end: 6_000, incident: null },
    ]);
    expect(differencesIn(beacon(down(5_000, 6_000)), [incident(5_999, 8_000)], [], period)).toEqual([]);
    expect(differencesIn(beacon(down(5_000, 6_000)), [incident(6_000, 8_000)], [], period)).toHaveLength(2);
  });

  it("takes no cancelled window and no incident without impact for a word about an outage", () => {
    const cancelled = { ...window, state: "cancelled" as const };
    const outage = beacon(down(2_000, 3_000));
    expect(differencesIn(outage, [incident(2_000, 3_000, "operational")], [cancelled], period)).toHaveLength(
      1,
    );
  });

  it("lists an incident in which nothing was measured, also while it lasts", () => {
    expect(differencesIn(beacon(), [incident(2_000, null)], [], period)).toEqual([
      {
        kind: "incident_without_outage",
        service: "beacon",
        start: 2_000,
        end: 10_000,
        incident: "INC-2026-0001",
      },
    ]);
    const slow = [{ slug: "beacon", timeline: [{ start: 2_500, end: 2_600, state: "degraded" as const }] }];
    expect(differencesIn(slow, [incident(2_000, 3_000)], [], period)).toEqual([]);
    const silent = [{ slug: "beacon", timeline: [{ start: 2_500, end: 2_600, state: "unknown" as const }] }];
    expect(differencesIn(silent, [incident(2_000, 3_000)], [], period)).toHaveLength(1);
  });

  it("leaves alone what lies outside of the period, and tells whole what reaches into it", () => {
    expect(differencesIn(beacon(down(0, 1_000), down(10_000, 11_000)), [], [], period)).toEqual([]);
    expect(differencesIn(beacon(down(500, 1_500)), [], [], period)).toMatchObject([
      { start: 500, end: 1_500 },
    ]);
  });

  it("takes an outage as explained by a stretch that holds it whole, an incident by its reference", () => {
    const [outage] = differencesIn(beacon(down(5_000, 6_000)), [], [], period);
    expect(isExplained(outage!, [{ ...outage!, start: 4_000 }])).toBe(true);
    expect(isExplained(outage!, [{ ...outage!, end: 5_999 }])).toBe(false);
    expect(isExplained(outage!, [{ ...outage!, service: "lamp" }])).toBe(false);
    const [words] = differencesIn(beacon(), [incident(2_000, 3_000)], [], period);
    expect(isExplained(words!, [{ ...words!, start: 0, end: 1 }])).toBe(true);
    expect(isExplained(words!, [{ ...words!, incident: "INC-2026-0002" }])).toBe(false);
  });
});

describe("the life of a cycle", () => {
  const facts: CycleFacts = {
    period,
    verdict: "met",
    percent: "99.996527",
    bounds: { low: "99.857638", high: "99.996527" },
    sensitiveToUnknown: false,
    differences: [],
    explanations: [],
    pending: [],
    decision: null,
  };
  const settled = period.end + settleMs;

  it("is provisional, then closing, then final", () => {
    expect(cycleStateAt(period, 0, 9_999)).toBe("provisional");
    expect(cycleStateAt(period, 0, 10_000)).toBe("closing");
    expect(cycleStateAt(period, 1, 10_000)).toBe("final");
  });

  it("needs nothing once it has settled and nothing is open", () => {
    expect(cycleNeeds(facts, settled)).toEqual([]);
  });

  it("waits for its end, then 72 hours, without a person", () => {
    expect(cycleNeeds(facts, 9_999)).toEqual([{ need: "cycle_end", at: 10_000 }]);
    expect(cycleNeeds(facts, settled - 1)).toEqual([{ need: "settle_time", at: settled }]);
    expect(cycleNeeds(facts, settled - 1).some(needsPerson)).toBe(false);
  });

  it("needs every difference explained and every proposal settled", () => {
    const [difference] = differencesIn(beacon(down(5_000, 6_000)), [], [], period);
    const open = { ...facts, differences: [difference!], pending: ["COR-2026-0001"] };
    expect(cycleNeeds(open, settled)).toEqual([
      { need: "proposal", reference: "COR-2026-0001" },
      { need: "explanation", difference },
    ]);
    expect(cycleNeeds(open, settled).every(needsPerson)).toBe(true);
    expect(cycleNeeds({ ...open, explanations: [difference!], pending: [] }, settled)).toEqual([]);
  });

  it("needs a decision where the verdict hangs on unknown time, and a new one when the figures have changed", () => {
    const sensitive = { ...facts, sensitiveToUnknown: true };
    const figures = { verdict: facts.verdict, percent: facts.percent, bounds: facts.bounds };
    expect(cycleNeeds(sensitive, settled)).toEqual([{ need: "decision", figures }]);
    expect(cycleNeeds({ ...sensitive, decision: figures }, settled)).toEqual([]);
    const before = { ...figures, percent: "99.996528" };
    expect(cycleNeeds({ ...sensitive, decision: before }, settled)).toHaveLength(1);
  });
});
