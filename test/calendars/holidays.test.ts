import { describe, expect, it } from "vitest";
import { calendarsOf, expandCalendar, holidayEdition, publicHolidays } from "../../src/calendars/holidays.ts";
import type { HolidayRegion } from "../../src/domain/time/calendar-definition.ts";
import { closedDatesIn } from "../../src/domain/time/calendar-definition.ts";
import { openTime, workingDeadline } from "../../src/domain/time/business-calendar.ts";
import { measure } from "../../src/domain/time/interval.ts";
import { hoursOf } from "../support/contracts.ts";

const weekend = (date: string) => [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());

describe("public holidays", () => {
  it.each<[HolidayRegion, number, string[]]>([
    [
      "DK",
      2026,
      [
        "2026-01-01",
        "2026-04-02",
        "2026-04-03",
        "2026-04-05",
        "2026-04-06",
        "2026-05-14",
        "2026-05-24",
        "2026-05-25",
        "2026-12-25",
        "2026-12-26",
      ],
    ],
    [
      "NO",
      2026,
      [
        "2026-01-01",
        "2026-04-02",
        "2026-04-03",
        "2026-04-05",
        "2026-04-06",
        "2026-05-01",
        "2026-05-14",
        "2026-05-17",
        "2026-05-24",
        "2026-05-25",
        "2026-12-25",
        "2026-12-26",
      ],
    ],
  ])("of %s in %i are those of the law, without observances and bank days", (region, year, dates) => {
    expect(publicHolidays(region, year)).toEqual(dates);
  });

  it("end with Great Prayer Day in Denmark in 2024", () => {
    expect(publicHolidays("DK", 2023)).toContain("2023-05-05");
    expect(publicHolidays("DK", 2024)).not.toContain("2024-04-26");
  });

  it("count as many weekdays in 2026 as people there have off", () => {
    const weekdays = (region: HolidayRegion) =>
      publicHolidays(region, 2026).filter((date) => !weekend(date)).length;
    expect({ DK: weekdays("DK"), ENG: weekdays("GB-ENG"), NIR: weekdays("GB-NIR") }).toEqual({
      DK: 7,
      ENG: 8,
      NIR: 10,
    });
  });

  it("differ between the parts of the United Kingdom", () => {
    const [england, scotland, ireland] = (["GB-ENG", "GB-SCT", "GB-NIR"] as const).map((region) =>
      publicHolidays(region, 2026),
    );
    expect(england).toEqual(expect.arrayContaining(["2026-05-04", "2026-08-31", "2026-12-28"]));
    expect(ireland).toEqual(expect.arrayContaining(["2026-03-17", "2026-07-13"]));
    expect(scotland).toContain("2026-11-30");
    expect(scotland).not.toContain("2026-04-06");
  });

  it("name the edition that says so", () => {
    expect(holidayEdition).toMatch(/^date-holidays \d+\.\d+\.\d+$/);
  });
});

describe("a calendar that is expanded", () => {
  const office = hoursOf(
    "office: { time_zone: Europe/Copenhagen, hours: { mon-fri: 09:00-17:00 }, holidays: DK, closed: [2026-06-05, 2026-12-30..2027-01-02] }",
  );

  it("is closed on public holidays and own closures of every year, over its end too", () => {
    const calendar = expandCalendar(office);
    expect(closedDatesIn(calendar, 2026)).toEqual(
      [...publicHolidays("DK", 2026), "2026-06-05", "2026-12-30", "2026-12-31"].sort(),
    );
    expect(closedDatesIn(calendar, 2027)).toEqual(
      [...new Set([...publicHolidays("DK", 2027), "2027-01-02"])].sort(),
    );
  });

  it("computes the twelve working hours of the Danish text", () => {
    const calendar = expandCalendar(office);
    const opened = Date.parse("2026-05-13T14:00:00Z");
    expect(new Date(workingDeadline(calendar, opened, 12 * 3_600_000)).toISOString()).toBe(
      "2026-05-18T10:00:00.000Z",
    );
  });

  it("has breaks, and an end at midnight", () => {
    const night = expandCalendar(
      hoursOf("n: { time_zone: UTC, hours: { mon: [08:00-12:00, 12:30-24:00] } }"),
    );
    const monday = { start: Date.parse("2026-06-01T00:00:00Z"), end: Date.parse("2026-06-02T00:00:00Z") };
    expect(measure(openTime(night, monday))).toBe(15.5 * 3_600_000);
  });

  it("is the same one for the same definition, and unknown ones are refused", () => {
    const calendarOf = calendarsOf(new Map([["office", office]]));
    expect(calendarOf({ calendar: "office" })).toBe(calendarOf({ inline: office }));
    expect(() => calendarOf({ calendar: "offices" })).toThrow('There is no calendar "offices".');
  });
});
