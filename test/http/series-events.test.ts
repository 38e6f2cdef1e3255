/** Planned work that comes again, in the calendar that anybody may follow: read by a program that nobody here wrote. */
import ICAL from "ical.js";
import { afterEach, describe, expect, it } from "vitest";
import { planWindow } from "../../src/domain/status/maintenance-plan.ts";
import {
  beginSeries,
  changeSeries,
  endSeries,
  type MaintenanceSeries,
  nextWindows,
  type SeriesPlan,
  windowsIn,
} from "../../src/domain/status/maintenance-series.ts";
import { cancelWindow, type MaintenanceWindow } from "../../src/domain/status/maintenance-window.ts";
import { stretchesOf } from "../../src/domain/status/series-stretch.ts";
import { boards, now, type VersionedBoard } from "../support/boards.ts";
import { servePages, type ServedPages } from "../support/pages.ts";

const hour = 3_600_000;
const day = 24 * hour;
/** Both changes of clocks lie in it. */
const year = { start: now, end: now + 380 * day };

let pages: ServedPages;
afterEach(async () => {
  expect(pages.errors).toEqual([]);
  await pages.stop();
});

const sundays = (start = "2026-11-29T22:00", change: Partial<SeriesPlan["recurrence"]> = {}): SeriesPlan => ({
  ...{ title: "New disks", message: "We replace disks.", serviceSlugs: ["files"] },
  recurrence: {
    rule: "FREQ=WEEKLY;BYDAY=SU",
    start,
    timeZone: "Europe/Copenhagen",
    lengthMs: hour,
    ...change,
  },
});
const begin = (plan: SeriesPlan) =>
  beginSeries(plan, { reference: "SER-2026-0001", author: "Ann", reason: null }, now);

/** What the server has announced of a series. */
const announced = (series: MaintenanceSeries): MaintenanceWindow[] =>
  nextWindows(series, now).map(({ start, end, local, plan }, i) =>
    planWindow(
      { ...plan, plannedStart: start, plannedEnd: end },
      {
        ...{ reference: `MNT-2026-${String(i + 101).padStart(4, "0")}`, author: "Ann" },
        series: { reference: series.reference, occurrence: local },
      },
      now,
    ),
  );

const boardWith = (series: MaintenanceSeries, windows = announced(series)): VersionedBoard => ({
  ...boards.calm(),
  ...{ windows, repeating: stretchesOf(series) },
});

async function calendarAt(path = "/maintenance.ics") {
  const text = await (await fetch(pages.url + path)).text();
  return new ICAL.Component(ICAL.parse(text) as unknown[]);
}

/** Every occurrence within a year, as the parser makes them of rule, exceptions and zone. */
function occurrencesOf(
  calendar: ICAL.Component,
): { start: number; end: number; status: unknown; title: string }[] {
  const events = calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
  const whole = events.filter((event) => !event.isRecurrenceException());
  return whole
    .flatMap((event) => {
      for (const other of events.filter((one) => one.isRecurrenceException() && one.uid === event.uid)) {
        event.relateException(other);
      }
      const found = [];
      const times = event.iterator();
      for (let next = times.next() as ICAL.Time | null; next; next = times.next() as ICAL.Time | null) {
        const { item, startDate, endDate } = event.getOccurrenceDetails(next);
        const start = startDate.toJSDate().getTime();
        if (start >= year.end) {
          break;
        }
        const status = item.component.getFirstPropertyValue("status");
        found.push({ start, end: endDate.toJSDate().getTime(), status, title: item.summary });
      }
      return found;
    })
    .sort((a, b) => a.start - b.start);
}
const timesOf = (calendar: ICAL.Component) =>
  occurrencesOf(calendar).map(({ start, end }) => ({ start, end }));
const plannedTimes = (series: MaintenanceSeries) =>
  windowsIn(series, year).map(({ start, end }) => ({ start, end }));

describe("a series in the calendar of maintenance", () => {
  it.each([
    ["at an hour that every day has", sundays()],
    ["over the hours in which clocks change", sundays("2026-11-29T01:00", { lengthMs: 4 * hour })],
    ["in the hour that clocks skip and repeat", sundays("2026-11-29T02:30")],
    ["in a zone across the ocean", sundays("2026-11-29T01:30", { timeZone: "America/New_York" })],
    ["in a zone whose clocks never change", sundays("2026-11-29T01:30", { timeZone: "UTC" })],
    [
      "every last working day, so many times",
      sundays("2026-11-30T22:00", { rule: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=9" }),
    ],
    [
      "until a date at the place",
      sundays("2026-11-29T23:30", { rule: "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270328" }),
    ],
  ])("is one event whose rule unfolds to exactly what is planned, %s", async (_, plan) => {
    const series = begin(plan);
    pages = await servePages(boardWith(series));
    const calendar = await calendarAt();
    const events = calendar.getAllSubcomponents("vevent");
    expect(events.filter((one) => one.getFirstProperty("rrule") !== null)).toHaveLength(1);
    expect(new Set(events.map((one) => one.getFirstPropertyValue("uid")))).toEqual(
      new Set(["SER-2026-0001@status.example.org"]),
    );
    expect(plannedTimes(series).length).toBeGreaterThan(8);
    expect(timesOf(calendar)).toEqual(plannedTimes(series));
  });

  it("names its zone once, after all that is said of the calendar", async () => {
    pages = await servePages(boardWith(begin(sundays())));
    const text = await (await fetch(`${pages.url}/maintenance.ics`)).text();
    const parts = text.split("\r\n").filter((line) => /^(X-PUBLISHED-TTL|BEGIN:V)/.test(line));
    expect(parts.map((line) => line.replace(/^X-.*/, "ttl"))).toEqual([
      ...["BEGIN:VCALENDAR", "ttl", "BEGIN:VTIMEZONE", "BEGIN:VEVENT"],
    ]);
  });

  it("keeps its identity and rises when it is changed, from that day on under another one", async () => {
    const series = begin(sundays());
    const changed = changeSeries(
      series,
      sundays("2027-01-04T05:00", { rule: "FREQ=WEEKLY;BYDAY=MO" }),
      null,
      now,
    );
    pages = await servePages(boardWith(series));
    const numbers = async () =>
      (await calendarAt())
        .getAllSubcomponents("vevent")
        .map((one) => [one.getFirstPropertyValue("uid"), one.getFirstPropertyValue("sequence")]);
    expect(await numbers()).toEqual([["SER-2026-0001@status.example.org", 0]]);
    pages.show({ ...boardWith(changed), version: 2 });
    expect(await numbers()).toEqual([
      ["SER-2026-0001@status.example.org", 1],
      ["SER-2026-0001-2@status.example.org", 1],
    ]);
    expect(timesOf(await calendarAt())).toEqual(plannedTimes(changed));
    const ended = endSeries(changed, Date.parse("2027-03-01T00:00:00Z"), now);
    pages.show({ ...boardWith(ended), version: 3 });
    expect(timesOf(await calendarAt())).toEqual(plannedTimes(ended));
  });

  it("tells a moved window where it was moved to, and strikes out one that was called off", async () => {
    const series = begin(sundays());
    const windows = announced(series);
    const [first, second] = windows;
    const moved = { plannedStart: first!.plannedStart + day, plannedEnd: first!.plannedEnd + day + hour };
    windows[0] = { ...first!, ...moved, title: "New disks and fans" };
    windows[1] = cancelWindow(second!, "Not this time.", "Ann", now);
    pages = await servePages(boardWith(series, windows));
    const told = occurrencesOf(await calendarAt());
    expect(told.slice(0, 3)).toEqual([
      { start: moved.plannedStart, end: moved.plannedEnd, status: "CONFIRMED", title: "New disks and fans" },
      { start: second!.plannedStart, end: second!.plannedEnd, status: "CANCELLED", title: "New disks" },
      expect.objectContaining({ start: windows[2]!.plannedStart, status: "CONFIRMED" }),
    ]);
    expect(told).toHaveLength(plannedTimes(series).length);
  });

  it("is told of the services that it touches, and one of its windows can be taken alone", async () => {
    const series = begin(sundays());
    const board = boardWith(series);
    pages = await servePages(board);
    expect((await calendarAt("/services/files/maintenance.ics")).getAllSubcomponents("vevent")).toHaveLength(
      1,
    );
    expect((await calendarAt("/services/api/maintenance.ics")).getAllSubcomponents("vevent")).toHaveLength(0);
    const { reference } = board.windows[3]!;
    const [alone] = (await calendarAt(`/maintenance/${reference}.ics`)).getAllSubcomponents("vevent");
    expect(alone!.getFirstPropertyValue("uid")).toBe(`${reference}@status.example.org`);
    expect(alone!.getFirstProperty("rrule")).toBeNull();
  });
});
