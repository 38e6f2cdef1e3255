/**
 * Public holidays by region and year, from a kept library of them; beside the street, for whoever turns a written calendar into hours.
 * Observances, bank days on which people work, and days that are free from noon on are none.
 */
import { createRequire } from "node:module";
import type Holidays from "date-holidays";
import type { HolidaysTypes } from "date-holidays";
import type { CalendarDefinition, HolidayRegion } from "../domain/time/calendar-definition.ts";
import { toBusinessCalendar } from "../domain/time/calendar-definition.ts";
import { InvalidInput } from "../domain/errors.ts";
import type { CalendarOf } from "../domain/sla/promise/clause-terms.ts";
import type { BusinessCalendar } from "../domain/time/business-calendar.ts";
import { isoDay } from "../domain/time/written-instant.ts";

const require = createRequire(import.meta.url);

/** Which edition of the library says so: kept with everything that was computed from it. */
export const holidayEdition = `date-holidays ${(require("date-holidays/package.json") as { version: string }).version}`;

const dayMs = 86_400_000;
/** A day on which clocks change may be shorter by so much, and is a day. */
const clockChangeMs = 2 * 3_600_000;

const libraries = new Map<HolidayRegion, Holidays>();
const years = new Map<string, readonly string[]>();

/** The public holidays of a region, substitute days included, "YYYY-MM-DD" in order. */
export function publicHolidays(region: HolidayRegion, year: number): readonly string[] {
  const key = `${region} ${year}`;
  let dates = years.get(key);
  if (dates === undefined) {
    // What begins in December may go on into the new year.
    const found = libraryOf(region)
      .getHolidays(year)
      .flatMap(datesOf)
      .concat(
        libraryOf(region)
          .getHolidays(year - 1)
          .flatMap(datesOf)
          .filter((date) => date.startsWith(`${year}-`)),
      );
    dates = [...new Set(found)].sort();
    years.set(key, dates);
  }
  return dates;
}

/** What the holidays of a year are called, by date: in this language where the library knows it, else as they are called there. */
export function holidayNames(
  { holidays }: Pick<CalendarDefinition, "holidays">,
  year: number,
  language: string,
): Map<string, string> {
  // The library calls bokmål "no".
  const code = language === "nb" ? "no" : language;
  return new Map(
    holidays.flatMap((region) =>
      libraryOf(region)
        .getHolidays(year, code)
        .flatMap((holiday) => datesOf(holiday).map((date): [string, string] => [date, holiday.name])),
    ),
  );
}

/** The days of a public holiday; none of one on which people work in the morning. */
function datesOf({ type, date, start, end }: HolidaysTypes.Holiday): string[] {
  const days = Math.floor((end.getTime() - start.getTime() + clockChangeMs) / dayMs);
  const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  return type !== "public" ? [] : Array.from({ length: days }, (_, i) => isoDay(first + i * dayMs));
}

/** The business calendar of a written one. */
export function expandCalendar(definition: CalendarDefinition): BusinessCalendar {
  return toBusinessCalendar(definition, publicHolidays);
}

const expanded = new WeakMap<CalendarDefinition, BusinessCalendar>();

/**
 * Gives the calendar that hours of a contract stand for, the same one for the same definition.
 *
 * @throws InvalidInput calendar_unknown
 */
export function calendarsOf(named: ReadonlyMap<string, CalendarDefinition>): CalendarOf {
  return (hours) => {
    const definition = "inline" in hours ? hours.inline : named.get(hours.calendar);
    if (definition === undefined) {
      const slug = "calendar" in hours ? hours.calendar : "";
      throw new InvalidInput("calendar_unknown", `There is no calendar "${slug}".`);
    }
    let calendar = expanded.get(definition);
    if (calendar === undefined) {
      calendar = expandCalendar(definition);
      expanded.set(definition, calendar);
    }
    return calendar;
  };
}

/** Loaded when a calendar first needs it: it holds the holidays of the world. */
function libraryOf(region: HolidayRegion): Holidays {
  let library = libraries.get(region);
  if (library === undefined) {
    const Library = require("date-holidays") as typeof Holidays;
    const [country, ...rest] = region.split("-") as [string, ...string[]];
    library = new (Library as new (...place: string[]) => Holidays)(country, ...rest);
    libraries.set(region, library);
  }
  return library;
}
