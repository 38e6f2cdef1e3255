/**
 * Days as a place on earth lives them: 23, 24 or 25 hours, cut at local midnight (sla-semantics 1). The only file that asks where a
 * local day begins; billing cycles and daily bars both rest on it.
 */
import type { Instant, Interval } from "./interval.ts";

/** A day of one zone, from its midnight to the next. */
export interface LocalDay extends Interval {
  /** "YYYY-MM-DD", local. */
  date: string;
}

/**
 * Whether the name is one of the IANA time zone database ("Europe/Copenhagen", "UTC"), in any case. Bare offsets ("+01:00") are not:
 * they know no daylight saving, and nobody who writes one means that.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) {
    return false;
  }
  try {
    Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The day of the zone that contains the instant. */
export function localDayOf(at: Instant, timeZone: string): LocalDay {
  let dayNumber = Math.floor(at / dayMs);
  while (startOfDayNumber(dayNumber, timeZone) > at) {
    dayNumber--;
  }
  while (startOfDayNumber(dayNumber + 1, timeZone) <= at) {
    dayNumber++;
  }
  return toLocalDay(dayNumber, timeZone);
}

/** The last `count` days of the zone up to and including the one that contains `now`, oldest first. */
export function localDaysBefore(now: Instant, count: number, timeZone: string): LocalDay[] {
  const days: LocalDay[] = [];
  for (let at = now; days.length < count;) {
    const day = localDayOf(at, timeZone);
    days.push(day);
    at = day.start - 1;
  }
  return days.reverse();
}

/**
 * The instant at which a local date begins. Where midnight does not exist: the first instant after the gap (also when the whole day is
 * missing); where it happens twice: the earlier one.
 */
export function startOfLocalDate(date: Temporal.PlainDate, timeZone: string): Instant {
  return date.toZonedDateTime(timeZone).epochMilliseconds;
}

const dayMs = 86_400_000;
const epoch = new Temporal.PlainDate(1970, 1, 1);

/** Starts by zone and days since 1970-01-01, because a page asks for the same ninety days again and again. */
const starts = new Map<string, Map<number, Instant>>();
const daysKeptPerZone = 20_000;

function startOfDayNumber(dayNumber: number, timeZone: string): Instant {
  let ofZone = starts.get(timeZone);
  if (ofZone === undefined) {
    ofZone = new Map();
    starts.set(timeZone, ofZone);
  }
  let start = ofZone.get(dayNumber);
  if (start === undefined) {
    start = startOfLocalDate(epoch.add({ days: dayNumber }), timeZone);
    if (ofZone.size >= daysKeptPerZone) {
      ofZone.clear();
    }
    ofZone.set(dayNumber, start);
  }
  return start;
}

function toLocalDay(dayNumber: number, timeZone: string): LocalDay {
  return {
    date: epoch.add({ days: dayNumber }).toString(),
    start: startOfDayNumber(dayNumber, timeZone),
    end: startOfDayNumber(dayNumber + 1, timeZone),
  };
}
