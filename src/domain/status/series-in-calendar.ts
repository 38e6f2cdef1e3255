/**
 * A stretch of a series as a calendar program is to keep it: one rule, the times at which the program must not follow it, and the windows
 * that stand otherwise than the rule says. Together they are exactly what is planned.
 */
import { calendarRule } from "../time/calendar-rule.ts";
import type { Instant, Interval } from "../time/interval.ts";
import { fieldTime, onTheWall, readLocalTime } from "../time/local-time.ts";
import { type Occurrence, ruleTimesIn } from "../time/recurrence.ts";
import type { MaintenanceWindow } from "./maintenance-window.ts";
import { plannedIn, type SeriesStretch } from "./series-stretch.ts";

export interface SeriesInCalendar {
  /** RRULE with its end in UTC; its first time is that of the recurrence. */
  rule: string;
  /** Wall times of the rule at which nothing is planned: "2027-03-28T02:30". */
  excluded: string[];
  /** Instants beside the rule at which something is planned. */
  added: Instant[];
  /** What stands otherwise than the rule says. */
  apart: WindowApart[];
  /** References of the windows that all this speaks for. */
  windows: string[];
}

/** One time of the rule that stands otherwise. */
export interface WindowApart extends Interval {
  /** When it would begin: the name under which programs know it. */
  planned: Instant;
  /** Null: it is not announced, and only clocks make it otherwise. */
  window: MaintenanceWindow | null;
}

/** Which window of a series is of which time; one a local day, as the series itself has it. */
export function windowOf(
  { local }: Occurrence,
  { reference }: SeriesStretch,
  windows: readonly MaintenanceWindow[],
): MaintenanceWindow | undefined {
  return windows.find(
    ({ series }) => series?.reference === reference && series.occurrence.slice(0, 10) === local.slice(0, 10),
  );
}

/**
 * @param windows of all that are announced
 * @param isTold whether a window is told here; one that is not has no place in the calendar
 * @param within looked at for what the rule alone does not say
 * @returns null where none of its times lies before its end, or where clocks skip or repeat the first, which no program could begin with
 */
export function seriesInCalendar(
  stretch: SeriesStretch,
  windows: readonly MaintenanceWindow[],
  isTold: (window: MaintenanceWindow) => boolean,
  within: Interval,
): SeriesInCalendar | null {
  const { recurrence, until } = stretch;
  const { start, timeZone } = recurrence;
  const rule = calendarRule(recurrence, until);
  if (rule === null || readLocalTime(start, timeZone).kind !== "plain") {
    return null;
  }
  const ofSeries = windows.filter(({ series }) => series?.reference === stretch.reference);
  const standing = ofSeries.filter(({ state }) => state !== "cancelled");
  const told = plannedIn(stretch, within).flatMap((time) => {
    const window = windowOf(time, stretch, ofSeries);
    const isInTheWay = window === undefined && standing.some((other) => overlaps(other, time));
    return isInTheWay || (window !== undefined && !isTold(window)) ? [] : { time, window: window ?? null };
  });
  const plain = told.filter(({ time }) => isPlain(time, timeZone));
  const kept = new Set(plain.map(({ time }) => time.local));
  // A window that stands otherwise at a time that programs read in two ways is told as an event of its own.
  const beside = told.filter(
    ({ time, window }) => !kept.has(time.local) && (window === null || !isOtherwise(window, time, stretch)),
  );
  const named = ruleTimesIn(recurrence, { ...within, end: Math.min(within.end, until ?? Infinity) });
  return {
    rule,
    excluded: named.filter((local) => !kept.has(local)),
    added: beside.map(({ time }) => time.start),
    apart: plain
      .filter(
        ({ time, window }) =>
          isStretched(time, timeZone) || (window !== null && isOtherwise(window, time, stretch)),
      )
      .map(({ time, window }) => ({
        planned: time.start,
        start: window === null ? time.start : (window.actualStart ?? window.plannedStart),
        end: window === null ? time.end : (window.actualEnd ?? window.plannedEnd),
        window,
      })),
    windows: [...plain, ...beside].flatMap(({ window }) => window?.reference ?? []),
  };
}

function overlaps(window: MaintenanceWindow, { start, end }: Interval): boolean {
  return window.plannedStart < end && window.plannedEnd > start;
}

/** Whether a window is anything but what the rule makes of it. */
function isOtherwise(
  window: MaintenanceWindow,
  time: Occurrence,
  { title, serviceSlugs }: SeriesStretch,
): boolean {
  return (
    window.state === "cancelled" ||
    (window.actualStart ?? window.plannedStart) !== time.start ||
    (window.actualEnd ?? window.plannedEnd) !== time.end ||
    window.title !== title ||
    JSON.stringify(window.serviceSlugs.toSorted()) !== JSON.stringify(serviceSlugs.toSorted())
  );
}

/** Whether the wall shows both of its ends once: what clocks skip or repeat, programs read in different ways. */
function isPlain({ start, end, local }: Occurrence, timeZone: string): boolean {
  return [local, fieldTime(start, timeZone), fieldTime(end, timeZone)].every(
    (wall) => readLocalTime(wall, timeZone).kind === "plain",
  );
}

/** Whether clocks change during it: programs disagree whether its length is that of the wall or of time, so it is told by its ends. */
function isStretched({ start, end }: Interval, timeZone: string): boolean {
  return onTheWall(start, timeZone).offsetNanoseconds !== onTheWall(end, timeZone).offsetNanoseconds;
}
