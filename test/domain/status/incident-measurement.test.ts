import { describe, expect, it } from "vitest";
import { compareWithMeasured, measuredUpSince } from "../../../src/domain/status/incident-measurement.ts";
import type { Incident, IncidentImpact } from "../../../src/domain/status/incident.ts";
import type { ReadingState } from "../../../src/domain/monitoring/timeline.ts";
import { anIncident } from "../../support/incidents.ts";

const hour = 3_600_000;
const minute = 60_000;
const now = 100 * hour;
const impact = (serviceSlug: string, what: IncidentImpact, start: number, end: number | null) => ({
  ...{ serviceSlug, impact: what, start, end },
});
const measured = (slug: string, ...segments: [number, number, ReadingState][]) => ({
  slug,
  observedFrom: 0 as number | null,
  segments: segments.map(([start, end, state]) => ({ start, end, state })),
});

describe("what is told beside what was measured", () => {
  const resolved: Incident = anIncident({
    startedAt: now - 2 * hour,
    resolvedAt: now - hour,
    impacts: [impact("beacon", "major_outage", now - 2 * hour, now - hour)],
  });

  it("differs by the time that is told and was measured up, and by the time that was measured and is not told", () => {
    const services = [measured("beacon", [now - 2 * hour - 2 * minute, now - hour - 10 * minute, "down"])];
    expect(compareWithMeasured(resolved, services, now).services).toMatchObject([
      { serviceSlug: "beacon", toldOnlyMs: 10 * minute, measuredOnlyMs: 2 * minute },
    ]);
  });

  it("does not differ where both say the same, nor where nothing was measured", () => {
    const same = [measured("beacon", [now - 2 * hour, now - hour, "down"])];
    const unknown = [measured("beacon", [now - 2 * hour, now - hour, "unknown"])];
    const later = [{ ...measured("beacon"), observedFrom: now - hour }];
    const never = [{ ...measured("beacon"), observedFrom: null }];
    for (const services of [same, unknown, later, never, []]) {
      expect(compareWithMeasured(resolved, services, now).services).toMatchObject([
        { toldOnlyMs: 0, measuredOnlyMs: 0 },
      ]);
    }
  });

  it("takes a potential disturbance for no hit", () => {
    const potential = { ...resolved, impacts: [impact("beacon", "operational", now - 2 * hour, now - hour)] };
    expect(compareWithMeasured(potential, [measured("beacon")], now).services).toMatchObject([
      { toldOnlyMs: 0, measuredOnlyMs: 0 },
    ]);
    const down = [measured("beacon", [now - 2 * hour, now - 2 * hour + minute, "down"])];
    expect(compareWithMeasured(potential, down, now).services).toMatchObject([{ measuredOnlyMs: minute }]);
  });

  it("names services that were measured down meanwhile and of which nothing is told", () => {
    const services = [
      measured("beacon"),
      measured("lamp", [now - 90 * minute, now - 80 * minute, "down"]),
      measured("horn", [now - 90 * minute, now - 80 * minute, "degraded"]),
      measured("mail", [now - 10 * hour, now - 9 * hour, "down"]),
    ];
    const { services: compared } = compareWithMeasured(resolved, services, now);
    expect(compared.map(({ serviceSlug }) => serviceSlug)).toEqual(["beacon", "lamp"]);
  });

  it("looks a little around the incident, and never into the future", () => {
    expect(compareWithMeasured(resolved, [], now).window).toEqual({
      start: now - 2 * hour - 6 * minute,
      end: now - hour + 6 * minute,
    });
    const open = anIncident({ startedAt: now - minute });
    expect(compareWithMeasured(open, [], now).window).toEqual({ start: now - 6 * minute, end: now });
  });
});

describe("an end is proposed", () => {
  const open = anIncident({
    startedAt: now - hour,
    impacts: [
      impact("beacon", "major_outage", now - hour, null),
      impact("lamp", "operational", now - hour, null),
      impact("horn", "partial_outage", now - hour, now - minute),
    ],
  });
  const service = (slug: string, reading: ReadingState, readingSince: number) => ({
    slug,
    reading,
    readingSince,
  });

  it("when everything that is hit is measured up again, since the last of it", () => {
    const services = [service("beacon", "up", now - 5 * minute), service("lamp", "down", now - hour)];
    expect(measuredUpSince(open, services, now)).toBe(now - 5 * minute);
    const both = { ...open, impacts: [...open.impacts, impact("mail", "major_outage", now - hour, null)] };
    expect(measuredUpSince(both, services, now)).toBe(null);
    expect(measuredUpSince(both, [...services, service("mail", "up", now - minute)], now)).toBe(now - minute);
  });

  it("never while one of them is not, is not known, or was up all the time", () => {
    expect(measuredUpSince(open, [service("beacon", "degraded", now - minute)], now)).toBe(null);
    expect(measuredUpSince(open, [], now)).toBe(null);
    expect(measuredUpSince(open, [service("beacon", "up", now - 40 * hour)], now)).toBe(null);
    const over = { ...open, state: "resolved" as const };
    expect(measuredUpSince(over, [service("beacon", "up", now - minute)], now)).toBe(null);
  });
});
