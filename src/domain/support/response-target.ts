/**
 * Response targets: until when a promised answer or resolution is due (sla-semantics 13), in working time, by the clock, or with the end
 * of the next working day.
 */
import type { BusinessCalendar } from "../time/business-calendar.ts";
import { endOfNextWorkingDay, workingDeadline } from "../time/business-calendar.ts";
import type { Instant } from "../time/interval.ts";

export type ResponseTarget =
  | { mode: "working"; targetMs: number; calendar: BusinessCalendar }
  | { mode: "clock"; targetMs: number }
  | { mode: "next_working_day"; calendar: BusinessCalendar }
  | { mode: "none" };

/** When it is due for a request opened at this instant; null: best efforts, no timer. */
export function dueAt(target: ResponseTarget, openedAt: Instant): Instant | null {
  switch (target.mode) {
    case "working":
      return workingDeadline(target.calendar, openedAt, target.targetMs);
    case "clock":
      return openedAt + target.targetMs;
    case "next_working_day":
      return endOfNextWorkingDay(target.calendar, openedAt);
    case "none":
      return null;
  }
}
