import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  beginSeries,
  changeSeries,
  endSeries,
  isSeriesOver,
  nextWindows,
  seriesFaults,
  type SeriesPlan,
  windowsIn,
} from "../../../src/domain/status/maintenance-series.ts";

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.parse("2026-03-01T12:00:00Z");
const plan = (change: Partial<SeriesPlan["recurrence"]> = {}, title = "New disks"): SeriesPlan => ({
  title,
  message: "We replace disks.",
  serviceSlugs: ["beacon"],
  recurrence: {
    ...{ rule: "FREQ=WEEKLY;BYDAY=SU", start: "2026-03-08T22:00", timeZone: "Europe/Copenhagen" },
    lengthMs: hour,
    ...change,
  },
});
const identity = { reference: "SER-2026-0001", author: "Ann", reason: null };
const series = beginSeries(plan(), identity, now);
const localOf = (windows: readonly { local: string }[]) => windows.map(({ local }) => local);

describe("a series of maintenance windows", () => {
  it("announces what begins within a quarter", () => {
    const next = nextWindows(series, now);
    expect(next).toHaveLength(13);
    expect(next[0]!.local).toBe("2026-03-08T22:00");
    expect(next.at(-1)!.start).toBeLessThan(now + 92 * day);
  });

  it("announces two of them, however far apart they lie", () => {
    const yearly = beginSeries(plan({ rule: "FREQ=YEARLY", start: "2026-12-06T22:00" }), identity, now);
    expect(localOf(nextWindows(yearly, now))).toEqual(["2026-12-06T22:00", "2027-12-06T22:00"]);
  });

  it("follows another plan from a day on, and the old one before it", () => {
    const later = plan({ rule: "FREQ=WEEKLY;BYDAY=MO", start: "2026-03-23T05:00" }, "New switches");
    const changed = changeSeries(series, later, "Because.", now);
    const windows = windowsIn(changed, { start: now, end: now + 30 * day });
    expect(localOf(windows)).toEqual([
      ...["2026-03-08T22:00", "2026-03-15T22:00", "2026-03-22T22:00"],
      "2026-03-23T05:00",
      "2026-03-30T05:00",
    ]);
    expect(windows.map((one) => one.plan.title)).toEqual([
      ...["New disks", "New disks", "New disks", "New switches", "New switches"],
    ]);
    expect(changed).toMatchObject({ version: 2, reason: "Because." });
  });

  it("is replaced whole by a plan that holds from its first day on", () => {
    const changed = changeSeries(series, plan({ start: "2026-03-08T23:00" }), null, now);
    expect(changed.parts).toHaveLength(1);
    expect(nextWindows(changed, now)[0]!.local).toBe("2026-03-08T23:00");
  });

  it("ends from a date on, and is over then", () => {
    const ended = endSeries(series, Date.parse("2026-03-20T00:00:00Z"), now);
    expect(localOf(nextWindows(ended, now))).toEqual(["2026-03-08T22:00", "2026-03-15T22:00"]);
    expect(isSeriesOver(ended, now)).toBe(false);
    expect(isSeriesOver(ended, now + 20 * day)).toBe(true);
    expect(() => changeSeries(ended, plan(), null, now + 20 * day)).toThrow("is over");
    expect(() => endSeries(ended, now, now + 20 * day)).toThrow("is over");
  });

  it("is refused with every fault at its member", () => {
    const faultsOf = (wrong: SeriesPlan) => seriesFaults(wrong, now).map(({ pointer }) => pointer);
    expect(faultsOf(plan())).toEqual([]);
    expect(faultsOf({ ...plan(), title: "", message: "", serviceSlugs: [] })).toEqual([
      ...["/title", "/message", "/services"],
    ]);
    expect(faultsOf(plan({ lengthMs: 0 }))).toEqual(["/recurrence/length_ms"]);
    expect(faultsOf(plan({ lengthMs: 91 * day, rule: "FREQ=YEARLY", start: "2026-03-08T22:00" }))).toEqual([
      "/recurrence/length_ms",
    ]);
    expect(faultsOf(plan({ start: "2026-02-22T22:00" }))).toEqual(["/recurrence/start"]);
    expect(faultsOf(plan({ start: "2029-03-11T22:00" }))).toEqual(["/recurrence/start"]);
  });

  it("has no window that overlaps the next, whatever plans follow each other", () => {
    const rules = fc.constantFrom("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=DAILY;INTERVAL=2");
    const plans = fc.array(
      fc.record({
        rule: rules,
        date: fc.integer({ min: 2, max: 31 }),
        hour: fc.integer({ min: 0, max: 23 }),
        lengthMs: fc.integer({ min: 1, max: 22 * hour }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(plans, (changes) => {
        const changed = changes.reduce((one, { date, hour: h, ...rest }) => {
          const start = `2026-03-${String(date).padStart(2, "0")}T${String(h).padStart(2, "0")}:00`;
          return changeSeries(one, plan({ ...rest, start }), null, now);
        }, series);
        const windows = nextWindows(changed, now);
        windows.slice(1).forEach(({ start }, i) => expect(windows[i]!.end).toBeLessThanOrEqual(start));
        expect(new Set(localOf(windows)).size).toBe(windows.length);
      }),
      { numRuns: 60 },
    );
  });
});
