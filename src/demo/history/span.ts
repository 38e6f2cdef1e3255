/** Over what time the demo's history runs: thirteen months of whole UTC days, up to the instant at which the demo was first started. */
import type { Instant, Interval } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";

export const dayMs = 86_400_000;
export const minuteMs = 60_000;

/** 13 months, as days. */
export const historyDays = 396;

/** What the history is made from: the same two give the same history, to the byte. */
export interface Origin {
  seed: number;
  /** Where the history ends. */
  end: Instant;
  /** How many days it covers before the day of `end`. */
  days: number;
}

export function spanOf({ end, days }: Origin): Interval {
  return { start: startOfDay(end) - days * dayMs, end };
}

/** A UTC day of the history: so many days before the day of its end, or a day of the month that lies so many before the month of its end. */
export type Day = { daysAgo: number } | { monthsAgo: number; day: number };

/** `hours:minutes` UTC of a day. */
export function clockTime(origin: Pick<Origin, "end">, on: Day, time: string): Instant {
  const [hours, minutes] = time.split(":").map(Number);
  return startOf(origin, on) + (hours! * 60 + minutes!) * minuteMs;
}

/** The month that lies so many before the month of the end: "2026-06". */
export function monthOf(origin: Pick<Origin, "end">, monthsAgo: number): string {
  return isoInstant(startOf(origin, { monthsAgo, day: 1 })).slice(0, 7);
}

function startOf({ end }: Pick<Origin, "end">, on: Day): Instant {
  if ("daysAgo" in on) {
    return startOfDay(end) - on.daysAgo * dayMs;
  }
  const last = new Date(end);
  return Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - on.monthsAgo, on.day);
}

function startOfDay(at: Instant): Instant {
  return Math.floor(at / dayMs) * dayMs;
}
