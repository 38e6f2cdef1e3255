import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventfulDays } from "../../../src/domain/status/service-day.ts";
import { localDaysBefore } from "../../../src/domain/time/local-day.ts";
import {
  day,
  hour,
  incident,
  maintenance,
  measured,
  minute,
  now,
  type Trouble,
} from "../../support/boards.ts";

const days = localDaysBefore(now, 90, "Europe/Copenhagen");
const told = (troubles: Trouble[], observedDays: number | null = 400) =>
  eventfulDays(measured("beacon", "Beacon", null, troubles, observedDays), days, [], [], now);

describe("the eventful days of a service", () => {
  it("are none where it was up all the time", () => {
    expect(told([])).toEqual([]);
  });

  it("are where it was down, with the bounds of its outages", () => {
    const [one, ...others] = told([{ agoMs: 3 * day, lengthMs: 61_000, state: "down" }]);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ index: 86, downMs: 61_000, lowerMs: 56_000, upperMs: 71_000, degradedMs: 0 });
  });

  it("share an outage over local midnight between both days", () => {
    const midnight = days[88]!.start;
    const parts = told([{ agoMs: now - midnight + 10 * minute, lengthMs: 25 * minute, state: "down" }]);
    expect(parts.map(({ index, downMs }) => [index, downMs / minute])).toEqual([
      [87, 10],
      [88, 15],
    ]);
  });

  it("are where time was corrected, also where it counts as up now, on each day that it touches", () => {
    const service = measured("beacon", "Beacon", null, []);
    const midnight = days[88]!.start;
    const [start, end] = [midnight - 10 * minute, midnight + 5 * minute];
    const correction = {
      id: "COR-2026-0001",
      start,
      end,
      state: "up" as const,
      recordedAt: now,
      reason: "A cut line.",
    };
    service.corrections = [correction];
    expect(eventfulDays(service, days, [], [], now)).toMatchObject([
      { index: 87, downMs: 0, corrections: [correction] },
      { index: 88, downMs: 0, corrections: [correction] },
    ]);
  });

  it("count no time twice when two checks fail together", () => {
    const service = measured("beacon", "Beacon", null, [{ agoMs: day, lengthMs: hour, state: "down" }]);
    service.outages.push({ ...service.outages[0]!, checkSlug: "other" });
    const [one] = eventfulDays(service, days, [], [], now);
    expect(one!.upperMs).toBe(hour + 10_000);
  });

  it("tell time before the first observation apart from time in which measurements were missing", () => {
    const all = told([{ agoMs: 20 * day, lengthMs: 3 * hour, state: "unknown" }], 41);
    expect(all.find(({ unknownMs }) => unknownMs > 0)).toMatchObject({
      unknownMs: 3 * hour,
      unobservedMs: 0,
    });
    expect(all.filter(({ unobservedMs }) => unobservedMs > 0)).toHaveLength(49);
  });

  it("are all unobserved where nothing was ever measured", () => {
    const all = told([], null);
    expect(all).toHaveLength(90);
    expect(all.every(({ unobservedMs, elapsedMs }) => unobservedMs === elapsedMs)).toBe(true);
  });

  it("name the incidents and windows of each day they touch, but no cancelled window", () => {
    const service = measured("beacon", "Beacon", null);
    const long = incident("INC-2026-0001", "Long", ["beacon"], 2 * day, day);
    const window = maintenance("MNT-2026-0001", "Work", ["beacon"], -5 * day, hour);
    const cancelled = {
      ...maintenance("MNT-2026-0002", "Not", ["beacon"], -6 * day, hour),
      state: "cancelled" as const,
    };
    const all = eventfulDays(service, days, [long], [window, cancelled], now);
    expect(all.map(({ index, incidents, windows }) => [index, incidents.length, windows.length])).toEqual([
      [84, 0, 1],
      [87, 1, 0],
      [88, 1, 0],
    ]);
  });

  it("add up to the trouble there was, over any days and daylight saving", () => {
    const trouble = fc.record({
      agoMs: fc.integer({ min: 1, max: 85 * 24 }).map((hours) => hours * hour),
      lengthMs: fc.integer({ min: 1_000, max: hour }),
      state: fc.constantFrom("down", "degraded", "unknown"),
    });
    const apart = fc.uniqueArray(trouble, { selector: ({ agoMs }) => agoMs, maxLength: 20 });
    fc.assert(
      fc.property(apart, (troubles) => {
        const all = told(troubles);
        for (const state of ["down", "degraded", "unknown"] as const) {
          const wanted = troubles
            .filter((one) => one.state === state)
            .reduce((sum, one) => sum + one.lengthMs, 0);
          expect(all.reduce((sum, one) => sum + one[`${state}Ms`], 0)).toBe(wanted);
        }
        for (const one of all) {
          expect(one.lowerMs).toBeLessThanOrEqual(one.downMs);
        }
      }),
      { numRuns: 60 },
    );
  });
});
