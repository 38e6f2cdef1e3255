/**
 * Planned work that comes again, as events of a calendar: one with its rule, and one more for each of its windows that stands otherwise
 * (status/series-in-calendar.ts), under the same identity.
 */
import { type ICalCalendar, ICalEventStatus } from "ical-generator";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import { seriesInCalendar } from "../domain/status/series-in-calendar.ts";
import type { SeriesStretch } from "../domain/status/series-stretch.ts";
import type { Instant } from "../domain/time/interval.ts";
import { onTheWall, parseLocalTime } from "../domain/time/local-time.ts";
import { basicInstant } from "../domain/time/written-instant.ts";
import { aboutWork, type CalendarPlace, wordsOfWindow } from "./calendar-words.ts";
import { hasCalendarZone } from "./calendar-zone.ts";

/** Clocks change twice within it, wherever they do. */
const lookedAheadMs = 400 * 86_400_000;

/**
 * @param isTold whether a window has a place in this calendar
 * @returns references of the windows that these events speak for
 */
export function addSeriesEvents(
  calendar: ICalCalendar,
  stretch: SeriesStretch,
  isTold: (window: MaintenanceWindow) => boolean,
  place: CalendarPlace,
): string[] {
  const { board, address, context } = place;
  const { timeZone, start, lengthMs } = stretch.recurrence;
  const windows = board.windows.filter(({ series }) => series?.reference === stretch.reference);
  const first = parseLocalTime(start, timeZone);
  const from = Math.min(context.now, ...windows.map(({ plannedStart }) => plannedStart));
  const within = { start: Math.max(first, from), end: Math.max(first, context.now) + lookedAheadMs };
  const kept = hasCalendarZone(timeZone) ? seriesInCalendar(stretch, windows, isTold, within) : null;
  if (kept === null) {
    return [];
  }
  const wall = (at: Instant) => onTheWall(at, timeZone);
  const id = identityOf(stretch, address);
  const changedAt = windows.reduce((latest, { updates }) => Math.max(latest, updates.at(-1)?.at ?? 0), 0);
  const stamp = new Date(Math.max(stretch.createdAt, changedAt));
  const whole = {
    ...{ id, timezone: timeZone, stamp, lastModified: stamp, created: new Date(stretch.createdAt) },
    // How often the series was changed: programs take what has the higher number.
    sequence: stretch.version - 1,
    summary: stretch.title,
    description: aboutWork(stretch, place),
    url: `${address}${context.base}/`,
    status: ICalEventStatus.CONFIRMED,
  };
  const lines = [
    `RRULE:${kept.rule}`,
    ...(kept.excluded.length === 0 ? [] : [excluded(kept.excluded, timeZone)]),
    ...(kept.added.length === 0 ? [] : [`RDATE:${kept.added.map(basicInstant).join(",")}`]),
  ];
  calendar.createEvent({
    ...whole,
    ...{ start: wall(first), end: wall(first + lengthMs), repeating: lines.join("\n") },
  });
  for (const { planned, start: begins, end, window } of kept.apart) {
    calendar.createEvent({
      ...whole,
      ...(window === null ? {} : wordsOfWindow(window, place)),
      ...{ start: wall(begins), end: wall(end), recurrenceId: wall(planned) },
    });
  }
  return kept.windows;
}

/** The same as long as the plan of the series holds, whatever else is changed. */
function identityOf({ reference, number }: SeriesStretch, address: string): string {
  return `${reference}${number === 1 ? "" : `-${number}`}@${new URL(address).hostname}`;
}

/** Wall times like "2027-03-28T02:30" at which nothing is. */
function excluded(locals: readonly string[], timeZone: string): string {
  const times = locals.map((local) => `${local.replaceAll(/[-:]/g, "")}00`);
  return timeZone === "UTC"
    ? `EXDATE:${times.map((time) => `${time}Z`).join(",")}`
    : `EXDATE;TZID=${timeZone}:${times.join(",")}`;
}
