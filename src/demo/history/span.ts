/** Over what time the demo's history runs: thirteen months of whole UTC days, up to the instant at which the demo was first started. */
import type { Instant, Interval } from "../../domain/time/interval.ts";

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

/** `hours:minutes` UTC of the day that lies `daysAgo` before the day of the end. */
export function clockTime({ end }: Pick<Origin, "end">, daysAgo: number, time: string): Instant {
  const [hours, minutes] = time.split(":").map(Number);
  return startOfDay(end) - daysAgo * dayMs + (hours! * 60 + minutes!) * minuteMs;
}

function startOfDay(at: Instant): Instant {
  return Math.floor(at / dayMs) * dayMs;
}
