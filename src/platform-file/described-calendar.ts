/** Calendars as the platform file writes them: a zone, hours of the week with breaks, public holidays, own closures. */
import { holidayRegions, isHolidayRegion } from "../calendars/regions.ts";
import { weekdays, type OpeningHours, type Weekday } from "../domain/time/business-calendar.ts";
import type { CalendarDefinition } from "../domain/time/calendar-definition.ts";
import { dateSpan, dayRange, daysOf, openingHours } from "./agreement-words.ts";
import type { Note, Path } from "./mistakes.ts";
import { guess } from "./nearest-word.ts";
import { text } from "./scalars.ts";
import { anyNumber, choice, key, oneOrMore, section, table, type ValueOf } from "./shapes.ts";
import { slug, timeZone, title } from "./words.ts";

const regionWhat = "a country, or a region of one, of which public holidays are known, like DK or GB-ENG";
const region = text({
  what: regionWhat,
  pattern: "[A-Z]{2}(-[A-Za-z0-9]+){0,2}",
  max: 40,
  refuse: (code) =>
    isHolidayRegion(code) ? null : `must be ${regionWhat}, not "${code}"${guess(code, holidayRegions())}`,
});

const calendarKeys = {
  title: key(title, "What people call it. Default: made of the slug."),
  time_zone: key(timeZone, "Zone of its hours. Default: that of the contract, or of the platform."),
  hours: key(
    table(
      "hours by day, like mon-fri: 09:00-17:00",
      dayRange,
      oneOrMore("hours or a list of hours", openingHours),
    ),
    "When it is open, by day or range of days, several intervals a day for breaks; 24:00 is the end of a day.",
  ),
  holidays: key(
    anyNumber("a region or a list of regions", region),
    "Public holidays on which it is closed, of a country like DK, or of a region of one like GB-ENG or DE-BY. Default: none.",
  ),
  closed: key(
    anyNumber("a date or a list of dates", dateSpan),
    "Own closures: dates, or the first and the last like 2026-07-13..2026-07-26. Default: none.",
  ),
};

export const calendar = section("a section with hours", calendarKeys, { required: ["hours"] });

/** A calendar of the platform by its slug, or one of its own: of one that a policy wrote, a part may be said anew. */
export const hours = choice("the slug of a calendar, or a calendar", {
  scalar: slug,
  mapping: section("a section with hours", calendarKeys),
});

export type SaidCalendar = ValueOf<typeof calendar>;

/** As a definition; overlapping hours of a day are noted. */
export function toCalendar(
  said: SaidCalendar,
  defaults: { title: string; timeZone: string },
  path: Path,
  note: Note,
): CalendarDefinition {
  const weekly = Object.fromEntries(weekdays.map((day) => [day, []])) as unknown as Record<
    Weekday,
    OpeningHours[]
  >;
  for (const [range, open] of said.hours ?? []) {
    const stretches = open === undefined ? [] : Array.isArray(open) ? open : [open];
    for (const day of /^[a-z]{3}(-[a-z]{3})?$/.test(range) ? daysOf(range) : []) {
      weekly[day]?.push(...stretches);
    }
  }
  for (const day of weekdays) {
    weekly[day].sort((a, b) => a.startMinute - b.startMinute);
    if (weekly[day].some((open, i) => i > 0 && open.startMinute < weekly[day][i - 1]!.endMinute)) {
      note(`hours of ${day} overlap`, [...path, "hours"]);
    }
  }
  return {
    title: said.title ?? defaults.title,
    timeZone: said.time_zone ?? defaults.timeZone,
    weekly,
    holidays: [...new Set(toList(said.holidays))],
    closed: toList(said.closed).toSorted((a, b) => (a.from < b.from ? -1 : 1)),
  };
}

export function toList<T>(said: T | T[] | undefined): T[] {
  return said === undefined ? [] : Array.isArray(said) ? said : [said];
}
