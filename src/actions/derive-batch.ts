/**
 * From a stored batch to what is derived of it: worked out against the memory, stored in one transaction, then taken over by the
 * memory. The same three steps whether the batch just arrived, was left by another server, or is only followed.
 */
import { decodeBatch } from "../../probes/batch.ts";
import type { Batch, Observation } from "../../probes/protocol.ts";
import type { Checkpoint, CheckSample, DerivationStep } from "../domain/monitoring/derivation.ts";
import { clockUncertaintyOf, samplesOf, usableObservations } from "../domain/monitoring/evidence.ts";
import { bucketStart } from "../domain/monitoring/rollup.ts";
import { lateAfterMs } from "../domain/sla/measure/kept-month.ts";
import type { Instant } from "../domain/time/interval.ts";
import { commitStep, foldSamples, type LiveCheck } from "../live/live-check.ts";
import { type LiveReadings, beginNewChecks } from "../live/live-readings.ts";
import { type BucketPlan, planBuckets } from "../live/live-rollups.ts";
import { findBatch } from "../store/batches.ts";
import { putCheckpoints } from "../store/checkpoints.ts";
import type { Database } from "../store/database.ts";
import { dropOutages, putOutages } from "../store/outages.ts";
import { findProbe, type Probe } from "../store/probes.ts";
import { dropReadings, putReadings } from "../store/readings.ts";
import { putReopenings } from "../store/reopenings.ts";
import { addRollups, rebuildRollups } from "../store/rollups.ts";
import { dropSilences, putSilences } from "../store/silences.ts";
import { createSamplesPartition, insertSamples, samplesKeptMs } from "../store/samples.ts";
import { dropMonthsFrom } from "../store/service-months.ts";
import { type BatchPlace, dropUnderived } from "../store/underived-batches.ts";
import { isAnyCheck } from "../store/watched-checks.ts";
import type { DerivationRight } from "./derivation-right.ts";

/** What one check of a batch comes to, worked out before anything is written. */
interface CheckPlan {
  check: LiveCheck;
  observations: Observation[];
  step: DerivationStep;
  buckets: BucketPlan;
}

/** What a batch comes to. */
export interface BatchPlan {
  batch: Batch;
  probe: Pick<Probe, "id" | "locationId">;
  checks: CheckPlan[];
  /** Samples that get a row: those of the last 48 hours, of checks that are known here. */
  recent: Observation[];
  historicBefore: Instant;
  /** Checks with the earliest of their samples that came late. */
  late: { checkId: number; from: Instant }[];
}

/** What the memory took over. */
export interface DerivedBatch {
  /** Samples of checks that are not known here, or of a clock that was wrong. */
  setAside: number;
  changedServices: Set<string>;
  /** Checks of which samples came late. */
  reopened: number;
}

/**
 * Takes over checks that a batch speaks of and that are not known here yet: another server has made them, and a probe was quicker to
 * ask them than this one to hear of it.
 */
export async function learnChecks(db: Database, live: LiveReadings, batch: Batch): Promise<void> {
  const unknown = new Set(batch.observations.map(({ check }) => check).filter((id) => !live.checks.has(id)));
  if (unknown.size > 0 && (await isAnyCheck(db, [...unknown]))) {
    await beginNewChecks(db, live);
  }
}

/** Works out what a batch does to each check it speaks of; nothing is touched. */
export function planBatch(
  live: LiveReadings,
  batch: Batch,
  probe: Pick<Probe, "id" | "locationId">,
  now: Instant,
): BatchPlan {
  const historicBefore = bucketStart(now - samplesKeptMs, 3600);
  const usable = usableObservations(batch);
  const checks: CheckPlan[] = [];
  for (const [checkId, observations] of Map.groupBy(usable, ({ check }) => check)) {
    const check = live.checks.get(checkId);
    if (check !== undefined) {
      checks.push({
        check,
        observations,
        step: foldSamples(check, samplesOf(batch, observations), historicBefore),
        buckets: planBuckets(
          { checkId, locationId: probe.locationId },
          check.buckets.get(probe.locationId),
          observations,
          historicBefore,
        ),
      });
    }
  }
  const recent = usable.filter(({ at, check }) => at >= historicBefore && live.checks.has(check));
  const late = checks
    .map(({ check, observations }) => ({ checkId: check.id, from: earliestOf(observations) }))
    .filter(({ from }) => from < now - lateAfterMs);
  return { batch, probe, checks, recent, historicBefore, late };
}

function earliestOf(observations: readonly Observation[]): Instant {
  return observations.reduce((first, { at }) => Math.min(first, at), Number.MAX_SAFE_INTEGER);
}

/** Days for which the partition is known to exist, per database. */
const partitions = new WeakMap<Database, Set<number>>();

/** What must stand before the transaction of `storePlan` begins. */
export async function prepareStore(db: Database, { recent }: BatchPlan): Promise<void> {
  const known = partitions.get(db) ?? new Set<number>();
  partitions.set(db, known);
  for (const { at } of recent) {
    const day = bucketStart(at, 86_400);
    if (!known.has(day)) {
      await createSamplesPartition(db, day);
      known.add(day);
    }
  }
}

/** Stores what was worked out. */
export async function storePlan(tx: Database, plan: BatchPlan): Promise<void> {
  const { batch, probe, checks, recent, historicBefore } = plan;
  if (recent.length > 0) {
    const uncertaintyMs = clockUncertaintyOf(batch);
    await insertSamples(tx, probe.locationId, recent, uncertaintyMs === "inconclusive" ? 0 : uncertaintyMs);
  }
  await storeDerived(tx, checks);
  await storeRollups(tx, checks);
  // What has no row of its own must be in a checkpoint, or a restart would not know of it.
  const historic = checks.filter(({ observations }) => observations[0]!.at < historicBefore);
  await putCheckpoints(tx, historic.map(toCheckpoint));
  await putReopenings(
    tx,
    checks.flatMap(({ check, step: { late } }) => (late.length === 0 ? [] : [reopening(check, late)])),
  );
  // What ends a silence changes no reading that is stored, and yet the time in which it lay.
  await dropMonthsFrom(tx, plan.late);
}

/** Lets the memory follow what now stands in the store. */
export function commitPlan({ batch, probe, checks }: BatchPlan): DerivedBatch {
  const derived: DerivedBatch = {
    setAside: batch.observations.length,
    changedServices: new Set(),
    reopened: 0,
  };
  for (const { check, step, observations, buckets } of checks) {
    derived.setAside -= observations.length;
    if (commitStep(check, step, observations)) {
      derived.changedServices.add(check.serviceSlug);
    }
    derived.reopened += step.late.length > 0 ? 1 : 0;
    if (buckets.open !== undefined) {
      check.buckets.set(probe.locationId, buckets.open);
    }
  }
  return derived;
}

/**
 * Derives from a batch that another server stored. Null: it has been derived from already.
 *
 * @throws RightLost
 */
export async function deriveStored(
  db: Database,
  live: LiveReadings,
  place: BatchPlace,
  right: DerivationRight,
  now: Instant,
): Promise<DerivedBatch | null> {
  const plan = await planStored(db, live, place, now);
  await prepareStore(db, plan);
  const isMine = await db.transaction(async (tx) => {
    await right.enter(tx);
    if (!(await dropUnderived(tx, place))) {
      return false;
    }
    await storePlan(tx, plan);
    await right.tell(tx, place);
    return true;
  });
  return isMine ? commitPlan(plan) : null;
}

/** Takes a batch that another server derived from into this one's memory; the store says the same already. */
export async function followStored(
  db: Database,
  live: LiveReadings,
  place: BatchPlace,
  now: Instant,
): Promise<DerivedBatch> {
  return commitPlan(await planStored(db, live, place, now));
}

async function planStored(
  db: Database,
  live: LiveReadings,
  { probeId, sequence }: BatchPlace,
  now: Instant,
): Promise<BatchPlan> {
  const [bytes, probe] = await Promise.all([findBatch(db, probeId, sequence), findProbe(db, probeId)]);
  if (bytes === undefined || probe === undefined) {
    throw new Error(`batch ${sequence} of probe ${probeId} is not in the store`);
  }
  const batch = decodeBatch(bytes);
  await learnChecks(db, live, batch);
  return planBatch(live, batch, probe, now);
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
  await dropSilences(
    tx,
    plans.flatMap(({ check, step }) => of(step.drop.silences, check.id)),
  );
  await putReadings(
    tx,
    plans.flatMap(({ check, step }) => of(step.put.changes, check.id)),
  );
  await putOutages(
    tx,
    plans.flatMap(({ check, step }) => of(step.put.outages, check.id)),
  );
  await putSilences(
    tx,
    plans.flatMap(({ check, step }) => of(step.put.silences, check.id)),
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

function toCheckpoint({ check, step }: CheckPlan): Checkpoint & { checkId: number } {
  return { checkId: check.id, ...step.derivation.settled };
}

function reopening(check: LiveCheck, late: readonly CheckSample[]) {
  const instants = late.map(({ at }) => at);
  return { checkId: check.id, fromAt: Math.min(...instants), throughAt: Math.max(...instants) };
}
