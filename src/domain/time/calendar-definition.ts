/**
 * A calendar as people write it down: hours of the week, public holidays by region, days of one's own on which nobody works; and the
 * business calendar of the arithmetic that it stands for. Which days are holidays comes from outside, year by year.
 */
import type { BusinessCalendar, OpeningHours, Weekday } from "./business-calendar.ts";
import { weekdays } from "./business-calendar.ts";

/** A country, or a region of one, as public holidays are known by it: `DK`, `GB-ENG`. Which there are, a library says (src/calendars). */
export type HolidayRegion = string;

/** Those that are offered before anybody searches: Denmark, England, Scotland, Northern Ireland, Norway, France. */
export const usualRegions: readonly HolidayRegion[] = ["DK", "GB-ENG", "GB-SCT", "GB-NIR", "NO", "FR"];

/** Local dates "YYYY-MM-DD", both inclusive. */
export interface DateSpan {
  from: string;
  to: string;
}

export interface CalendarDefinition {
  title: string;
  /** IANA name. */
  timeZone: string;
  weekly: Record<Weekday, OpeningHours[]>;
  /** Public holidays of each of these regions are closed. */
  holidays: HolidayRegion[];
  /** Own closures, entered as they are known. */
  closed: DateSpan[];
}

/** The public holidays of a region in a year, "YYYY-MM-DD". */
export type HolidaySource = (region: HolidayRegion, year: number) => readonly string[];

/** The calendar to compute with. Holidays are looked up for the years that are asked for, whichever they are. */
export function toBusinessCalendar(
  definition: CalendarDefinition,
  holidays: HolidaySource,
): BusinessCalendar {
  const { timeZone, weekly } = definition;
  return { timeZone, weekly, closedDates: new ClosedDates(definition, holidays) };
}

/** A set that learns a year when it is first asked about a day in it, because calendars have no end. */
class ClosedDates extends Set<string> {
  readonly #definition: CalendarDefinition;
  readonly #holidays: HolidaySource;
  readonly #years = new Set<string>();

  constructor(definition: CalendarDefinition, holidays: HolidaySource) {
    super();
    this.#definition = definition;
    this.#holidays = holidays;
  }

  override has(date: string): boolean {
    const year = date.slice(0, 4);
    if (!this.#years.has(year)) {
      this.#years.add(year);
      const { holidays, closed } = this.#definition;
      holidays.forEach((region) => this.#holidays(region, Number(year)).forEach((day) => this.add(day)));
      closed.forEach((span) => datesOf(span, year).forEach((day) => this.add(day)));
    }
    return super.has(date);
  }
}

/** Every closed day of a year, in order. */
export function closedDatesIn({ closedDates }: BusinessCalendar, year: number): string[] {
  const [from, to] = [`${year}-01-01`, `${year}-12-31`];
  return datesOf({ from, to }, String(year)).filter((date) => closedDates.has(date));
}

/** The days of a span that lie in a year. */
function datesOf({ from, to }: DateSpan, year: string): string[] {
  const first = Temporal.PlainDate.from(from > `${year}-01-01` ? from : `${year}-01-01`);
  const last = Temporal.PlainDate.from(to < `${year}-12-31` ? to : `${year}-12-31`);
  const days: string[] = [];
  for (let day = first; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    days.push(day.toString());
  }
  return days;
}

/** "mon–fri 09:00–17:00, Europe/Copenhagen, closed on public holidays of DK and on 2026-06-05". */
export function calendarInWords({ timeZone, weekly, holidays, closed }: CalendarDefinition): string {
  const stretches: { from: Weekday; to: Weekday; hours: string }[] = [];
  for (const day of weekdays) {
    const hours = weekly[day].map(hoursInWords).join(" and ");
    const last = stretches.at(-1);
    if (
      last !== undefined &&
      last.hours === hours &&
      weekdays.indexOf(last.to) === weekdays.indexOf(day) - 1
    ) {
      last.to = day;
    } else {
      stretches.push({ from: day, to: day, hours });
    }
  }
  const open = stretches
    .filter(({ hours }) => hours !== "")
    .map(({ from, to, hours }) => `${from === to ? from : `${from}–${to}`} ${hours}`);
  const closures = [
    ...(holidays.length > 0 ? [`on public holidays of ${holidays.join(", ")}`] : []),
    ...(closed.length > 0
      ? [`on ${closed.map(({ from, to }) => (from === to ? from : `${from}..${to}`)).join(", ")}`]
      : []),
  ];
  return [
    open.length === 0 ? "never open" : open.join(", "),
    timeZone,
    ...(closures.length > 0 ? [`closed ${closures.join(" and ")}`] : []),
  ].join(", ");
}

function hoursInWords({ startMinute, endMinute }: OpeningHours): string {
  return `${timeOfDay(startMinute)}–${timeOfDay(endMinute)}`;
}

function timeOfDay(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/**
 * What a changed calendar would do to days that are over, as a sentence; null when it leaves them alone. A promise measured by a calendar
 * may get new closures for days to come, and nothing else.
 */
export function rewrittenPast(
  from: CalendarDefinition,
  to: CalendarDefinition,
  today: string,
): string | null {
  const rules = ({ timeZone, weekly, holidays }: CalendarDefinition) =>
    JSON.stringify([timeZone, weekdays.map((day) => weekly[day].map(hoursInWords)), holidays.toSorted()]);
  if (rules(from) !== rules(to)) {
    return "its hours, zone and holidays have been counted with";
  }
  /** Days of closures that were over; of one that still runs, its beginning. */
  const past = ({ closed }: CalendarDefinition) =>
    closed
      .filter((span) => span.from < today)
      .map((span) => `${span.from}..${span.to < today ? span.to : ""}`)
      .sort()
      .join();
  return past(from) === past(to) ? null : "closures of days that are over have been counted with";
}
