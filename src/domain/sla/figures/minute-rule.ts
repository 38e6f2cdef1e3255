/**
 * Minutes (sla-semantics 4): contracts may count downtime by whole minutes of the epoch, each of which counts when enough of it was down.
 */
import type { Interval, IntervalSet } from "../../time/interval.ts";
import { union } from "../../time/interval.ts";

/** By the exact ms; or minutes with any, at least half, or nothing but downtime. */
export const granularities = ["exact_ms", "minute_any", "minute_majority", "minute_full"] as const;
export type Granularity = (typeof granularities)[number];
export type MinuteRule = Exclude<Granularity, "exact_ms">;

export const minuteMs = 60_000;

/** How much of a minute must be down, ms. */
const neededMs: Record<MinuteRule, number> = {
  minute_any: 1,
  minute_majority: minuteMs / 2,
  minute_full: minuteMs,
};

/** The minutes that count, whole. `down` is what is left of the downtime after exclusions and clipping. */
export function countedMinutes(down: IntervalSet, rule: MinuteRule): Interval[] {
  const counted: Interval[] = [];
  /** Downtime in minutes that are down in parts. */
  const parts = new Map<number, number>();
  const addPart = (minute: number, ms: number) => parts.set(minute, (parts.get(minute) ?? 0) + ms);
  for (const { start, end } of down) {
    const firstWhole = Math.floor((start + minuteMs - 1) / minuteMs) * minuteMs;
    const lastWhole = Math.floor(end / minuteMs) * minuteMs;
    if (firstWhole > lastWhole) {
      addPart(lastWhole, end - start);
      continue;
    }
    counted.push({ start: firstWhole, end: lastWhole });
    addPart(firstWhole - minuteMs, firstWhole - start);
    addPart(lastWhole, end - lastWhole);
  }
  for (const [start, ms] of parts) {
    if (ms >= neededMs[rule]) {
      counted.push({ start, end: start + minuteMs });
    }
  }
  return union(counted);
}
