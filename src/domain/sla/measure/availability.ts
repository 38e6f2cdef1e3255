/**
 * The availability of one billing cycle: measured timelines in, exact figures and a verdict out (sla-semantics 2, 4, 5, 9, 10). The one
 * function behind every percentage of the product.
 */
import { openTime } from "../../time/business-calendar.ts";
import type { Instant, Interval, IntervalSet } from "../../time/interval.ts";
import { clip, measure, subtract } from "../../time/interval.ts";
import type { Commitment } from "./commitment.ts";
import type { Tally } from "./downtime.ts";
import { tallier, timeIn } from "./downtime.ts";
import type { ErrorBudget } from "../figures/error-budget.ts";
import { errorBudget } from "../figures/error-budget.ts";
import type { Exact, Fraction } from "../figures/exact.ts";
import { compare, difference, simplest } from "../figures/exact.ts";
import type { JudgedWindow, Overlays } from "./exclusion.ts";
import type { CoveredService, MeasuredTime } from "./measured-time.ts";
import { measureServices } from "./measured-time.ts";
import { availableShare, meets, percentFloor, roundedShare } from "../figures/ratio.ts";

/** Which cycle is asked about, and as of when. */
export interface CycleQuestion {
  /** The whole billing cycle. */
  cycle: Interval;
  /** The commitment holds from here; null = before the cycle. Clips it, as does `endsAt`. */
  startsAt: Instant | null;
  endsAt: Instant | null;
  /** Inside the cycle: the result is provisional, up to here. Null: the cycle is over. */
  asOf: Instant | null;
}

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
  const { cycle, asOf } = question;
  const { target, verdictRounding } = commitment;
  const start = Math.max(cycle.start, question.startsAt ?? cycle.start);
  const period = { start, end: Math.max(start, Math.min(cycle.end, question.endsAt ?? cycle.end)) };
  const provisional = asOf !== null && asOf < period.end;

  const wholeHours = serviceHours(commitment, period);
  const hours = provisional ? clip(wholeHours, { start, end: Math.max(start, asOf) }) : wholeHours;
  const elapsed =
    commitment.maintenance.denominator === "remove" ? subtract(hours, measured.excluded) : hours;
  const [hoursMs, elapsedMs] = [measure(hours), measure(elapsed)];
  const wholeMs = measure(wholeHours) - (hoursMs - elapsedMs);

  const count = tallier(elapsed, measured.excluded, commitment);
  const figure = count(measured.counted);
  const [low, high] = [count(measured.allDown), count(measured.allUp)];
  const [upper, lower] = [count(measured.upper), count(measured.lower)];
  const kept = (ofMs: number, down: Exact) => target === null || meets(ofMs, down, target, verdictRounding);
  const isKept = ({ removedMs, downMs }: Tally) => kept(wholeMs - removedMs, downMs);

  const rawDownMs = timeIn("down", measured.raw, hours);
  const unknownMs = timeIn("unknown", measured.left, elapsed);
  const isMeasured = hasData(elapsed, unknownMs, measured.excluded, commitment);
  const wholeEligibleMs = wholeMs - figure.removedMs;
  const share = isMeasured ? availableShare(figure.eligibleMs, figure.downMs) : null;
  return {
    period,
    fullCycleMs: cycle.end - cycle.start,
    provisional,
    serviceHoursMs: hoursMs,
    elapsedMs,
    eligibleMs: figure.eligibleMs,
    rawDownMs,
    excludedDownMs: simplest(difference(rawDownMs, timeIn("down", measured.left, hours))),
    unknownMs,
    countedDownMs: figure.downMs,
    degradedMs: figure.degradedMs,
    share: share && verdictRounding ? roundedShare(share, verdictRounding) : share,
    percent: isMeasured ? percent(figure.eligibleMs, figure.downMs) : null,
    bounds: { low: percent(elapsedMs, low.downMs), high: percent(elapsedMs, high.downMs) },
    edges: { low: percent(upper.eligibleMs, upper.downMs), high: percent(lower.eligibleMs, lower.downMs) },
    coveragePercent: percent(elapsedMs, unknownMs),
    windows: measured.windows,
    wholeEligibleMs,
    budget: target === null ? null : errorBudget(wholeEligibleMs, figure.downMs, target),
    bestCasePercent: provisional && isMeasured ? percent(wholeEligibleMs, figure.downMs) : null,
    verdict: verdictOf(isMeasured, target !== null, isKept(figure), provisional),
    sensitiveToUnknown: isKept(low) !== isKept(high),
    edgesDecide: isMeasured && isKept(upper) !== isKept(lower),
  };
}

/** Something was measured: eligible time that is neither excluded of every service nor unknown, unless unknown counts as down. */
function hasData(
  elapsed: IntervalSet,
  unknownMs: Exact,
  excluded: IntervalSet,
  commitment: Commitment,
): boolean {
  const measurableMs = measure(subtract(elapsed, excluded));
  return measurableMs > 0 && (commitment.unknown === "down" || compare(unknownMs, measurableMs) < 0);
}

/** When time counts at all in a period: its service hours. */
export function serviceHours({ serviceHours: calendar }: Commitment, period: Interval): Interval[] {
  if (calendar !== null) {
    return openTime(calendar, period);
  }
  return period.start < period.end ? [period] : [];
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
