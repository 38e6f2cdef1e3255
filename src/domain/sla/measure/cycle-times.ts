/**
 * The times of one billing cycle, before anything is judged (sla-semantics 4 to 6, 9): measured timelines in, exact ms out. All that a
 * percentage and a verdict are made of, and all that has to be kept of a cycle to tell them again.
 */
import { openTime } from "../../time/business-calendar.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import { clip, measure, subtract } from "../../time/interval.ts";
import type { Commitment } from "./commitment.ts";
import type { Tally } from "./downtime.ts";
import { tallier, timeIn } from "./downtime.ts";
import type { Exact } from "../figures/exact.ts";
import type { JudgedWindow } from "./exclusion.ts";
import type { MeasuredTime } from "./measured-time.ts";

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

export interface CycleTimes {
  /** The cycle clipped to the commitment, not cut by `asOf`. */
  period: Interval;
  /** Length of the unclipped cycle. */
  fullCycleMs: number;
  provisional: boolean;
  /** Service hours so far, from which excluded and unknown time may still be removed. */
  serviceHoursMs: number;
  /** Of that, what is left when excluded time leaves the denominator; unknown time included. */
  elapsedMs: number;
  /** Of that, what is not excluded of every service. */
  measurableMs: number;
  /** Service hours of the whole cycle, less what has left them so far. */
  wholeMs: number;
  /** Rolled-up downtime within the service hours, before exclusions and after them. */
  rawDownMs: Exact;
  leftDownMs: Exact;
  /** Rolled-up unknown time after exclusions. */
  unknownMs: Exact;
  /** What counts; the same with all unknown time down, and up; with every outage at its upper length, and at its lower. */
  counted: Tally;
  allDown: Tally;
  allUp: Tally;
  upper: Tally;
  lower: Tally;
  windows: readonly JudgedWindow[];
}

/** Takes the times of one cycle from what was measured. */
export function cycleTimes(
  measured: MeasuredTime,
  commitment: Commitment,
  question: CycleQuestion,
): CycleTimes {
  const { cycle, asOf } = question;
  const start = Math.max(cycle.start, question.startsAt ?? cycle.start);
  const period = { start, end: Math.max(start, Math.min(cycle.end, question.endsAt ?? cycle.end)) };
  const provisional = asOf !== null && asOf < period.end;

  const wholeHours = serviceHours(commitment, period);
  const hours = provisional ? clip(wholeHours, { start, end: Math.max(start, asOf) }) : wholeHours;
  const elapsed =
    commitment.maintenance.denominator === "remove" ? subtract(hours, measured.excluded) : hours;
  const [hoursMs, elapsedMs] = [measure(hours), measure(elapsed)];
  const count = tallier(elapsed, measured.excluded, commitment);
  return {
    period,
    fullCycleMs: cycle.end - cycle.start,
    provisional,
    serviceHoursMs: hoursMs,
    elapsedMs,
    measurableMs: measure(subtract(elapsed, measured.excluded)),
    wholeMs: measure(wholeHours) - (hoursMs - elapsedMs),
    rawDownMs: timeIn("down", measured.raw, hours),
    leftDownMs: timeIn("down", measured.left, hours),
    unknownMs: timeIn("unknown", measured.left, elapsed),
    counted: count(measured.counted),
    allDown: count(measured.allDown),
    allUp: count(measured.allUp),
    upper: count(measured.upper),
    lower: count(measured.lower),
    windows: measured.windows,
  };
}

/** When time counts at all in a period: its service hours. */
export function serviceHours({ serviceHours: calendar }: Commitment, period: Interval): Interval[] {
  if (calendar !== null) {
    return openTime(calendar, period);
  }
  return period.start < period.end ? [period] : [];
}
