/** Samples as they were delivered, read from the signed batches themselves: each with the probe, the batch and the digest that vouch for it. */
import { decodeBatch } from "../../probes/batch.ts";
import type { Observation } from "../../probes/protocol.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { listBatches } from "./batches.ts";
import type { Database } from "./database.ts";

export interface DeliveredSample extends Omit<Observation, "check" | "timings"> {
  probe: string;
  location: string;
  /** Of the batch in the probe's chain, and its SHA-256, hex. */
  sequence: number;
  digest: string;
  /** How long the asking took; null: it came to no answer. */
  totalMs: number | null;
  /** The probe's clock minus ours, as it was measured then; null: never. */
  skewMs: number | null;
}

/** What came of asking a check in these stretches, in order of time; `at` by the probe's clock. */
export async function listDeliveredSamples(
  db: Database,
  checkId: number,
  within: readonly Interval[],
): Promise<DeliveredSample[]> {
  const from = Math.min(...within.map(({ start }) => start));
  const to = Math.max(...within.map(({ end }) => end));
  const isWanted = (at: Instant) => within.some(({ start, end }) => at >= start && at < end);
  const samples: DeliveredSample[] = [];
  for (const stretch of to - from > longestStretchMs ? within : [{ start: from, end: to }]) {
    for await (const { bytes, digest } of listBatches(db, stretch.start, stretch.end)) {
      const { probe, location, sequence, skewMs = null, observations } = decodeBatch(bytes);
      for (const { check, at, timings, ...said } of observations) {
        if (check === checkId && isWanted(at)) {
          samples.push({
            ...{ probe, location, sequence, digest, at, skewMs, ...said },
            totalMs: timings.total ?? null,
          });
        }
      }
    }
  }
  const unique = new Map(
    samples.map((sample) => [`${sample.probe} ${sample.sequence} ${sample.at}`, sample] as const),
  );
  return [...unique.values()].sort((a, b) => a.at - b.at || (a.probe < b.probe ? -1 : 1));
}

/** Stretches further apart are read one by one, so that nothing in between is unpacked. */
const longestStretchMs = 2 * 3_600_000;
