import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandCalendar } from "../../../src/calendars/holidays.ts";
import { closedDatesIn } from "../../../src/domain/time/calendar-definition.ts";
import { calendarYear } from "../../../src/domain/time/calendar-year.ts";
import { hoursOf } from "../../support/contracts.ts";

const definition = hoursOf(
  "o: { time_zone: Europe/Copenhagen, hours: { mon-fri: 08:00-16:00 }, holidays: DK, closed: [2026-12-24, 2026-07-13..2026-07-26] }",
);
const year = (of: number) => calendarYear(definition, expandCalendar(definition), of);
const dayOf = (date: string) =>
  year(Number(date.slice(0, 4)))
    .flatMap(({ weeks }) => weeks.flat())
    .find((day) => day?.date === date)!;

describe("a calendar as a year", () => {
  it("says of each day whether it is open, and why it is not", () => {
    expect(dayOf("2026-04-01")).toMatchObject({
      kind: "open",
      hours: [{ startMinute: 480, endMinute: 960 }],
    });
    expect(dayOf("2026-04-02")).toMatchObject({ kind: "holiday", hours: [] });
    expect(dayOf("2026-04-11")).toMatchObject({ kind: "weekly" });
    expect(dayOf("2026-07-26")).toMatchObject({ kind: "closure" });
    expect(dayOf("2026-12-24")).toMatchObject({ kind: "closure" });
  });

  it("has twelve months of weeks from Monday to Sunday, with every day once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1990, max: 2100 }), (of) => {
        const months = year(of);
        const days = months.flatMap(({ weeks }) => weeks.flat()).filter((day) => day !== null);
        expect(months).toHaveLength(12);
        expect(new Set(days.map(({ date }) => date)).size).toBe(
          of % 4 === 0 && (of % 100 !== 0 || of % 400 === 0) ? 366 : 365,
        );
        for (const week of months.flatMap(({ weeks }) => weeks)) {
          expect(week).toHaveLength(7);
          week.forEach((day, i) => day && expect((new Date(day.date).getUTCDay() + 6) % 7).toBe(i));
        }
      }),
      { numRuns: 20 },
    );
  });

  it("is closed on exactly the days that are counted as closed", () => {
    const closed = year(2026)
      .flatMap(({ weeks }) => weeks.flat())
      .filter((day) => day?.kind === "holiday" || day?.kind === "closure")
      .map((day) => day!.date);
    expect(closed).toEqual(closedDatesIn(expandCalendar(definition), 2026));
  });
});
