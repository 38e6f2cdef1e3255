/**
 * A signed batch arrives: it is checked, stored once exactly as it came, and derived from, in one transaction. The only way for
 * samples into the product, for the local probe and for every other one.
 */
import { decodeBatch, digestOf, importPublicKey, MalformedBatch, verifyBatch } from "../../probes/batch.ts";
import type { Batch, Observation, SignedBatch } from "../../probes/protocol.ts";
import type { Checkpoint, DerivationStep } from "../domain/monitoring/derivation.ts";
import { Conflict, Forbidden, InvalidInput, Unauthenticated } from "../domain/errors.ts";
import { bucketStart } from "../domain/monitoring/rollup.ts";
import type { Instant } from "../domain/time/interval.ts";
import { commitStep, foldSamples, type LiveCheck } from "../live/live-check.ts";
import type { LiveReadings } from "../live/live-readings.ts";
import { type BucketPlan, planBuckets } from "../live/live-rollups.ts";
import { compressBatch, findBatchDigest, findChainHead, insertBatch } from "../store/batches.ts";
import { putCheckpoints } from "../store/checkpoints.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { dropOutages, putOutages } from "../store/outages.ts";
import { findProbe, type Probe } from "../store/probes.ts";
import { findProbeKey } from "../store/probe-keys.ts";
import { dropReadings, putReadings } from "../store/readings.ts";
import { addRollups, rebuildRollups } from "../store/rollups.ts";
import { createSamplesPartition, insertSamples, samplesKeptMs } from "../store/samples.ts";
import { type Rederived, rederiveCheck } from "./rederive-check.ts";

/** A batch may be dated this far ahead of the server's clock, no further. */
const maxAheadMs = 60_000;

export interface RecordedBatch {
  /** The highest sequence of this probe that is stored: everything up to it need not be sent again. */
  acknowledged: number;
  /** Samples that were new; 0 for a batch delivered before. */
  samples: number;
  /** Samples of checks that are not known here: kept as evidence, nothing is derived from them. */
  unknownChecks: number;
  /** Services whose readings or outages changed. */
  changedServices: Set<string>;
}

/** What one check of the batch comes to, worked out before anything is written. */
interface CheckPlan {
  check: LiveCheck;
  observations: Observation[];
  step: DerivationStep;
  buckets: BucketPlan;
}

/**
 * Records a batch. Delivered again, it changes nothing and is acknowledged again.
 *
 * @throws InvalidInput malformed_batch, batch_from_the_future
 * @throws Unauthenticated unknown_probe, wrong_signature
 * @throws Forbidden revoked_probe, wrong_location
 * @throws Conflict sequence_gap, broken_chain, forked_chain: the probe and the store disagree on what came before
 */
export async function recordBatch(
  db: Database,
  live: LiveReadings,
  signed: SignedBatch,
  now: Instant,
): Promise<RecordedBatch> {
  const batch = decoded(signed.bytes);
  const probe = await verifiedProbe(db, batch, signed);
  if (batch.closedAt > now + maxAheadMs || (batch.observations.at(-1)?.at ?? 0) > now + maxAheadMs) {
    throw new InvalidInput(
      "batch_from_the_future",
      `the batch is dated ${new Date(batch.closedAt).toISOString()}, more than 60 s ahead of the server's clock`,
      [{ pointer: "/closedAt", detail: "must not be more than 60 s ahead of the server's clock" }],
    );
  }
  const digest = await digestOf(signed.bytes);
  const compressed = await compressBatch(signed.bytes);
  const historicBefore = bucketStart(now - samplesKeptMs, 3600);
  const plans = planChecks(live, batch, probe, historicBefore);
  const recent = batch.observations.filter((observation) => observation.at >= historicBefore);
  await createPartitions(db, recent);

  const acknowledged = await db.transaction(async (tx) => {
    await lockInTransaction(tx, `chain ${probe.id}`);
    const head = await findChainHead(tx, probe.id);
    if (batch.sequence <= head.sequence) {
      await mustBeTheSame(tx, probe, batch, digest);
      return { sequence: head.sequence, rederived: null };
    }
    mustFollow(batch, head);
    const row = {
      probeId: probe.id,
      sequence: batch.sequence,
      digest,
      firstAt: batch.observations[0]?.at ?? batch.closedAt,
      lastAt: batch.observations.at(-1)?.at ?? batch.closedAt,
      samples: batch.observations.length,
      receivedAt: now,
    };
    await insertBatch(tx, row, signed.signature, compressed);
    if (recent.length > 0) {
      await insertSamples(tx, probe.locationId, recent);
    }
    await storeDerived(tx, plans);
    await storeRollups(tx, plans);
    // What has no row of its own must be in a checkpoint, or a restart would not know of it.
    const historic = plans.filter((plan) => plan.observations[0]!.at < historicBefore);
    await putCheckpoints(tx, historic.map(toCheckpoint));
    return { sequence: batch.sequence, rederived: await rederiveLate(tx, plans, live.since) };
  });

  const result: RecordedBatch = {
    acknowledged: acknowledged.sequence,
    samples: 0,
    unknownChecks: 0,
    changedServices: new Set(),
  };
  if (acknowledged.rederived !== null) {
    commit(result, batch, probe, plans, acknowledged.rederived);
  }
  return result;
}

/** Lets the memory follow what now stands in the store. */
function commit(
  result: RecordedBatch,
  batch: Batch,
  probe: Probe,
  plans: readonly CheckPlan[],
  rederived: ReadonlyMap<LiveCheck, Rederived>,
): void {
  result.samples = batch.observations.length;
  result.unknownChecks = batch.observations.length;
  for (const { check, step, observations, buckets } of plans) {
    result.unknownChecks -= observations.length;
    if (commitStep(check, step, observations) || rederived.has(check)) {
      result.changedServices.add(check.serviceSlug);
    }
    Object.assign(check, rederived.get(check));
    if (buckets.open !== undefined) {
      check.buckets.set(probe.locationId, buckets.open);
    }
  }
}

function decoded(bytes: Uint8Array): Batch {
  try {
    return decodeBatch(bytes);
  } catch (cause) {
    if (cause instanceof MalformedBatch) {
      throw new InvalidInput("malformed_batch", cause.message, [{ pointer: "", detail: cause.rule }], {
        cause,
      });
    }
    throw cause;
  }
}

async function verifiedProbe(db: Database, batch: Batch, signed: SignedBatch): Promise<Probe> {
  const probe = await findProbe(db, batch.probe);
  if (probe === undefined) {
    throw new Unauthenticated("unknown_probe", `no probe is known under the id ${batch.probe}`);
  }
  const key = await findProbeKey(db, probe.id, batch.sequence);
  if (key === undefined || !(await verifyBatch(signed, await importPublicKey(key.toBase64())))) {
    throw new Unauthenticated(
      "wrong_signature",
      `the signature of batch ${batch.sequence} is not one of probe ${probe.id}`,
    );
  }
  if (probe.revokedAt !== null) {
    throw new Forbidden("revoked_probe", `probe ${probe.id} has been revoked`);
  }
  if (batch.location !== probe.location) {
    throw new Forbidden(
      "wrong_location",
      `probe ${probe.id} stands in ${probe.location}, not in ${batch.location}`,
    );
  }
  return probe;
}

/** Works out what the batch does to each check it speaks of. */
function planChecks(live: LiveReadings, batch: Batch, probe: Probe, historicBefore: Instant): CheckPlan[] {
  const byCheck = new Map<number, Observation[]>();
  for (const observation of batch.observations) {
    const known = byCheck.get(observation.check);
    if (known === undefined) {
      byCheck.set(observation.check, [observation]);
    } else {
      known.push(observation);
    }
  }
  const plans: CheckPlan[] = [];
  for (const [checkId, observations] of byCheck) {
    const check = live.checks.get(checkId);
    if (check !== undefined) {
      const samples = observations.map(({ at, outcome }) => ({ location: probe.location, at, outcome }));
      plans.push({
        check,
        observations,
        step: foldSamples(check, samples),
        buckets: planBuckets(
          { checkId, locationId: probe.locationId },
          check.buckets.get(probe.locationId),
          observations,
          historicBefore,
        ),
      });
    }
  }
  return plans;
}

/** Days for which the partition is known to exist, per database. */
const partitions = new WeakMap<Database, Set<number>>();

async function createPartitions(db: Database, observations: readonly Observation[]): Promise<void> {
  const known = partitions.get(db) ?? new Set<number>();
  partitions.set(db, known);
  for (const { at } of observations) {
    const day = bucketStart(at, 86_400);
    if (!known.has(day)) {
      await createSamplesPartition(db, day);
      known.add(day);
    }
  }
}

async function storeDerived(tx: Database, plans: readonly CheckPlan[]): Promise<void> {
  const of = <T>(list: readonly T[], checkId: number) => list.map((element) => ({ checkId, ...element }));
  await dropReadings(
    tx,
    plans.flatMap(({ check, step }) => step.drop.changes.map((at) => ({ checkId: check.id, at }))),
  );
  await dropOutages(
    tx,
    plans.flatMap(({ check, step }) => step.drop.outages.map((start) => ({ checkId: check.id, start }))),
  );
  await putReadings(
    tx,
    plans.flatMap(({ check, step }) => of(step.put.changes, check.id)),
  );
  await putOutages(
    tx,
    plans.flatMap(({ check, step }) => of(step.put.outages, check.id)),
  );
}

async function storeRollups(tx: Database, plans: readonly CheckPlan[]): Promise<void> {
  await addRollups(
    tx,
    plans.flatMap((plan) => plan.buckets.write),
  );
  const places = (length: "hours" | "days") =>
    plans.flatMap(({ check, buckets }) =>
      buckets.rebuild[length].map((start) => ({ checkId: check.id, start })),
    );
  await rebuildRollups(tx, places("hours"), 300, 3600);
  await rebuildRollups(tx, places("days"), 3600, 86_400);
}

/** Checks for which something came that is older than what they had settled. */
async function rederiveLate(
  tx: Database,
  plans: readonly CheckPlan[],
  since: Instant,
): Promise<Map<LiveCheck, Rederived>> {
  const rederived = new Map<LiveCheck, Rederived>();
  for (const { check, step } of plans) {
    if (step.late.length > 0) {
      const from = Math.min(...step.late.map((sample) => sample.at));
      rederived.set(check, await rederiveCheck(tx, check, from, since));
    }
  }
  return rederived;
}

function toCheckpoint({ check, step }: CheckPlan): Checkpoint & { checkId: number } {
  return { checkId: check.id, ...step.derivation.settled };
}

async function mustBeTheSame(tx: Database, probe: Probe, batch: Batch, digest: string): Promise<void> {
  const stored = await findBatchDigest(tx, probe.id, batch.sequence);
  if (stored !== undefined && stored !== digest) {
    throw new Conflict(
      "forked_chain",
      `batch ${batch.sequence} of probe ${probe.id} is stored already, with other contents`,
    );
  }
}

function mustFollow(batch: Batch, head: { sequence: number; digest: string }): void {
  if (batch.sequence !== head.sequence + 1) {
    throw new Conflict(
      "sequence_gap",
      `batch ${batch.sequence} does not follow: ${head.sequence + 1} is expected`,
      [{ pointer: "/sequence", detail: `must be ${head.sequence + 1}` }],
    );
  }
  if (batch.previous !== head.digest) {
    throw new Conflict(
      "broken_chain",
      `batch ${batch.sequence} names another batch before it than the one that is stored`,
      [{ pointer: "/previous", detail: `must be ${head.digest}` }],
    );
  }
}
