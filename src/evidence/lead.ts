/**
 * How far evidence has to reach beyond the time it speaks of, so that replaying it alone gives the outages of the page: before, until it no
 * longer matters what was earlier; after, until every round of the time has been judged.
 */
import type { CheckRules } from "../domain/monitoring/check.ts";
import type { Outage } from "../domain/monitoring/outage.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";

/**
 * Where the evidence has to begin: some rounds before the period, or before the last good round ahead of any outage that reaches into it,
 * and so on, until the rounds at the beginning lie in no outage.
 */
export function leadIn(outages: readonly Outage[], rules: readonly CheckRules[], period: Interval): Instant {
  const length = settlingMs(rules);
  const begins = ({ start, lastOkBeforeAt }: Outage) => lastOkBeforeAt ?? start;
  const ends = ({ firstOkAfterAt }: Outage) => firstOkAfterAt ?? Number.MAX_SAFE_INTEGER;
  let from = period.start - length;
  // From the latest on: each may uncover an earlier one.
  for (const outage of outages.toSorted((a, b) => begins(b) - begins(a))) {
    if (begins(outage) < period.end && ends(outage) > from) {
      from = Math.min(from, begins(outage) - length);
    }
  }
  return Math.max(0, from);
}

/** How long after the period the last of its rounds is judged at the latest. */
export function leadOut(rules: readonly CheckRules[]): number {
  return Math.max(0, ...rules.map((one) => roundsOf(one) * one.staleAfterMs));
}

/** Enough rounds to settle a reading twice over, and one silence before, after which every location has spoken. */
function settlingMs(rules: readonly CheckRules[]): number {
  return Math.max(0, ...rules.map((one) => (2 * roundsOf(one) + 4) * one.staleAfterMs));
}

function roundsOf({ confirmDown, confirmUp }: CheckRules): number {
  return Math.max(confirmDown, confirmUp);
}
