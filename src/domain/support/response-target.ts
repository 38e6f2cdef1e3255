/**
 * How fast somebody answers or solves, as a contract promises it (sla-semantics 13): a duration in working or in clock time, the end of
 * the next working day, at once, or no promise. Adjacent to uptime; the console's timers will rest on it.
 */
import { printDuration } from "../time/duration.ts";
import type { BusinessCalendar } from "../time/business-calendar.ts";
import { endOfNextWorkingDay, workingDeadline } from "../time/business-calendar.ts";
import type { Instant } from "../time/interval.ts";

/** Which time passes: that of the calendar, or all of it. */
export const clocks = ["working", "clock"] as const;
export type Clock = (typeof clocks)[number];

export type ResponseTarget =
  | { kind: "within"; ms: number; clock: Clock }
  | { kind: "end_of_next_working_day" }
  | { kind: "at_once" }
  /** Best efforts: no timer. */
  | { kind: "none" };

/** When it is due; null: there is no promise. `hours` null: there is no calendar, and only clock time can be told. */
export function dueAt(
  target: ResponseTarget,
  hours: BusinessCalendar | null,
  openedAt: Instant,
): Instant | null {
  switch (target.kind) {
    case "none":
      return null;
    case "at_once":
      return openedAt;
    case "end_of_next_working_day":
      return hours === null ? null : endOfNextWorkingDay(hours, openedAt);
    case "within":
      if (target.clock === "clock") {
        return openedAt + target.ms;
      }
      return hours === null ? null : workingDeadline(hours, openedAt, target.ms);
  }
}

/** Whether it can only be told with a calendar. */
export function needsHours(target: ResponseTarget): boolean {
  return (
    target.kind === "end_of_next_working_day" || (target.kind === "within" && target.clock === "working")
  );
}

/** "12h of working time". */
export function targetInWords(target: ResponseTarget): string {
  switch (target.kind) {
    case "none":
      return "best efforts";
    case "at_once":
      return "at once";
    case "end_of_next_working_day":
      return "by the end of the next working day";
    case "within":
      return `within ${printDuration(target.ms)}${target.clock === "working" ? " of working time" : ""}`;
  }
}
