/**
 * What is told of a service over the period of an evidence file: its outages and its billing cycles. The server tells it of what the page
 * shows, `fournines verify` of what it replayed, by this one function, so that the two can be compared figure by figure.
 */
import { type Outage, outageInterval } from "../domain/monitoring/outage.ts";
import { clipTimeline, type Segment } from "../domain/monitoring/timeline.ts";
import type { Commitment } from "../domain/sla/measure/commitment.ts";
import { ceil } from "../domain/sla/figures/exact.ts";
import { monthlyUptime, type MonthUptime } from "../domain/sla/measure/monthly-uptime.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { isoInstant } from "../domain/time/written-instant.ts";
import type { ToldMonth, ToldOutage } from "./format.ts";

/** A service as it was measured, by whomever. */
export interface MeasuredFor {
  observedFrom: Instant | null;
  archivedAt: Instant | null;
  segments: readonly Segment[];
  outages: readonly (Outage & { checkSlug: string })[];
}

export interface Told {
  outages: ToldOutage[];
  months: ToldMonth[];
}

/**
 * Tells a period, as of its end: what lasts then, lasts. Cycles are judged by the function behind every page; of a cycle that the period
 * does not cover from its start, the time before counts as unmeasured.
 */
export function tellPeriod(service: MeasuredFor, commitment: Commitment, period: Interval): Told {
  const observedFrom =
    service.observedFrom === null || service.observedFrom >= period.end
      ? null
      : Math.max(service.observedFrom, period.start);
  const watched = { start: observedFrom ?? period.end, end: period.end };
  const outages = service.outages
    .filter(({ start }) => start < period.end)
    .map((outage) => asOf(outage, period.end))
    .filter((outage) => outageInterval(outage, "upper", watched).end > period.start);
  const months = monthlyUptime(
    {
      observedFrom,
      archivedAt: service.archivedAt,
      segments: clipTimeline(service.segments, period),
      outages,
    },
    commitment,
    period.end,
  );
  return {
    outages: outages
      .filter(({ end }) => end === null || end > period.start)
      .map((outage) => toldOutage(outage, watched)),
    months: months
      .filter(({ period: { start, end } }) => end > period.start && start < period.end)
      .map(toldMonth),
  };
}

/** An outage as it looked at an instant, whatever came of it later. */
function asOf<O extends Outage>(outage: O, at: Instant): O {
  const { end, firstOkAfterAt, lastFailAt } = outage;
  return {
    ...outage,
    end: end !== null && end <= at ? end : null,
    firstOkAfterAt: firstOkAfterAt !== null && firstOkAfterAt <= at ? firstOkAfterAt : null,
    lastFailAt: Math.min(lastFailAt, at),
  };
}

function toldOutage(outage: Outage & { checkSlug: string }, watched: Interval): ToldOutage {
  const lengthMs = (figure: "lower" | "observed" | "upper") => {
    const { start, end } = outageInterval(outage, figure, watched);
    return Math.max(0, end - start);
  };
  return {
    check: outage.checkSlug,
    start: outage.start,
    end: outage.end,
    lowerMs: lengthMs("lower"),
    observedMs: lengthMs("observed"),
    upperMs: lengthMs("upper"),
  };
}

function toldMonth(month: MonthUptime): ToldMonth {
  return {
    month: month.label,
    start: month.period.start,
    end: month.period.end,
    provisional: month.provisional,
    elapsedMs: month.elapsedMs,
    downMs: ceil(month.countedDownMs),
    unknownMs: ceil(month.unknownMs),
    percent: month.percent,
    coveragePercent: month.coveragePercent,
    verdict: month.verdict,
    bounds: month.bounds,
    edges: month.edges,
  };
}

/** Where two tellings of one period differ, in words; empty: they are identical. */
export function differences(server: Told, replayed: Told): string[] {
  const words: string[] = [];
  const outageKey = ({ check, start }: ToldOutage) => `${check} ${start}`;
  compareAll(server.outages, replayed.outages, outageKey, ({ check, start }, field, said, found) =>
    words.push(
      `outage of ${check} at ${isoInstant(start)}: ${field === null ? (said ? "told by the server, not in the evidence" : "in the evidence, not told by the server") : `${field} is ${shown(said)} as the server says, ${shown(found)} in the evidence`}`,
    ),
  );
  compareAll(
    server.months,
    replayed.months,
    ({ month }) => month,
    ({ month }, field, said, found) =>
      words.push(
        `${month}: ${field === null ? (said ? "told by the server, not in the evidence" : "in the evidence, not told by the server") : `${field} is ${shown(said)} as the server says, ${shown(found)} in the evidence`}`,
      ),
  );
  return words;
}

/** Calls back for every field in which two of one key differ, and with no field for what only one side has. */
function compareAll<T extends object>(
  server: readonly T[],
  replayed: readonly T[],
  key: (one: T) => string,
  differs: (one: T, field: string | null, said: unknown, found: unknown) => void,
): void {
  const found = new Map(replayed.map((one) => [key(one), one]));
  for (const one of server) {
    const other = found.get(key(one));
    found.delete(key(one));
    if (other === undefined) {
      differs(one, null, true, false);
      continue;
    }
    for (const [field, said] of Object.entries(one)) {
      const its = (other as Record<string, unknown>)[field];
      if (JSON.stringify(said) !== JSON.stringify(its)) {
        differs(one, field, said, its);
      }
    }
  }
  found.forEach((one) => differs(one, null, false, true));
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
