/**
 * A series of maintenance in stretches, one a plan: from when until when it holds, and which of its times are planned. What calendars that
 * follow the page are told, of which windows are announced only a quarter ahead. After maintenance-series.ts.
 */
import type { Instant, Interval } from "../time/interval.ts";
import { type Occurrence, occurrencesIn } from "../time/recurrence.ts";
import { longestWindowMs } from "./maintenance-plan.ts";
import { endOfPart, type MaintenanceSeries, type SeriesPart } from "./maintenance-series.ts";

export interface SeriesStretch extends SeriesPart {
  /** Of the series. */
  reference: string;
  /** Which plan of the series it is, from 1. */
  number: number;
  /** No window of it begins at this instant or later; null: as long as its rule goes on. */
  until: Instant | null;
  /** When the last window of the stretch before is over: none of this one begins earlier. */
  freeFrom: Instant;
  createdAt: Instant;
  /** Of the series. */
  version: number;
}

/** Those of a series, oldest first; one in which nothing can lie is left out. */
export function stretchesOf(series: MaintenanceSeries): SeriesStretch[] {
  const { reference, createdAt, version } = series;
  const stretches: SeriesStretch[] = [];
  for (const [i, part] of series.parts.entries()) {
    const until = endOfPart(series, i);
    const last = stretches.at(-1);
    const freeFrom = last === undefined ? 0 : endOf(last);
    if (until === null || until > part.from) {
      stretches.push({ ...part, reference, number: i + 1, until, freeFrom, createdAt, version });
    }
  }
  return stretches;
}

/** The windows of a stretch that begin within the interval, announced or not, in order. */
export function plannedIn(
  { recurrence, from, until, freeFrom }: SeriesStretch,
  within: Interval,
): Occurrence[] {
  const span = {
    start: Math.max(within.start, from, freeFrom),
    end: Math.min(within.end, until ?? Infinity),
  };
  return span.start < span.end ? occurrencesIn(recurrence, span, Infinity) : [];
}

/** When the last window of a stretch that has an end is over; of one without any before its end, when that of the stretch before is. */
function endOf(stretch: SeriesStretch): Instant {
  const until = stretch.until ?? 0;
  const late = plannedIn(stretch, { start: until - longestWindowMs, end: until });
  return Math.max(stretch.freeFrom, late.at(-1)?.end ?? 0);
}
