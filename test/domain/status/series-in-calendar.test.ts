import { describe, expect, it } from "vitest";
import { beginSeries, nextWindows, type SeriesPlan } from "../../../src/domain/status/maintenance-series.ts";
import { planWindow } from "../../../src/domain/status/maintenance-plan.ts";
import { cancelWindow, type MaintenanceWindow } from "../../../src/domain/status/maintenance-window.ts";
import { seriesInCalendar } from "../../../src/domain/status/series-in-calendar.ts";
import { stretchesOf } from "../../../src/domain/status/series-stretch.ts";

const hour = 3_600_000;
const now = Date.parse("2026-03-01T12:00:00Z");
const year = { start: now, end: now + 400 * 24 * hour };
const everySunday = (start: string, lengthMs = hour): SeriesPlan => ({
  ...{ title: "New disks", message: "We replace disks.", serviceSlugs: ["beacon"] },
  recurrence: { rule: "FREQ=WEEKLY;BYDAY=SU", start, timeZone: "Europe/Copenhagen", lengthMs },
});

function begun(plan: SeriesPlan) {
  const reference = "SER-2026-0001";
  const series = beginSeries(plan, { reference, author: "Ann", reason: null }, now);
  const windows = nextWindows(series, now).map(({ start, end, local }, i): MaintenanceWindow => {
    const identity = {
      reference: `MNT-2026-000${i + 1}`,
      author: "Ann",
      series: { reference, occurrence: local },
    };
    const { title, message, serviceSlugs } = plan;
    return planWindow({ title, message, serviceSlugs, plannedStart: start, plannedEnd: end }, identity, now);
  });
  const stretch = stretchesOf(series)[0]!;
  const inCalendar = (isTold: (window: MaintenanceWindow) => boolean = () => true) =>
    seriesInCalendar(stretch, windows, isTold, year)!;
  return { windows, inCalendar };
}

describe("a series in a calendar", () => {
  it("is its rule alone as long as nobody touches a window of it", () => {
    const { windows, inCalendar } = begun(everySunday("2026-03-08T22:00"));
    expect(inCalendar()).toEqual({
      ...{ rule: "FREQ=WEEKLY;BYDAY=SU", excluded: [], added: [], apart: [] },
      windows: windows.map(({ reference }) => reference),
    });
  });

  it("tells apart the window that was moved, the one that was called off, and the one over which clocks change", () => {
    const { windows, inCalendar } = begun(everySunday("2026-03-08T22:00", 4 * hour));
    const [first, second] = windows;
    windows[0] = {
      ...first!,
      plannedStart: first!.plannedStart + hour,
      plannedEnd: first!.plannedEnd + hour,
    };
    windows[1] = cancelWindow(second!, "Not this time.", "Ann", now);
    expect(inCalendar().apart).toMatchObject([
      {
        planned: first!.plannedStart,
        start: first!.plannedStart + hour,
        window: { reference: "MNT-2026-0001" },
      },
      { planned: second!.plannedStart, window: { state: "cancelled" } },
    ]);
    const over = begun(everySunday("2026-03-08T23:00", 2 * hour)).inCalendar();
    expect(over.apart).toEqual([]);
    const night = everySunday("2026-03-08T01:00", 4 * hour);
    expect(
      begun(night)
        .inCalendar()
        .apart.map(({ planned, window }) => [planned, window?.reference]),
    ).toEqual([
      [Date.parse("2026-03-29T00:00:00Z"), "MNT-2026-0004"],
      [Date.parse("2026-10-24T23:00:00Z"), undefined],
      [Date.parse("2027-03-28T00:00:00Z"), undefined],
    ]);
  });

  it("leaves out what is not planned: where a moved window lies in the way, and what has no place here", () => {
    const { windows, inCalendar } = begun(everySunday("2026-03-08T22:00"));
    const gone = windows.pop()!;
    const last = windows.at(-1)!;
    windows[windows.length - 1] = { ...last, plannedStart: gone.plannedStart, plannedEnd: gone.plannedEnd };
    const told = inCalendar(({ reference }) => reference !== "MNT-2026-0001");
    expect(told.excluded).toEqual(["2026-03-08T22:00", gone.series!.occurrence]);
    expect(told.windows).not.toContain("MNT-2026-0001");
  });

  it("tells beside its rule what clocks skip or repeat, where we plan it", () => {
    const { inCalendar } = begun(everySunday("2026-03-08T02:30"));
    expect(inCalendar()).toMatchObject({
      excluded: ["2026-03-29T02:30", "2026-10-25T02:30", "2027-03-28T02:30"],
      added: ["2026-03-29T01:00Z", "2026-10-25T00:30Z", "2027-03-28T01:00Z"].map((at) => Date.parse(at)),
    });
  });

  it("cannot begin with a time that clocks skip", () => {
    expect(begun(everySunday("2026-03-29T02:30")).inCalendar()).toBeNull();
  });
});
