/**
 * Counts and response times over a bucket of time, for charts. Buckets add up: five minutes make an hour, hours make a day, late
 * samples are added where they belong. Percentiles come from a logarithmic histogram with a relative error of at most 2 %.
 * No percentage is ever made of them.
 */
import type { Instant } from "../time/interval.ts";

/** Lengths of buckets in seconds, each a multiple of the one before. */
export const rollupSeconds = [300, 3600, 86_400] as const;
export type RollupSeconds = (typeof rollupSeconds)[number];

export interface Rollup {
  /** Samples that say something of the target (all but probe errors). */
  count: number;
  failures: number;
  /** Class of response time → samples in it, in order of class; samples without a time are not in it. */
  latency: Map<number, number>;
}

/** Ratio of one class's upper edge to its lower edge: 4 %, so that its middle is within 2 % of all in it. */
const growth = Math.log(1.04);

export function emptyRollup(): Rollup {
  return { count: 0, failures: 0, latency: new Map() };
}

/** Start of the bucket that an instant falls in (epoch aligned, hence UTC days). */
export function bucketStart(at: Instant, seconds: RollupSeconds): Instant {
  return Math.floor(at / (seconds * 1000)) * seconds * 1000;
}

/** Adds one sample in place. `totalMs` is null where nothing was timed. */
export function addSample(rollup: Rollup, failed: boolean, totalMs: number | null): void {
  rollup.count++;
  if (failed) {
    rollup.failures++;
  } else if (totalMs !== null) {
    const latencyClass = Math.round(Math.log(Math.max(totalMs, 0.05)) / growth);
    rollup.latency.set(latencyClass, (rollup.latency.get(latencyClass) ?? 0) + 1);
  }
}

/** Adds a bucket to another in place. */
export function addRollup(rollup: Rollup, other: Rollup): void {
  rollup.count += other.count;
  rollup.failures += other.failures;
  for (const [latencyClass, count] of other.latency) {
    rollup.latency.set(latencyClass, (rollup.latency.get(latencyClass) ?? 0) + count);
  }
}

/** The response time in ms that `share` (0…1) of the successful samples did not exceed; null without any. */
export function percentile(rollup: Rollup, share: number): number | null {
  let total = 0;
  rollup.latency.forEach((count) => (total += count));
  if (total === 0) {
    return null;
  }
  let left = Math.max(1, Math.ceil(total * share));
  for (const latencyClass of [...rollup.latency.keys()].sort((a, b) => a - b)) {
    left -= rollup.latency.get(latencyClass)!;
    if (left <= 0) {
      return Math.round(Math.exp(latencyClass * growth) * 10) / 10;
    }
  }
  return null;
}

/** Compact text of a histogram: `class:count` pairs in base 36, classes as steps from the one before. */
export function encodeLatency(latency: ReadonlyMap<number, number>): string {
  let last = 0;
  return [...latency.keys()]
    .sort((a, b) => a - b)
    .map((latencyClass) => {
      const step = latencyClass - last;
      last = latencyClass;
      const count = latency.get(latencyClass)!;
      return count === 1 ? step.toString(36) : `${step.toString(36)}:${count.toString(36)}`;
    })
    .join(",");
}

/** The histogram that `encodeLatency` wrote. */
export function decodeLatency(text: string): Map<number, number> {
  const latency = new Map<number, number>();
  let last = 0;
  for (const pair of text === "" ? [] : text.split(",")) {
    const [step, count] = pair.split(":");
    last += Number.parseInt(step!, 36);
    latency.set(last, count === undefined ? 1 : Number.parseInt(count, 36));
  }
  return latency;
}
