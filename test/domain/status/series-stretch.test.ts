import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  beginSeries,
  changeSeries,
  endSeries,
  type SeriesPlan,
  windowsIn,
} from "../../../src/domain/status/maintenance-series.ts";
import { plannedIn, stretchesOf } from "../../../src/domain/status/series-stretch.ts";

const day = 86_400_000;
const now = Date.parse("2026-03-01T12:00:00Z");
const plan = (start: string, rule = "FREQ=WEEKLY;BYDAY=SU", hours = 1): SeriesPlan => ({
  ...{ title: "New disks", message: "We replace disks.", serviceSlugs: ["beacon"] },
  recurrence: { rule, start, timeZone: "Europe/Copenhagen", lengthMs: hours * 3_600_000 },
});
const identity = { reference: "SER-2026-0001", author: "Ann", reason: null };

describe("the stretches of a series", () => {
  it("hold one after the other, and the last until the series ends", () => {
    const begun = beginSeries(plan("2026-03-08T22:00"), identity, now);
    const changed = changeSeries(begun, plan("2026-03-23T05:00", "FREQ=DAILY"), null, now);
    const ended = endSeries(changed, Date.parse("2026-04-01T00:00:00Z"), now);
    expect(stretchesOf(ended)).toMatchObject([
      { number: 1, until: Date.parse("2026-03-22T23:00:00Z"), freeFrom: 0, version: 3 },
      { number: 2, until: Date.parse("2026-04-01T00:00:00Z"), freeFrom: Date.parse("2026-03-22T22:00:00Z") },
    ]);
    const early = endSeries(changed, Date.parse("2026-03-10T00:00:00Z"), now);
    expect(stretchesOf(early).map(({ number }) => number)).toEqual([1]);
  });

  it("plan what the series plans, whatever it is changed to and whenever it ends", () => {
    const local = fc
      .integer({ min: 3, max: 60 })
      .chain((after) =>
        fc
          .integer({ min: 0, max: 23 })
          .map(
            (hour) =>
              `${new Date(now + after * day).toISOString().slice(0, 11)}${String(hour).padStart(2, "0")}:30`,
          ),
      );
    const plans = fc.tuple(local, fc.integer({ min: 1, max: 23 }));
    fc.assert(
      fc.property(
        plans,
        fc.array(plans, { maxLength: 3 }),
        fc.integer({ min: 5, max: 90 }),
        (first, later, end) => {
          const begun = beginSeries(plan(first[0], "FREQ=DAILY", first[1]), identity, now);
          const changed = later.reduce(
            (series, [start, hours]) => changeSeries(series, plan(start, "FREQ=DAILY", hours), null, now),
            begun,
          );
          const series = endSeries(changed, now + end * day, now);
          const within = { start: now, end: now + 120 * day };
          expect(stretchesOf(series).flatMap((one) => plannedIn(one, within))).toEqual(
            windowsIn(series, within).map(({ plan: _, ...time }) => time),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
