/**
 * A month that is over, as it is kept beside what was measured: the times under the platform's own commitment, from which every figure of
 * the month is told again by the function that told it first. Derived: whoever holds one may throw it away and compute it anew.
 */
import type { BillingCycle, CycleRule } from "../../time/billing-cycle.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import type { CycleTimes } from "./cycle-times.ts";
import type { Tally } from "./downtime.ts";

/** Whole ms; nothing of the month was excluded and no time has left the denominator. */
export interface KeptMonth extends Interval {
  /** Down as it counts, and with all unknown time taken as down. */
  downMs: number;
  worstDownMs: number;
  unknownMs: number;
  /** Down with every outage at its upper and at its lower length. */
  longestDownMs: number;
  shortestDownMs: number;
}

/** A month is kept when it has been over for so long. */
export const keptAfterMs = 10 * 60_000;
/** A sample that is derived from so long after it was taken drops the months it is dated in: one at least is over and may be kept. */
export const lateAfterMs = keptAfterMs / 2;

/** Rises with every change of the arithmetic that gives another figure for the same measurements. */
const arithmetic = 1;

/** What months were computed by: kept ones of other terms are not told. The target is not in it, since times know nothing of it. */
export function monthTerms({ timeZone, anchorDay }: CycleRule): string {
  return `${arithmetic} ${timeZone} ${anchorDay}`;
}

/** The times as they are kept; null where they are more than a kept month can say, or the month is not over. */
export function keptMonth(times: CycleTimes): KeptMonth | null {
  const { period, counted, allDown, upper, lower, unknownMs } = times;
  const [downMs, worstDownMs, longestDownMs, shortestDownMs] = [counted, allDown, upper, lower].map(
    (tally) => tally.downMs,
  );
  const kept = { ...period, downMs, worstDownMs, unknownMs, longestDownMs, shortestDownMs };
  return isWhole(kept) && isSame(times, timesOf(kept, times.fullCycleMs)) ? kept : null;
}

/** The times of a kept month. */
export function timesOf(kept: KeptMonth, fullCycleMs: number): CycleTimes {
  const { start, end, downMs, worstDownMs, unknownMs, longestDownMs, shortestDownMs } = kept;
  const lengthMs = end - start;
  const tally = (ms: number): Tally => ({ downMs: ms, degradedMs: 0, removedMs: 0, eligibleMs: lengthMs });
  return {
    period: { start, end },
    fullCycleMs,
    provisional: false,
    serviceHoursMs: lengthMs,
    elapsedMs: lengthMs,
    measurableMs: lengthMs,
    wholeMs: lengthMs,
    rawDownMs: downMs,
    leftDownMs: downMs,
    unknownMs,
    counted: tally(downMs),
    allDown: tally(worstDownMs),
    allUp: tally(downMs),
    upper: tally(longestDownMs),
    lower: tally(shortestDownMs),
    windows: [],
  };
}

/** Whether a kept month is this cycle of a service; the rules of a time zone may have changed since it was kept. */
export function isMonthOf(kept: KeptMonth, cycle: BillingCycle, archivedAt: Instant | null): boolean {
  const end = Math.max(cycle.start, Math.min(cycle.end, archivedAt ?? cycle.end));
  return kept.start === cycle.start && kept.end === end;
}

function isWhole(month: { [key in keyof KeptMonth]: unknown }): month is KeptMonth {
  return Object.values(month).every((value) => Number.isSafeInteger(value));
}

/** Field by field; fractions are never the same, since none is kept. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) {
    return a === b;
  }
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]))
  );
}
