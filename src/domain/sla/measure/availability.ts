/**
 * The availability of one billing cycle: measured timelines in, exact figures and a verdict out (sla-semantics 2, 4, 5, 9, 10). The one
 * function behind every percentage of the product.
 */
import type { Interval } from "../../time/interval.ts";
import type { Commitment } from "./commitment.ts";
import { type CycleQuestion, type CycleTimes, cycleTimes } from "./cycle-times.ts";
import type { Tally } from "./downtime.ts";
import type { ErrorBudget } from "../figures/error-budget.ts";
import { errorBudget } from "../figures/error-budget.ts";
import type { Exact, Fraction } from "../figures/exact.ts";
import { compare, difference, simplest } from "../figures/exact.ts";
import type { JudgedWindow, Overlays } from "./exclusion.ts";
import type { CoveredService, MeasuredTime } from "./measured-time.ts";
import { measureServices } from "./measured-time.ts";
import { availableShare, meets, percentFloor, roundedShare } from "../figures/ratio.ts";

/** no_data outranks the others; met and breached are final, on_track and breached provisional. */
export type Verdict = "met" | "breached" | "no_data" | "no_target" | "on_track";

/** Percentages, truncated at 6 decimals; null when no time was eligible. */
export interface PercentBounds {
  low: string | null;
  high: string | null;
}

export interface CycleAvailability {
  /** The cycle clipped to the commitment, not cut by `asOf`. */
  period: Interval;
  /** Length of the unclipped cycle. */
  fullCycleMs: number;
  provisional: boolean;
  /** Service hours so far, from which excluded and unknown time may still be removed. */
  serviceHoursMs: number;
  /** Of that, what is left when excluded time leaves the denominator; unknown time included: denominator of both bounds and of coverage. */
  elapsedMs: number;
  /** Denominator of the percentage: elapsed time less what the unknown rule removes. */
  eligibleMs: number;
  /** Rolled-up downtime within the service hours, before exclusions. */
  rawDownMs: Exact;
  /** What exclusions take from it. */
  excludedDownMs: Exact;
  /** Rolled-up unknown time after exclusions. */
  unknownMs: Exact;
  /** What counts as downtime: after the minimum length, the minute rule, and with the share of degraded time. */
  countedDownMs: Exact;
  /** Degraded time of which a share is in it, ms. */
  degradedMs: Exact;
  /** Exact; rounded where the verdict is. Null = no data. */
  share: Fraction | null;
  /** Truncated at 6 decimals, "100.000000" only without downtime; null = no data. */
  percent: string | null;
  /** low: all unknown time was down; high: all of it was up. */
  bounds: PercentBounds;
  /** The same cycle with every outage at its upper (low) and at its lower (high) length. */
  edges: PercentBounds;
  /** 1 - unknown / elapsed, truncated at 6 decimals; null when no time was eligible. */
  coveragePercent: string | null;
  windows: readonly JudgedWindow[];
  /** Denominator of the budget: eligible time of the whole cycle, less what has left it so far. */
  wholeEligibleMs: number;
  /** Of the whole cycle, also while it runs; null without a target. */
  budget: ErrorBudget | null;
  /** Of the whole cycle if nothing more fails; null when it is over or there is no data. */
  bestCasePercent: string | null;
  verdict: Verdict;
  /** The verdict would differ between the two bounds: a person has to decide before the cycle becomes final. */
  sensitiveToUnknown: boolean;
  /** The verdict would differ between the edges: it cannot be decided from what was observed. */
  edgesDecide: boolean;
}

/** One cycle of a commitment over these services. */
export function availability(
  services: readonly CoveredService[],
  commitment: Commitment,
  question: CycleQuestion,
  overlays?: Overlays,
): CycleAvailability {
  const { cycle, asOf } = question;
  return judgeCycle(
    measureServices(services, commitment, cycle.start, asOf ?? cycle.end, overlays),
    commitment,
    question,
  );
}

/** One cycle of what was measured. */
export function judgeCycle(
  measured: MeasuredTime,
  commitment: Commitment,
  question: CycleQuestion,
): CycleAvailability {
  return judgeTimes(cycleTimes(measured, commitment, question), commitment);
}

/** What the times of a cycle come to under the target of the commitment. */
export function judgeTimes(times: CycleTimes, commitment: Commitment): CycleAvailability {
  const { target, verdictRounding } = commitment;
  const { provisional, elapsedMs, wholeMs, counted, allDown, allUp, upper, lower } = times;
  const kept = (ofMs: number, down: Exact) => target === null || meets(ofMs, down, target, verdictRounding);
  const isKept = ({ removedMs, downMs }: Tally) => kept(wholeMs - removedMs, downMs);
  const isMeasured = hasData(times, commitment);
  const wholeEligibleMs = wholeMs - counted.removedMs;
  const share = isMeasured ? availableShare(counted.eligibleMs, counted.downMs) : null;
  return {
    period: times.period,
    fullCycleMs: times.fullCycleMs,
    provisional,
    serviceHoursMs: times.serviceHoursMs,
    elapsedMs,
    eligibleMs: counted.eligibleMs,
    rawDownMs: times.rawDownMs,
    excludedDownMs: simplest(difference(times.rawDownMs, times.leftDownMs)),
    unknownMs: times.unknownMs,
    countedDownMs: counted.downMs,
    degradedMs: counted.degradedMs,
    share: share && verdictRounding ? roundedShare(share, verdictRounding) : share,
    percent: isMeasured ? percent(counted.eligibleMs, counted.downMs) : null,
    bounds: { low: percent(elapsedMs, allDown.downMs), high: percent(elapsedMs, allUp.downMs) },
    edges: { low: percent(upper.eligibleMs, upper.downMs), high: percent(lower.eligibleMs, lower.downMs) },
    coveragePercent: percent(elapsedMs, times.unknownMs),
    windows: times.windows,
    wholeEligibleMs,
    budget: target === null ? null : errorBudget(wholeEligibleMs, counted.downMs, target),
    bestCasePercent: provisional && isMeasured ? percent(wholeEligibleMs, counted.downMs) : null,
    verdict: verdictOf(isMeasured, target !== null, isKept(counted), provisional),
    sensitiveToUnknown: isKept(allDown) !== isKept(allUp),
    edgesDecide: isMeasured && isKept(upper) !== isKept(lower),
  };
}

/** Something was measured: eligible time that is neither excluded of every service nor unknown, unless unknown counts as down. */
function hasData({ measurableMs, unknownMs }: CycleTimes, { unknown }: Commitment): boolean {
  return measurableMs > 0 && (unknown === "down" || compare(unknownMs, measurableMs) < 0);
}

function verdictOf(isMeasured: boolean, promised: boolean, kept: boolean, provisional: boolean): Verdict {
  if (!isMeasured) {
    return "no_data";
  }
  if (!promised) {
    return "no_target";
  }
  if (!kept) {
    return "breached";
  }
  return provisional ? "on_track" : "met";
}

function percent(eligibleMs: number, downMs: Exact): string | null {
  return eligibleMs === 0 ? null : percentFloor(eligibleMs, downMs, 6);
}
