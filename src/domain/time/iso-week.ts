/**
 * Weeks as ISO 8601 counts them, from Monday to Monday in a zone: 167, 168 or 169 hours where clocks change. The first week of a year holds
 * its first Thursday.
 */
import { InvalidInput } from "../errors.ts";
import { type Weekday, weekdays } from "./business-calendar.ts";
import type { Instant, Interval } from "./interval.ts";
import { startOfLocalDate } from "./local-day.ts";
import { instantOf } from "./local-time.ts";

export interface IsoWeek extends Interval {
  /** "2026-W48". */
  label: string;
}

/** The week that contains the instant. */
export function weekContaining(at: Instant, timeZone: string): IsoWeek {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  let week = weekFrom(mondayOf(date), timeZone);
  // A clock set back over midnight returns to a local date that is over, one that skips midnight leaves it early.
  while (week.start > at) {
    week = weekFrom(mondayOf(date).subtract({ days: 7 }), timeZone);
  }
  while (week.end <= at) {
    week = weekFrom(mondayOf(date).add({ days: 7 }), timeZone);
  }
  return week;
}

/** The last week that is over at the instant. */
export function weekBefore(at: Instant, timeZone: string): IsoWeek {
  return weekContaining(weekContaining(at, timeZone).start - 1, timeZone);
}

/**
 * The week of a label.
 *
 * @throws InvalidInput iso_week, also for week 53 of a year that has 52
 */
export function weekOf(label: string, timeZone: string): IsoWeek {
  const parts = /^(\d{4})-W(\d\d)$/.exec(label);
  if (parts !== null) {
    // The fourth of January is always in the first week.
    const first = mondayOf(Temporal.PlainDate.from({ year: Number(parts[1]), month: 1, day: 4 }));
    const week = weekFrom(first.add({ days: 7 * (Number(parts[2]) - 1) }), timeZone);
    if (week.label === label) {
      return week;
    }
  }
  throw new InvalidInput("iso_week", `"${label}" is no week of the calendar, like 2026-W48.`);
}

/** The instant of a day and a wall time, "07:00", in the week that begins where this one ends. */
export function momentAfter(week: IsoWeek, day: Weekday, at: string, timeZone: string): Instant {
  const monday = Temporal.Instant.fromEpochMilliseconds(week.end).toZonedDateTimeISO(timeZone).toPlainDate();
  const date = monday.add({ days: weekdays.indexOf(day) });
  return instantOf(date.toPlainDateTime(Temporal.PlainTime.from(at)), timeZone);
}

function mondayOf(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.subtract({ days: date.dayOfWeek - 1 });
}

function weekFrom(monday: Temporal.PlainDate, timeZone: string): IsoWeek {
  const year = String(monday.yearOfWeek).padStart(4, "0");
  return {
    label: `${year}-W${String(monday.weekOfYear).padStart(2, "0")}`,
    start: startOfLocalDate(monday, timeZone),
    end: startOfLocalDate(monday.add({ days: 7 }), timeZone),
  };
}
