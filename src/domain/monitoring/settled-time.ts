/**
 * Time of a check that is settled: whatever is delivered from now on changes it only by samples that are dated within it, or by readings
 * and outages that are stored anew. What is computed of it may be kept as long as neither happens.
 */
import type { Instant, Interval } from "../time/interval.ts";
import type { CheckRules } from "./check.ts";
import type { ConfirmationState } from "./confirmation-state.ts";
import type { Outage } from "./outage.ts";

/** A counting check, as far as it was derived. */
export interface SettlingCheck {
  archivedAt: Instant | null;
  /** Where its derivation stands, and up to where nothing out of order is expected any more. */
  head: ConfirmationState;
  settled: ConfirmationState;
  /** In force at present. */
  rules: CheckRules;
}

/**
 * Whether a stretch that is over is settled for a service with these checks and outages. It is not while a reading from within it may
 * still hold at its end, nor while an outage that began before its end lasts: both go on without anything being stored.
 */
export function isSettled(
  stretch: Interval,
  checks: readonly SettlingCheck[],
  outages: readonly Outage[],
): boolean {
  return (
    checks.every((check) => isSettledBy(check, stretch)) &&
    outages.every(({ start, end }) => end !== null || start >= stretch.end)
  );
}

function isSettledBy({ archivedAt, head, settled, rules }: SettlingCheck, { start, end }: Interval): boolean {
  const isOut = archivedAt !== null && archivedAt <= start;
  if (isOut || head.lastConclusiveAt === null) {
    return true;
  }
  const isPast = settled.lastConclusiveAt !== null && settled.lastConclusiveAt >= end;
  return isPast || head.lastConclusiveAt + rules.staleAfterMs < end;
}
