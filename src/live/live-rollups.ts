/**
 * Which buckets a batch completes, and which it adds to: pure bookkeeping over the bucket being counted. A bucket is written when
 * the first sample of a later one arrives; what comes late is added to what was written.
 */
import type { Observation } from "../../probes/protocol.ts";
import {
  addRollup,
  addSample,
  bucketStart,
  emptyRollup,
  type RollupSeconds,
} from "../domain/monitoring/rollup.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { RollupRow } from "../store/rollups.ts";

export interface BucketPlan {
  /** Buckets to add to the store. */
  write: RollupRow[];
  /** Hours and days whose finer buckets are complete, or changed after they were: to be made anew. */
  rebuild: { hours: Instant[]; days: Instant[] };
  /** The bucket being counted afterwards. */
  open: RollupRow | undefined;
}

/**
 * @param observations of one check from one location, in order of time
 * @param historicBefore samples older than this have no five-minute buckets any more: they count into hours and days directly
 */
export function planBuckets(
  place: { checkId: number; locationId: number },
  open: RollupRow | undefined,
  observations: readonly Observation[],
  historicBefore: Instant,
): BucketPlan {
  const plan: BucketPlan = { write: [], rebuild: { hours: [], days: [] }, open };
  const fresh = new Map<string, RollupRow>();
  const historicHour = bucketStart(historicBefore, 3600);
  for (const { at, outcome, timings } of observations) {
    if (outcome === "probe_error") {
      continue;
    }
    const lengths: RollupSeconds[] = at < historicHour ? [3600, 86_400] : [300];
    for (const seconds of lengths) {
      const start = bucketStart(at, seconds);
      const key = `${seconds} ${start}`;
      const bucket = fresh.get(key) ?? { ...place, seconds, start, ...emptyRollup() };
      addSample(bucket, outcome === "fail", timings.total ?? null);
      fresh.set(key, bucket);
    }
  }
  for (const bucket of fresh.values()) {
    if (bucket.seconds === 300) {
      countBucket(plan, bucket);
    } else {
      plan.write.push(bucket);
    }
  }
  return plan;
}

function countBucket(plan: BucketPlan, bucket: RollupRow): void {
  const { open } = plan;
  if (open === undefined) {
    plan.open = bucket;
  } else if (bucket.start === open.start) {
    plan.open = { ...open, latency: new Map(open.latency) };
    addRollup(plan.open, bucket);
  } else if (bucket.start > open.start) {
    plan.write.push(open);
    plan.open = bucket;
    if (bucketStart(open.start, 3600) < bucketStart(bucket.start, 3600)) {
      plan.rebuild.hours.push(bucketStart(open.start, 3600));
    }
    if (bucketStart(open.start, 86_400) < bucketStart(bucket.start, 86_400)) {
      plan.rebuild.days.push(bucketStart(open.start, 86_400));
    }
  } else {
    plan.write.push(bucket);
    if (bucketStart(bucket.start, 3600) < bucketStart(open.start, 3600)) {
      plan.rebuild.hours.push(bucketStart(bucket.start, 3600));
    }
    if (bucketStart(bucket.start, 86_400) < bucketStart(open.start, 86_400)) {
      plan.rebuild.days.push(bucketStart(bucket.start, 86_400));
    }
  }
}
