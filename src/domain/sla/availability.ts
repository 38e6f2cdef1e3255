/**
 * The availability of one billing cycle: measured timelines in, exact figures and a verdict out (sla-semantics 2, 5, 9, 10). The one
 * function behind every percentage of the product.
 */
import type { Outage } from "../monitoring/outage.ts";
import type { Segment } from "../monitoring/timeline.ts";
import { clipTimeline, timesIn } from "../monitoring/timeline.ts";
import type { Instant, Interval, IntervalSet } from "../time/interval.ts";
import { intersect, measure } from "../time/interval.ts";
import type { Commitment } from "./commitment.ts";
import type { ErrorBudget } from "./error-budget.ts";
import { errorBudget } from "./error-budget.ts";
import { withOutagesAt } from "./outage-length.ts";
import { meets, percentFloor } from "./ratio.ts";
import type { MeasuredSegment } from "./roll-up.ts";
import { nonUpTime, rollUpServices } from "./roll-up.ts";

/** What was measured of one covered service. Time in no segment is up. */
export interface CoveredService {
  /** In any order, disjoint. */
  segments: readonly MeasuredSegment[];
  /** Outages of its counting checks, for the edge bounds. */
  outages: readonly Outage[];
  /** First observation; null: as long as any cycle asks. */
  observedFrom: Instant | null;
}

/** The rolled-up non-up time of a commitment: as it counts, and with every outage at its lower and upper length. */
export interface MeasuredTime {
  counted: Segment[];
  lower: Segment[];
  upper: Segment[];
}

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
  /** Eligible time so far, unknown time included: denominator of both bounds and of coverage. */
  elapsedMs: number;
  /** Denominator of the percentage: elapsed time less what the unknown rule removes. */
  eligibleMs: number;
  /** Rolled-up downtime within the elapsed time. */
  rawDownMs: number;
  /** Rolled-up unknown time within it. */
  unknownMs: number;
  /** What counts as downtime. */
  countedDownMs: number;
  /** Truncated at 6 decimals, "100.000000" only without downtime; null = no data. */
  percent: string | null;
  /** low: all unknown time was down; high: all of it was up. */
  bounds: PercentBounds;
  /** The same cycle with every outage at its upper (low) and at its lower (high) length. */
  edges: PercentBounds;
  /** 1 - unknown / elapsed, truncated at 6 decimals; null when no time was eligible. */
  coveragePercent: string | null;
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
): CycleAvailability {
  const openEnd = question.asOf ?? question.cycle.end;
  return judgeCycle(
    measureServices(services, commitment, question.cycle.start, openEnd),
    commitment,
    question,
  );
}

/**
 * Rolls the services up once, for as many cycles as are asked about. `from` is where observation began for services that do not say;
 * stretches and outages that still run are taken to last until `openEnd`.
 */
export function measureServices(
  services: readonly CoveredService[],
  commitment: Commitment,
  from: Instant,
  openEnd: Instant,
): MeasuredTime {
  const timelines = services.map((service) => nonUpTime(service.segments, openEnd));
  const rolledUp = (figure: Commitment["outageFigure"]) =>
    rollUpServices(
      timelines.map((timeline, i) => {
        const { outages, observedFrom } = services[i]!;
        return withOutagesAt(figure, timeline, outages, { start: observedFrom ?? from, end: openEnd });
      }),
      commitment.rollUp,
    );
  const counted = rolledUp(commitment.outageFigure);
  if (services.every((service) => service.outages.length === 0)) {
    return { counted, lower: counted, upper: counted };
  }
  return { counted, lower: rolledUp("lower"), upper: rolledUp("upper") };
}

/** One cycle of what was measured. */
export function judgeCycle(
  measured: MeasuredTime,
  commitment: Commitment,
  question: CycleQuestion,
): CycleAvailability {
  const { cycle, asOf } = question;
  const start = Math.max(cycle.start, question.startsAt ?? cycle.start);
  const period = { start, end: Math.max(start, Math.min(cycle.end, question.endsAt ?? cycle.end)) };
  const provisional = asOf !== null && asOf < period.end;
  const elapsed = { start, end: provisional ? Math.max(start, asOf) : period.end };
  // Service hours and removed maintenance will cut these two sets; everything below only measures them.
  const eligible: IntervalSet = elapsed.start < elapsed.end ? [elapsed] : [];
  const wholeMs = period.end - period.start;
  const elapsedMs = measure(eligible);

  const { target } = commitment;
  const figure = tally(measured.counted, eligible, elapsedMs, commitment);
  const upper =
    measured.upper === measured.counted ? figure : tally(measured.upper, eligible, elapsedMs, commitment);
  const lower =
    measured.lower === measured.counted ? figure : tally(measured.lower, eligible, elapsedMs, commitment);
  const wholeOf = (of: Tally) => wholeMs - of.removedMs;
  const kept = (eligibleMs: number, downMs: number) => target === null || meets(eligibleMs, downMs, target);

  const noData = elapsedMs === 0 || (figure.unknownMs === elapsedMs && commitment.unknown !== "down");
  const lowDownMs = figure.rawDownMs + figure.unknownMs;
  return {
    period,
    fullCycleMs: cycle.end - cycle.start,
    provisional,
    elapsedMs,
    eligibleMs: figure.eligibleMs,
    rawDownMs: figure.rawDownMs,
    unknownMs: figure.unknownMs,
    countedDownMs: figure.countedDownMs,
    percent: noData ? null : percent(figure.eligibleMs, figure.countedDownMs),
    bounds: { low: percent(elapsedMs, lowDownMs), high: percent(elapsedMs, figure.rawDownMs) },
    edges: {
      low: percent(upper.eligibleMs, upper.countedDownMs),
      high: percent(lower.eligibleMs, lower.countedDownMs),
    },
    coveragePercent: percent(elapsedMs, figure.unknownMs),
    budget: target === null ? null : errorBudget(wholeOf(figure), figure.countedDownMs, target),
    bestCasePercent: provisional && !noData ? percent(wholeOf(figure), figure.countedDownMs) : null,
    verdict: verdictOf(noData, target !== null, kept(wholeOf(figure), figure.countedDownMs), provisional),
    sensitiveToUnknown: kept(wholeMs, lowDownMs) !== kept(wholeMs, figure.rawDownMs),
    edgesDecide:
      !noData && kept(wholeOf(upper), upper.countedDownMs) !== kept(wholeOf(lower), lower.countedDownMs),
  };
}

interface Tally {
  rawDownMs: number;
  unknownMs: number;
  countedDownMs: number;
  /** Time the unknown rule takes out of the denominator. */
  removedMs: number;
  eligibleMs: number;
}

/**
 * Steps 6 and 7 of the order of evaluation: clip to eligible time, then count. Replacing unknown time per service before the roll-up
 * makes down exactly the rolled-up unknown time (k_of_n only counts), so one roll-up serves the figure and both bounds.
 */
function tally(
  timeline: readonly Segment[],
  eligible: IntervalSet,
  elapsedMs: number,
  commitment: Commitment,
): Tally {
  const first = eligible[0];
  const last = eligible.at(-1);
  const near = first && last ? clipTimeline(timeline, { start: first.start, end: last.end }) : [];
  const rawDownMs = measure(intersect(timesIn("down", near), eligible));
  const unknownMs = measure(intersect(timesIn("unknown", near), eligible));
  const removedMs = commitment.unknown === "remove" ? unknownMs : 0;
  return {
    rawDownMs,
    unknownMs,
    countedDownMs: commitment.unknown === "down" ? rawDownMs + unknownMs : rawDownMs,
    removedMs,
    eligibleMs: elapsedMs - removedMs,
  };
}

function verdictOf(noData: boolean, promised: boolean, kept: boolean, provisional: boolean): Verdict {
  if (noData) {
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

function percent(eligibleMs: number, downMs: number): string | null {
  return eligibleMs === 0 ? null : percentFloor(eligibleMs, downMs, 6);
}
