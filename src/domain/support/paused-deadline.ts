/**
 * When a response target is due although its clock has stood still for a while: a pause adds just the time it took, in the time the target
 * counts in. So a pause never makes anything due earlier, and one outside of the hours changes nothing in working time.
 */
import {
  type BusinessCalendar,
  closingOn,
  endOfNextWorkingDay,
  openTime,
  workingDeadline,
} from "../time/business-calendar.ts";
import { type Instant, type Interval, type IntervalSet, measure } from "../time/interval.ts";
import type { ResponseTarget } from "./response-target.ts";

/** When it is due, and when three quarters of the promised time have passed. */
export interface Deadline {
  dueAt: Instant;
  warnAt: Instant;
}

/**
 * The deadline of a promise with a figure; null: it has none (best efforts, at once), or it cannot be told without hours.
 *
 * @param pauses in order and apart, each ended
 */
export function pausedDeadline(
  target: ResponseTarget,
  hours: BusinessCalendar | null,
  from: Instant,
  pauses: IntervalSet,
): Deadline | null {
  switch (target.kind) {
    case "none":
    case "at_once":
      return null;
    case "within":
      if (target.clock === "clock") {
        return deadlineOf(clockTime(from), target.ms, pauses);
      }
      return hours === null ? null : deadlineOf(workingTime(hours, from), target.ms, pauses);
    case "end_of_next_working_day":
      return hours === null ? null : endOfDayDeadline(hours, from, pauses);
  }
}

/** A kind of time that passes from an instant on. */
interface PassingTime {
  /** When so much of it has passed. */
  reach(ms: number): Instant;
  /** How much of it passes in a stretch. */
  within(stretch: Interval): number;
}

function clockTime(from: Instant): PassingTime {
  return {
    reach: (ms) => from + ms,
    within: ({ start, end }) => Math.max(0, end - Math.max(start, from)),
  };
}

function workingTime(hours: BusinessCalendar, from: Instant): PassingTime {
  return {
    reach: (ms) => workingDeadline(hours, from, ms),
    within: ({ start, end }) => measure(openTime(hours, { start: Math.max(start, from), end })),
  };
}

function deadlineOf(time: PassingTime, ms: number, pauses: IntervalSet): Deadline {
  return {
    dueAt: reachPaused(time, ms, pauses),
    warnAt: reachPaused(time, Math.floor((ms * 3) / 4), pauses),
  };
}

/** The earliest instant at which so much has passed without the pauses: one that began before it is waited out whole. */
function reachPaused(time: PassingTime, ms: number, pauses: IntervalSet): Instant {
  let [stood, at] = [0, time.reach(ms)];
  for (const pause of pauses) {
    if (pause.start >= at) {
      break;
    }
    stood += time.within(pause);
    at = time.reach(ms + stood);
  }
  return at;
}

/** What pauses took of the working time until then is added, and it is due when the day closes on which that has passed. */
function endOfDayDeadline(hours: BusinessCalendar, from: Instant, pauses: IntervalSet): Deadline {
  const plain = endOfNextWorkingDay(hours, from);
  const ms = measure(openTime(hours, { start: from, end: plain }));
  const { dueAt, warnAt } = deadlineOf(workingTime(hours, from), ms, pauses);
  return { dueAt: closingOn(hours, dueAt - 1) ?? dueAt, warnAt };
}
