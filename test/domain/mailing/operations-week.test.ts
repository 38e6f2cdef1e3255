import { describe, expect, it } from "vitest";
import {
  type ContractWeek,
  type MeasuredWeek,
  operationsWeek,
  type WeekAlert,
  type WeekFacts,
} from "../../../src/domain/mailing/operations-week.ts";
import type { Outage } from "../../../src/domain/monitoring/outage.ts";
import { availability } from "../../../src/domain/sla/measure/availability.ts";
import { commitmentFrom } from "../../../src/domain/sla/measure/commitment.ts";
import type { Incident } from "../../../src/domain/status/incident.ts";
import type { MaintenanceWindow } from "../../../src/domain/status/maintenance-window.ts";
import { weekOf } from "../../../src/domain/time/iso-week.ts";

const zone = "Europe/Copenhagen";
const [second, hour] = [1_000, 3_600_000];
/** The week in which clocks go back: 169 hours. */
const week = weekOf("2026-W43", zone);
const observedFrom = week.start - 500 * hour;

function outage(start: number, end: number | null): Outage & { checkSlug: string } {
  const lastFailAt = (end ?? week.end + 7 * hour) - 15 * second;
  return {
    ...{ checkSlug: "web", start, end, lastFailAt },
    ...{ lastOkBeforeAt: start - 15 * second, firstOkAfterAt: end },
  };
}

function service(
  slug: string,
  outages: MeasuredWeek["outages"],
  more: Partial<MeasuredWeek> = {},
): MeasuredWeek {
  const segments = outages.map(({ start, end }) => ({ start, end, state: "down" as const }));
  return { slug, title: slug.toUpperCase(), segments, outages, observedFrom, archivedAt: null, ...more };
}

const told = (facts: Partial<WeekFacts>) =>
  operationsWeek({
    ...{ week, platform: "Acme", timeZone: zone, asOf: week.end + 7 * hour },
    ...{ services: [], incidents: [], windows: [], alerts: [], contracts: [], closings: [] },
    ...facts,
  });

describe("a week of operations", () => {
  it("divides by the hours its clocks make, by the one function of every percentage", () => {
    const beacon = service("beacon", [outage(week.start + hour, week.start + 2 * hour)]);
    const [line] = told({ services: [beacon] }).services;
    // 168 of 169 hours.
    expect(line).toMatchObject({ percent: "99.408284", coveragePercent: "100.000000", outages: 1 });
    expect(line!.downMs).toEqual({
      lower: hour - 15 * second,
      observed: hour,
      upper: hour + 15 * second,
    });
    const commitment = commitmentFrom({ targetPercent: "99.99", timeZone: zone, anchorDay: 1 });
    const question = { cycle: week, startsAt: null, endsAt: null, asOf: null };
    expect(line!.percent).toBe(availability([beacon], commitment, question).percent);
  });

  it("counts of an outage over an edge what lies in the week, and tells the outage whole", () => {
    const over = [outage(week.start - 2 * hour, week.start + hour), outage(week.end - hour, null)];
    const { services, outages } = told({ services: [service("beacon", over)] });
    expect(services[0]).toMatchObject({ outages: 2, downMs: { observed: 2 * hour } });
    expect(outages.map(({ start, end, lengthMs }) => [start, end, lengthMs.observed])).toEqual([
      [week.start - 2 * hour, week.start + hour, 3 * hour],
      [week.end - hour, null, 8 * hour],
    ]);
  });

  it("leaves out what ends as it begins, or begins as it ends", () => {
    const beside = [outage(week.start - hour, week.start), outage(week.end, week.end + hour)];
    const { services, outages } = told({ services: [service("beacon", beside)] });
    expect(outages).toEqual([]);
    expect(services[0]).toMatchObject({ percent: "100.000000", downMs: { observed: 0 } });
  });

  it("has no figure where nothing was measured, and begins with the first observation", () => {
    const silent = { start: week.end - 10 * hour, end: week.end, state: "unknown" as const };
    const { services } = told({
      services: [
        service("dark", [], { observedFrom: null }),
        service("fresh", [], { observedFrom: week.end - 20 * hour, segments: [silent] }),
      ],
    });
    expect(
      services.map(({ percent, coveragePercent, unknownMs }) => [percent, coveragePercent, unknownMs]),
    ).toEqual([
      [null, null, 0],
      ["100.000000", "50.000000", 10 * hour],
    ]);
  });

  it("says of incidents and windows what became of them in the week", () => {
    const incident = (reference: string, startedAt: number, resolvedAt: number | null) =>
      ({ reference, title: "Slow", startedAt, resolvedAt }) as Incident;
    const window = (reference: string, state: MaintenanceWindow["state"], start: number, end: number) =>
      ({
        ...{ reference, title: "Move", state, plannedStart: start, plannedEnd: end },
        ...{ actualStart: null, actualEnd: state === "completed" ? end : null },
      }) as MaintenanceWindow;
    const { incidents, windows } = told({
      incidents: [
        incident("INC-3", week.end, null),
        incident("INC-2", week.start + hour, null),
        incident("INC-1", week.start - hour, week.start),
        incident("INC-0", week.start - 2 * hour, week.start - hour),
      ],
      windows: [
        window("MNT-1", "completed", week.start - hour, week.start + hour),
        window("MNT-2", "cancelled", week.start, week.start + hour),
        window("MNT-3", "completed", week.end - hour, week.end + hour),
        window("MNT-4", "scheduled", week.end + 300 * hour, week.end + 301 * hour),
        window("MNT-5", "scheduled", week.end + 14 * 24 * hour, week.end + 400 * hour),
      ],
    });
    expect(
      incidents.map(({ reference, openedInWeek, resolvedInWeek }) => [
        reference,
        openedInWeek,
        resolvedInWeek,
      ]),
    ).toEqual([
      ["INC-1", false, true],
      ["INC-2", true, false],
    ]);
    expect(windows.map(({ reference, standing }) => `${reference} ${standing}`)).toEqual([
      "MNT-1 done",
      "MNT-3 running",
      "MNT-4 coming",
    ]);
  });

  it("counts alerts that were told, and names the probes in trouble", () => {
    const alert = (openedAt: number, closedAt: number | null, more: Partial<WeekAlert> = {}): WeekAlert => ({
      ...{ kind: "probe_silent", facts: { probe: "osaka-1", location: "osaka" }, openedAt, closedAt },
      ...{ heldBackBy: null, ...more },
    });
    const { alerts, probes } = told({
      alerts: [
        alert(week.start - hour, week.start + hour),
        alert(week.end - hour, week.end + hour),
        alert(week.start + hour, null, { heldBackBy: "probe_network_lost osaka-1" }),
        alert(week.start + hour, null, { kind: "service_down", facts: { service: "beacon" } }),
      ],
    });
    expect(alerts).toEqual([
      { kind: "probe_silent", opened: 1, closed: 1, open: 1 },
      { kind: "service_down", opened: 1, closed: 0, open: 1 },
    ]);
    expect(probes.map(({ probe, closedAt }) => [probe, closedAt])).toEqual([
      ["osaka-1", week.start + hour],
      ["osaka-1", week.end + hour],
    ]);
  });

  it("names first the contract that has least of its budget left", () => {
    const contract = (slug: string, allowedMs: number, leftMs: number) =>
      ({ slug, allowedMs, leftMs, spentMs: allowedMs - leftMs }) as ContractWeek;
    const contracts = [
      contract("half", 100, 50),
      contract("none", 0, 0),
      contract("over", 100, -1),
      contract("strict", 0, -5),
    ];
    expect(told({ contracts }).contracts.map(({ slug }) => slug)).toEqual(["strict", "over", "half", "none"]);
  });
});
