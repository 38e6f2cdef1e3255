/**
 * Response targets in a report: every promised answer and solution that was kept or missed in the cycle. Each belongs to the cycle in which it
 * was settled, by its end or by its due time, whichever came first; so it is told once, and nothing of a closed cycle is open. References and
 * times only: what people wrote stays with them.
 */
import { type ClockHistory, type ClockKind, clockKinds, readClock } from "../../support/response-clock.ts";
import { plansInForce, type SupportTerms } from "../../support/support-plan.ts";
import { clip, type Instant, type Interval, measure } from "../../time/interval.ts";
import { isoInstant } from "../../time/written-instant.ts";
import type { HoursClause } from "../promise/clauses.ts";
import type { StoredCalendar } from "./stored-calendar.ts";

/** What a contract promised of support, with the hours of its plans written out. */
export interface SupportTermsInputs {
  terms: SupportTerms<HoursClause>;
  /** By slug of the plan; null: it has no hours. */
  hours: Record<string, StoredCalendar | null>;
}

/** What was promised, and what happened. */
export interface SupportInputs {
  /** Several where the promise changed. */
  promised: SupportTermsInputs[];
  /** In order of opening. */
  subjects: {
    about: "request" | "incident";
    reference: string;
    /** Place in `promised`. */
    promised: number;
    history: ClockHistory;
  }[];
}

export interface SettledPromise {
  reference: string;
  about: "request" | "incident";
  promise: ClockKind;
  /** As the contract calls it; null: it had none. */
  priority: string | null;
  opened_at: string;
  due_at: string;
  /** When it was answered or solved; null: not by the end of the cycle. */
  ended_at: string | null;
  settled_at: string;
  outcome: "met" | "missed";
  /** Time in which the clock stood still until then, waiting for the customer. */
  stood_still_ms: number;
}

export interface SupportReport {
  /** By priority and promise, in the contract's order. */
  totals: { priority: string | null; promise: ClockKind; met: number; missed: number }[];
  /** In order of settling. */
  promises: SettledPromise[];
}

/** @param cycle with its end, or up to where a draft looks */
export function tellSupport({ promised, subjects }: SupportInputs, cycle: Interval): SupportReport {
  const promises = subjects
    .flatMap(({ about, reference, promised: place, history }) =>
      clockKinds.flatMap((kind) => settled(promised[place]!, { about, reference, history }, kind, cycle)),
    )
    .sort((a, b) => compare(a.settled_at, b.settled_at) || compare(a.reference, b.reference));
  const order = promised.flatMap(({ terms }) =>
    plansInForce(terms).flatMap(({ priorities }) => priorities.map(({ title }) => title)),
  );
  const groups = Map.groupBy(promises, ({ priority, promise }) => JSON.stringify([priority, promise]));
  const totals = [...groups.values()].map((group) => ({
    priority: group[0]!.priority,
    promise: group[0]!.promise,
    met: group.filter(({ outcome }) => outcome === "met").length,
    missed: group.filter(({ outcome }) => outcome === "missed").length,
  }));
  const placeOf = (title: string | null) => (title === null ? order.length : order.indexOf(title));
  totals.sort(
    (a, b) =>
      placeOf(a.priority) - placeOf(b.priority) ||
      clockKinds.indexOf(a.promise) - clockKinds.indexOf(b.promise),
  );
  return { totals, promises };
}

function settled(
  { terms, hours }: SupportTermsInputs,
  { about, reference, history }: Omit<SupportInputs["subjects"][number], "promised">,
  promise: ClockKind,
  cycle: Interval,
): SettledPromise[] {
  const planOf = (clause: HoursClause) => terms.plans.find((plan) => plan.hours === clause)!.slug;
  const reading = readClock(
    promise,
    terms,
    history,
    (clause) => {
      const stored = hours[planOf(clause)]!;
      return { ...stored, closedDates: new Set(stored.closedDates) };
    },
    cycle.end,
  );
  if (reading.state !== "met" && reading.state !== "missed") {
    return [];
  }
  const { settledAt, dueAt, endedAt, state } = reading;
  if (settledAt < cycle.start || settledAt >= cycle.end) {
    return [];
  }
  const stood = clip(
    history.pauses
      .map(({ start, end }) => ({ start, end: end ?? settledAt }))
      .filter(({ start, end }) => start < end),
    { start: history.openedAt, end: Math.max(history.openedAt, settledAt) },
  );
  return [
    {
      ...{ reference, about, promise, priority: priorityAt(terms, history, settledAt) },
      opened_at: isoInstant(history.openedAt),
      due_at: isoInstant(dueAt),
      ended_at: isoInstant(endedAt !== null && endedAt < cycle.end ? endedAt : null),
      settled_at: isoInstant(settledAt),
      outcome: state,
      stood_still_ms: measure(stood),
    },
  ];
}

/** What the priority was called when it was settled. */
function priorityAt(
  terms: SupportTerms<HoursClause>,
  { priorities }: ClockHistory,
  at: Instant,
): string | null {
  const slug = (priorities.findLast((one) => one.at <= at) ?? priorities[0])?.priority ?? null;
  const known = plansInForce(terms).flatMap((plan) => plan.priorities);
  return known.find((one) => one.slug === slug)?.title ?? slug;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
