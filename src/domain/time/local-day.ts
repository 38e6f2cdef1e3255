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
  if (knownZones.has(name)) {
    return true;
  }
  try {
    Intl.DateTimeFormat("en", { timeZone: name });
    if (knownZones.size < zonesKept) {
      knownZones.add(name);
    }
    return true;
  } catch {
    return false;
  }
}

/** Names that were asked about and are zones: asking takes as long as judging a month. Spellings are many, so not all are kept. */
const knownZones = new Set<string>();
const zonesKept = 1_000;

/** The day of the zone that contains the instant. */
export function localDayOf(at: Instant, timeZone: string): LocalDay {
  let dayNumber = Math.floor(at / dayMs);
  while (dayOf(dayNumber, timeZone).start > at) {
    dayNumber--;
  }
  while (dayOf(dayNumber, timeZone).end <= at) {
    dayNumber++;
  }
  return { ...dayOf(dayNumber, timeZone) };
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

/** Days by zone and number since 1970-01-01, because a page asks for the same ninety again and again. */
const days = new Map<string, Map<number, LocalDay>>();
const daysKeptPerZone = 20_000;

function dayOf(dayNumber: number, timeZone: string): LocalDay {
  let ofZone = days.get(timeZone);
  if (ofZone === undefined) {
    ofZone = new Map();
    days.set(timeZone, ofZone);
  }
  let day = ofZone.get(dayNumber);
  if (day === undefined) {
    const date = epoch.add({ days: dayNumber });
    day = {
      date: date.toString(),
      start: startOfLocalDate(date, timeZone),
      end: startOfLocalDate(date.add({ days: 1 }), timeZone),
    };
    if (ofZone.size >= daysKeptPerZone) {
      ofZone.clear();
    }
    ofZone.set(dayNumber, day);
  }
  return day;
}
