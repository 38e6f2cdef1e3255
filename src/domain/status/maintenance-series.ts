/**
 * Planned work that comes again and again: a plan with a local rule, in parts that hold one after the other, because what has been is
 * never rewritten. Its next windows are announced ahead of time and live like any other (maintenance-window.ts): one of them can be moved
 * or called off alone, and stays as people left it.
 */
import { Conflict, type Fault } from "../errors.ts";
import type { Instant, Interval } from "../time/interval.ts";
import { startOfLocalDay } from "../time/local-time.ts";
import { type Occurrence, occurrencesIn, type Recurrence, recurrenceFaults } from "../time/recurrence.ts";
import { longestWindowMs, serviceFaults } from "./maintenance-plan.ts";
import { messageFaults, refuseFaults, tidyWords, titleFaults } from "./public-words.ts";

/** What somebody plans to do again and again. */
export interface SeriesPlan {
  title: string;
  message: string;
  serviceSlugs: string[];
  recurrence: Recurrence;
}

/** A plan with the instant from which on it holds. */
export interface SeriesPart extends SeriesPlan {
  from: Instant;
  /** When it ends before the next part begins, because what stands between is not shown; null or absent: it does not. */
  until?: Instant | null;
}

export interface MaintenanceSeries {
  reference: string;
  /** Oldest first; at least one. */
  parts: SeriesPart[];
  /** No window of it begins at this instant or later; null: as long as its rule goes on. */
  endsAt: Instant | null;
  /** Why it may break what contracts promise about windows; null: nobody has said. */
  reason: string | null;
  author: string;
  createdAt: Instant;
  /** How often it was changed, from 1: whoever changes it says what they have seen. */
  version: number;
}

/** One window to be, with the plan that it follows. */
export interface SeriesWindow extends Occurrence {
  plan: SeriesPlan;
}

/** Windows are announced so long ahead, a quarter: whoever has a notice clause of any sensible length reads of them in time. */
export const announcedAheadMs = 92 * 86_400_000;
/** At least so many are announced, however far apart they lie within two years. */
export const announcedAtLeast = 2;
const searchedMs = 731 * 86_400_000;
const windowsAtOnce = 120;

/**
 * A new series; its first window begins after `now`.
 *
 * @throws InvalidInput invalid_series
 */
export function beginSeries(
  plan: SeriesPlan,
  identity: { reference: string; author: string; reason: string | null },
  now: Instant,
): MaintenanceSeries {
  refuseSeriesFaults(plan, now);
  const part = { ...tidyPlan(plan), from: startOfLocalDay(plan.recurrence.start, plan.recurrence.timeZone) };
  return { ...identity, parts: [part], endsAt: null, createdAt: now, version: 1 };
}

/**
 * The series with another plan from the local day of its start on; what was planned before that day stays.
 *
 * @throws InvalidInput invalid_series; Conflict series_over
 */
export function changeSeries(
  series: MaintenanceSeries,
  plan: SeriesPlan,
  reason: string | null,
  now: Instant,
): MaintenanceSeries {
  refuseIfOver(series, now);
  refuseSeriesFaults(plan, now);
  const from = Math.max(now, startOfLocalDay(plan.recurrence.start, plan.recurrence.timeZone));
  const kept = series.parts.filter((part, i) => part.from < from || (i === 0 && part.from === from));
  const replacesAll = kept.length === 1 && kept[0]!.from >= from;
  const parts = [...(replacesAll ? [] : kept), { ...tidyPlan(plan), from }];
  const endsAt = series.endsAt !== null && series.endsAt <= from ? null : series.endsAt;
  return { ...series, parts, endsAt, reason: reason ?? series.reason, version: series.version + 1 };
}

/**
 * The series without windows that begin at `from` or later; what lies before now is over anyway.
 *
 * @throws Conflict series_over
 */
export function endSeries(series: MaintenanceSeries, from: Instant, now: Instant): MaintenanceSeries {
  refuseIfOver(series, now);
  const endsAt = Math.min(series.endsAt ?? Infinity, Math.max(from, now));
  return { ...series, endsAt, version: series.version + 1 };
}

/** Whether no window of it is to come any more. */
export function isSeriesOver(series: MaintenanceSeries, now: Instant): boolean {
  return nextWindows(series, now).length === 0;
}

/** The windows that are to be announced at `now`, in order; none overlaps the next. */
export function nextWindows(series: MaintenanceSeries, now: Instant): SeriesWindow[] {
  const soon = windowsIn(series, { start: now, end: now + announcedAheadMs });
  return soon.length >= announcedAtLeast
    ? soon
    : windowsIn(series, { start: now, end: now + searchedMs }).slice(0, announcedAtLeast);
}

/** The windows of a series that begin within the interval, in order, across its parts. */
export function windowsIn(series: MaintenanceSeries, within: Interval): SeriesWindow[] {
  const found: SeriesWindow[] = [];
  for (const [i, { from, until: _, ...plan }] of series.parts.entries()) {
    const until = Math.min(within.end, endOfPart(series, i) ?? Infinity);
    const span = { start: Math.max(within.start, from), end: until };
    const times = span.start < span.end ? occurrencesIn(plan.recurrence, span, windowsAtOnce) : [];
    for (const time of times) {
      if (found.length === 0 || found.at(-1)!.end <= time.start) {
        found.push({ ...time, plan });
      }
    }
  }
  return found;
}

/** No window of a part, told by its place, begins at this instant or later; null: as long as its rule goes on. */
export function endOfPart(
  { parts, endsAt }: Pick<MaintenanceSeries, "parts" | "endsAt">,
  i: number,
): Instant | null {
  const ends = [parts[i]?.until, parts[i + 1]?.from, endsAt].filter(
    (end) => end !== null && end !== undefined,
  );
  return ends.length === 0 ? null : Math.min(...ends);
}

/**
 * The times that a series of this recurrence would announce at `now`, for whoever only thinks of it.
 *
 * @throws InvalidInput invalid_series
 */
export function seriesTimes(serviceSlugs: string[], recurrence: Recurrence, now: Instant): Interval[] {
  const thought = { title: "thought of", message: "thought of", serviceSlugs, recurrence };
  const series = beginSeries(thought, { reference: "", author: "", reason: null }, now);
  return nextWindows(series, now).map(({ start, end }) => ({ start, end }));
}

/** Every fault of a plan, at its member. */
export function seriesFaults(
  { title, message, serviceSlugs, recurrence }: SeriesPlan,
  now: Instant,
): Fault[] {
  return [
    ...titleFaults(title, "/title"),
    ...messageFaults(message, "/message"),
    ...serviceFaults(serviceSlugs),
    ...timeFaults(recurrence, now).map(({ pointer, detail }) => ({
      pointer: `/recurrence${pointer}`,
      detail,
    })),
  ];
}

function timeFaults(recurrence: Recurrence, now: Instant): Fault[] {
  const { lengthMs } = recurrence;
  if (!Number.isSafeInteger(lengthMs) || lengthMs <= 0 || lengthMs > longestWindowMs) {
    return [{ pointer: "/length_ms", detail: "Each lasts some time, and 90 days at most." }];
  }
  const faults = recurrenceFaults(recurrence);
  if (faults.length > 0) {
    return faults;
  }
  const [first] = occurrencesIn(recurrence, { start: 0, end: now + searchedMs }, 1);
  if (first === undefined) {
    return [{ pointer: "/start", detail: "The first lies within two years from now." }];
  }
  return first.start < now ? [{ pointer: "/start", detail: "The first of them lies ahead." }] : [];
}

function refuseSeriesFaults(plan: SeriesPlan, now: Instant): void {
  refuseFaults("invalid_series", "The series cannot be planned like this.", seriesFaults(plan, now));
}

function refuseIfOver(series: MaintenanceSeries, now: Instant): void {
  if (isSeriesOver(series, now)) {
    throw new Conflict("series_over", `${series.reference} is over; plan another one.`);
  }
}

function tidyPlan(plan: SeriesPlan): SeriesPlan {
  return {
    ...plan,
    title: tidyWords(plan.title),
    message: tidyWords(plan.message),
    serviceSlugs: [...plan.serviceSlugs],
  };
}
