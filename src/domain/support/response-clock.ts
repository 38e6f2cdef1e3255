/**
 * The clock of one promise on one request or incident: running, standing still, kept or broken, and when it is due. A pure reading of what
 * happened: opened, prioritised, paused, answered. It only goes forward: what was missed stays missed, whatever its priority becomes later
 * (policy rule 84), so what a month has told is not taken back.
 */
import type { BusinessCalendar } from "../time/business-calendar.ts";
import { type Instant, type Interval, union } from "../time/interval.ts";
import { type Deadline, pausedDeadline } from "./paused-deadline.ts";
import { plansInForce, type SupportTerms } from "./support-plan.ts";

/** What is promised: the first answer of a person, or that it is solved. */
export const clockKinds = ["response", "resolution"] as const;
export type ClockKind = (typeof clockKinds)[number];

/** What happened to it, as far as clocks are concerned. */
export interface ClockHistory {
  openedAt: Instant;
  /** The priority from each instant on, the first at the opening; in order. Null: nobody has said one. */
  priorities: readonly { at: Instant; priority: string | null }[];
  /** When the clock stood still; the last may have no end. In order and apart. */
  pauses: readonly { start: Instant; end: Instant | null }[];
  /** When the first answer was given. */
  answeredAt: Instant | null;
  /** When it was solved, and stayed so. */
  resolvedAt: Instant | null;
}

export type ClockReading =
  /** Nothing is promised. */
  | { state: "none" }
  /** `dueAt` null: at once is promised, and no figure. */
  | { state: "running"; dueAt: Instant | null; warnAt: Instant; isAtOnce: boolean }
  /** It stands still since then; resumed now, it would be due at `dueAt`. */
  | { state: "paused"; since: Instant; dueAt: Instant | null; isAtOnce: boolean }
  | { state: "met"; dueAt: Instant; settledAt: Instant; endedAt: Instant }
  /** Settled when it was due; `endedAt` null: it still waits. */
  | { state: "missed"; dueAt: Instant; settledAt: Instant; endedAt: Instant | null }
  /** It came to its end, and no figure was promised. */
  | { state: "ended"; endedAt: Instant };

/** How the clock stands at an instant; what happened after that is not looked at. */
export function readClock<Hours>(
  kind: ClockKind,
  terms: SupportTerms<Hours>,
  history: ClockHistory,
  calendarOf: (hours: Hours) => BusinessCalendar,
  now: Instant,
): ClockReading {
  const { openedAt, priorities } = history;
  const ended = kind === "response" ? (history.answeredAt ?? history.resolvedAt) : history.resolvedAt;
  const endedAt = ended !== null && ended <= now ? ended : null;
  const until = endedAt ?? now;
  const pauses = endedPauses(history.pauses, until);
  let last: Promised = nothing;
  for (const [i, { at, priority }] of priorities.entries()) {
    // A priority that changes with the end or after it changes nothing.
    if (i > 0 && (at > until || at === endedAt)) {
      break;
    }
    // The first priority that anybody says is no change of one.
    const isFirst = priorities.slice(0, i).every((before) => before.priority === null);
    const from = terms.timerFrom === "opening" || isFirst ? openedAt : at;
    last = promisedFor(kind, terms, priority, from, pauses, calendarOf);
    if (last.deadline !== null) {
      const { dueAt } = last.deadline;
      const stretchEnd = Math.min(priorities[i + 1]?.at ?? Infinity, until);
      // Over at its due time is in time; a priority that changes then has changed in time.
      if (dueAt < stretchEnd) {
        return { state: "missed", dueAt, settledAt: Math.max(dueAt, at), endedAt };
      }
    }
  }
  if (last.deadline === null && !last.isAtOnce) {
    return endedAt === null ? { state: "none" } : { state: "ended", endedAt };
  }
  const dueAt = last.deadline?.dueAt ?? null;
  if (endedAt !== null) {
    return dueAt === null
      ? { state: "ended", endedAt }
      : { state: "met", dueAt, settledAt: endedAt, endedAt };
  }
  const { isAtOnce } = last;
  const standing = history.pauses.find(({ start, end }) => start <= now && (end === null || end > now));
  return standing === undefined
    ? { state: "running", dueAt, warnAt: isAtOnce ? openedAt : last.deadline!.warnAt, isAtOnce }
    : { state: "paused", since: standing.start, dueAt, isAtOnce };
}

/** By what the clock is sorted: what is due at once first, what is due first next. */
export function urgencyOf(reading: Extract<ClockReading, { state: "running" | "paused" }>): Instant {
  return reading.isAtOnce ? Number.MIN_SAFE_INTEGER : (reading.dueAt ?? Number.MAX_SAFE_INTEGER);
}

/** Whether a person is to look now: it is due at once, or three quarters of its time are over. */
export function needsHurry(reading: ClockReading, now: Instant): boolean {
  return (
    (reading.state === "running" && now >= reading.warnAt) ||
    (reading.state === "missed" && reading.endedAt === null)
  );
}

interface Promised {
  deadline: Deadline | null;
  isAtOnce: boolean;
}

const nothing: Promised = { deadline: null, isAtOnce: false };

/** The strictest that the contract's plans promise for a priority (policy rule 23). */
function promisedFor<Hours>(
  kind: ClockKind,
  terms: SupportTerms<Hours>,
  priority: string | null,
  from: Instant,
  pauses: readonly Interval[],
  calendarOf: (hours: Hours) => BusinessCalendar,
): Promised {
  let strictest = nothing;
  for (const plan of plansInForce(terms)) {
    const hours = plan.hours === null ? null : calendarOf(plan.hours);
    const ofPriority = plan.priorities.find(({ slug }) => slug === priority);
    for (const target of [plan[kind], ofPriority?.[kind] ?? null]) {
      const deadline = target && pausedDeadline(target, hours, from, pauses);
      strictest = {
        deadline: sooner(strictest.deadline, deadline),
        isAtOnce: strictest.isAtOnce || target?.kind === "at_once",
      };
    }
  }
  return strictest;
}

function sooner(a: Deadline | null, b: Deadline | null): Deadline | null {
  return a === null ? b : b === null || a.dueAt <= b.dueAt ? a : b;
}

function endedPauses(pauses: ClockHistory["pauses"], until: Instant): Interval[] {
  return union(
    pauses
      .filter(({ start }) => start < until)
      .map(({ start, end }) => ({ start, end: Math.min(end ?? until, until) })),
  );
}
