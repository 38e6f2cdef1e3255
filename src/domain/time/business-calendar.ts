/**
 * Hours in which people work, or a service is promised, as local wall time (sla-semantics 13): several intervals a day, closed dates, and
 * what they come to in UTC. Working time, deadlines and service hours all rest on it.
 */
import { InvalidInput } from "../errors.ts";
import type { Instant, Interval } from "./interval.ts";
import { clip, union } from "./interval.ts";
import { instantOf } from "./local-time.ts";

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/** A stretch of a local day in minutes since its midnight, start < end; 1440 is the end of the day. A night is two, on two days. */
export interface OpeningHours {
  startMinute: number;
  endMinute: number;
}

export interface BusinessCalendar {
  /** IANA name. */
  timeZone: string;
  weekly: Record<Weekday, readonly OpeningHours[]>;
  /** Local dates "YYYY-MM-DD" on which nothing is open. */
  closedDates: ReadonlySet<string>;
}

const minutesPerDay = 1_440;

/** "09:00" and "17:00" as a stretch of the day; "24:00" is allowed as the end. Null: they are not such hours. */
export function parseOpeningHours(start: string, end: string): OpeningHours | null {
  const [startMinute, endMinute] = [minuteOf(start), minuteOf(end)];
  return startMinute === null || endMinute === null || startMinute >= endMinute
    ? null
    : { startMinute, endMinute };
}

/** Whether the text is a date that exists, "YYYY-MM-DD". */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) {
    return false;
  }
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" }).toString() === text;
  } catch {
    return false;
  }
}

/** When the calendar is open within an interval. */
export function openTime(calendar: BusinessCalendar, within: Interval): Interval[] {
  if (within.start >= within.end) {
    return [];
  }
  const days: Interval[] = [];
  const last = localDate(within.end, calendar);
  for (
    let date = localDate(within.start, calendar);
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add(oneDay)
  ) {
    days.push(...openOn(date, calendar));
  }
  return clip(union(days), within);
}

/**
 * The earliest instant at which so much open time has passed since `from`: reaching it at closing time, it is closing time. None at all
 * is due at once.
 *
 * @throws InvalidInput calendar_closed when it is not reached within a hundred years
 */
export function workingDeadline(calendar: BusinessCalendar, from: Instant, targetMs: number): Instant {
  if (targetMs === 0) {
    return from;
  }
  let leftMs = targetMs;
  for (const date of datesFrom(localDate(from, calendar), calendar)) {
    for (const { start, end } of openOn(date, calendar)) {
      const begin = Math.max(start, from);
      if (begin < end && leftMs <= end - begin) {
        return begin + leftMs;
      }
      leftMs -= Math.max(0, end - begin);
    }
  }
  throw new InvalidInput(
    "calendar_closed",
    "The calendar is never open for that long, not in a hundred years.",
  );
}

/** When the first day with open time after the local day of `from` closes. */
export function endOfNextWorkingDay(calendar: BusinessCalendar, from: Instant): Instant {
  for (const date of datesFrom(localDate(from, calendar).add(oneDay), calendar)) {
    const end = openOn(date, calendar).at(-1)?.end;
    if (end !== undefined) {
      return end;
    }
  }
  throw new InvalidInput("calendar_closed", "The calendar is never open.");
}

/** When the local day of an instant closes; null: it is closed all day. */
export function closingOn(calendar: BusinessCalendar, at: Instant): Instant | null {
  return openOn(localDate(at, calendar), calendar).at(-1)?.end ?? null;
}

const oneDay = { days: 1 };
const yearsSearched = 100;

function* datesFrom(first: Temporal.PlainDate, calendar: BusinessCalendar): Generator<Temporal.PlainDate> {
  if (weekdays.some((day) => calendar.weekly[day].length > 0)) {
    for (let date = first; date.year <= first.year + yearsSearched; date = date.add(oneDay)) {
      yield date;
    }
  }
}

/** What every contract with this calendar asks for again and again. */
const openDays = new WeakMap<BusinessCalendar, Map<string, Interval[]>>();
const daysKeptPerCalendar = 1_000;

function openOn(date: Temporal.PlainDate, calendar: BusinessCalendar): readonly Interval[] {
  const hours = calendar.weekly[weekdays[date.dayOfWeek - 1]!];
  const name = date.toString();
  if (hours.length === 0 || calendar.closedDates.has(name)) {
    return [];
  }
  let known = openDays.get(calendar);
  if (known === undefined) {
    known = new Map();
    openDays.set(calendar, known);
  }
  let open = known.get(name);
  if (open === undefined) {
    // A stretch that clocks skip comes out empty, and union drops it.
    open = union(
      hours.map(({ startMinute, endMinute }) => ({
        start: atMinute(date, startMinute, calendar.timeZone),
        end: atMinute(date, endMinute, calendar.timeZone),
      })),
    );
    if (known.size >= daysKeptPerCalendar) {
      known.clear();
    }
    known.set(name, open);
  }
  return open;
}

function atMinute(date: Temporal.PlainDate, minute: number, timeZone: string): Instant {
  const day = minute === minutesPerDay ? date.add(oneDay) : date;
  const ofDay = minute % minutesPerDay;
  return instantOf(day.toPlainDateTime({ hour: Math.floor(ofDay / 60), minute: ofDay % 60 }), timeZone);
}

function localDate(at: Instant, { timeZone }: BusinessCalendar): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
}

function minuteOf(text: string): number | null {
  const parts = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  const minute = parts === null ? null : Number(parts[1]) * 60 + Number(parts[2]);
  return minute !== null && minute <= minutesPerDay ? minute : null;
}
