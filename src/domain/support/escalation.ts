/**
 * Who is told when nobody helps (policy rules 24, 48, 63): a step of the contract is due when a request has waited for so long without being
 * solved. Time in which we waited for the customer does not count. A step without a figure is taken by a person.
 */
import { type Instant, measure, subtract } from "../time/interval.ts";
import type { ClockHistory } from "./response-clock.ts";
import type { EscalationStep } from "./support-plan.ts";

/**
 * The steps that are due by now and were not taken yet.
 *
 * @param taken to whom it was escalated already
 */
export function escalationsDue(
  steps: readonly EscalationStep[],
  history: ClockHistory,
  taken: readonly string[],
  now: Instant,
): EscalationStep[] {
  if (history.resolvedAt !== null) {
    return [];
  }
  const { openedAt, pauses } = history;
  const stood = pauses.map(({ start, end }) => ({ start, end: Math.min(end ?? now, now) }));
  const waited =
    now <= openedAt
      ? 0
      : measure(
          subtract(
            [{ start: openedAt, end: now }],
            stood.filter(({ start, end }) => start < end),
          ),
        );
  const priority = history.priorities.findLast(({ at }) => at <= now)?.priority ?? null;
  return steps.filter(
    ({ to, afterMs, priorities }) =>
      afterMs !== null && waited >= afterMs && appliesTo(priorities, priority) && !taken.includes(to),
  );
}

/** The steps that a person may take for a request of this priority. */
export function escalationsFor(steps: readonly EscalationStep[], priority: string | null): EscalationStep[] {
  return steps.filter(({ priorities }) => appliesTo(priorities, priority));
}

function appliesTo(priorities: readonly string[], priority: string | null): boolean {
  return priorities.length === 0 || (priority !== null && priorities.includes(priority));
}
