import { describe, expect, it } from "vitest";
import { openTime } from "../../../src/domain/time/business-calendar.ts";
import {
  calendarInWords,
  type CalendarDefinition,
  closedDatesIn,
  rewrittenPast,
  toBusinessCalendar,
} from "../../../src/domain/time/calendar-definition.ts";
import { measure } from "../../../src/domain/time/interval.ts";

const nine = { startMinute: 540, endMinute: 1_020 };
const office: CalendarDefinition = {
  title: "Office",
  timeZone: "UTC",
  weekly: { mon: [nine], tue: [nine], wed: [nine], thu: [nine], fri: [nine], sat: [], sun: [] },
  holidays: ["DK"],
  closed: [
    { from: "2026-06-05", to: "2026-06-05" },
    { from: "2026-12-30", to: "2027-01-02" },
  ],
};

describe("a written calendar", () => {
  it("asks for the holidays of a year when it is first asked about a day in it", () => {
    const asked: string[] = [];
    const calendar = toBusinessCalendar(office, (region, year) => {
      asked.push(`${region} ${year}`);
      return [`${year}-06-08`];
    });
    const monday = (year: number) => ({ start: Date.UTC(year, 5, 8), end: Date.UTC(year, 5, 9) });
    expect(measure(openTime(calendar, monday(2026)))).toBe(0);
    expect(calendar.closedDates.has("2026-06-09")).toBe(false);
    expect(asked).toEqual(["DK 2026"]);
  });

  it("is closed on own closures in every year they reach into", () => {
    const calendar = toBusinessCalendar(office, () => []);
    expect(closedDatesIn(calendar, 2026)).toEqual(["2026-06-05", "2026-12-30", "2026-12-31"]);
    expect(closedDatesIn(calendar, 2027)).toEqual(["2027-01-01", "2027-01-02"]);
    expect(closedDatesIn(calendar, 2028)).toEqual([]);
  });

  it("reads as a person would say it, with breaks and days that go together", () => {
    expect(calendarInWords(office)).toBe(
      "mon–fri 09:00–17:00, UTC, closed on public holidays of DK and on 2026-06-05, 2026-12-30..2027-01-02",
    );
    const morning = { startMinute: 480, endMinute: 720 };
    const broken = {
      ...office,
      holidays: [],
      closed: [],
      weekly: { ...office.weekly, wed: [morning, { startMinute: 750, endMinute: 1_440 }] },
    };
    expect(calendarInWords(broken)).toBe(
      "mon–tue 09:00–17:00, wed 08:00–12:00 and 12:30–24:00, thu–fri 09:00–17:00, UTC",
    );
    const never = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
    expect(calendarInWords({ ...office, weekly: never, holidays: [], closed: [] })).toBe("never open, UTC");
  });
});

describe("a calendar that has been counted by", () => {
  const today = "2026-06-10";
  const closed = (...spans: [string, string][]) => ({
    ...office,
    closed: spans.map(([from, to]) => ({ from, to })),
  });

  it("keeps its hours, its zone and its holidays", () => {
    expect(rewrittenPast(office, { ...office, timeZone: "Europe/Paris" }, today)).toMatch(
      /hours, zone and holidays/,
    );
    expect(rewrittenPast(office, { ...office, holidays: [] }, today)).toMatch(/hours, zone and holidays/);
    expect(
      rewrittenPast(office, { ...office, weekly: { ...office.weekly, sat: [nine] } }, today),
    ).not.toBeNull();
    expect(rewrittenPast(office, { ...office, title: "Bureau" }, today)).toBeNull();
  });

  it("keeps closures that are over, and takes new ones for days to come", () => {
    expect(rewrittenPast(office, closed(["2026-12-30", "2027-01-02"]), today)).toMatch(/days that are over/);
    expect(
      rewrittenPast(office, closed(["2026-06-05", "2026-06-05"], ["2026-07-13", "2026-07-26"]), today),
    ).toBeNull();
    expect(
      rewrittenPast(office, closed(["2026-06-05", "2026-06-05"], ["2026-06-09", "2026-06-09"]), today),
    ).not.toBeNull();
  });

  it("may end a closure that still runs on another day to come", () => {
    const from = closed(["2026-06-08", "2026-06-12"]);
    expect(rewrittenPast(from, closed(["2026-06-08", "2026-06-15"]), today)).toBeNull();
    expect(rewrittenPast(from, closed(["2026-06-08", "2026-06-09"]), today)).not.toBeNull();
  });
});
