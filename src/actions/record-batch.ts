/**
 * Keeps a batch that arrived: stored once, exactly as it came, and derived from in the same transaction where this server is the one
 * that derives; else left for the one that does. The only way for samples into the product, for the local probe and for every other.
 */
import type { SignedBatch } from "../../probes/protocol.ts";
import { Conflict } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { LiveReadings } from "../live/live-readings.ts";
import { findBatchDigest, findChainHead, insertBatch } from "../store/batches.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { putUnderived } from "../store/underived-batches.ts";
import { alone, type DerivationRight, tellUnderived } from "./derivation-right.ts";
import {
  type BatchPlan,
  commitPlan,
  learnChecks,
  planBatch,
  prepareStore,
  storePlan,
} from "./derive-batch.ts";
import { type ReceivedBatch, receiveBatch } from "./receive-batch.ts";

export interface RecordedBatch {
  /** The highest sequence of this probe that is stored: everything up to it need not be sent again. */
  acknowledged: number;
  /** False: it was delivered before. */
  isNew: boolean;
  /** Samples that were new; 0 for a batch delivered before. */
  samples: number;
  /** Samples of checks that are not known here, or of a clock that was wrong: kept as evidence, nothing is derived from them. */
  setAside: number;
  /** Services whose readings or outages changed. */
  changedServices: Set<string>;
  /** Checks of which samples came late: derived again by actions/rederive-checks.ts. */
  reopened: number;
}

/**
 * Records a batch. Delivered again, it changes nothing and is acknowledged again.
 *
 * @param right to derive; null: another server has it
 * @throws everything that `receiveBatch` throws
 * @throws Conflict sequence_gap, broken_chain, forked_chain: the probe and the store disagree on what came before
 * @throws RightLost when another server derives by now: nothing was stored
 */
export async function recordBatch(
  db: Database,
  live: LiveReadings,
  signed: SignedBatch,
  now: Instant,
  right: DerivationRight | null = alone,
): Promise<RecordedBatch> {
  return recordReceived(db, live, await receiveBatch(db, signed, now), right);
}

/** Records a batch that was received; throws as `recordBatch` does. */
export async function recordReceived(
  db: Database,
  live: LiveReadings,
  received: ReceivedBatch,
  right: DerivationRight | null,
): Promise<RecordedBatch> {
  const { batch, probe } = received;
  const plan = right === null ? null : await planReceived(db, live, received);
  const { acknowledged, isNew } = await db.transaction(async (tx) => {
    await right?.enter(tx);
    const stored = await storeBatch(tx, received);
    if (stored.isNew && plan !== null) {
      await storePlan(tx, plan);
      await right!.tell(tx, { probeId: probe.id, sequence: batch.sequence });
    } else if (stored.isNew) {
      await putUnderived(tx, { probeId: probe.id, sequence: batch.sequence });
      await tellUnderived(tx);
    }
    return stored;
  });
  const nothing = { setAside: 0, changedServices: new Set<string>(), reopened: 0 };
  const derived = isNew && plan !== null ? commitPlan(plan) : nothing;
  return { acknowledged, isNew, samples: isNew ? batch.observations.length : 0, ...derived };
}

async function planReceived(
  db: Database,
  live: LiveReadings,
  { batch, probe, receivedAt }: ReceivedBatch,
): Promise<BatchPlan> {
  await learnChecks(db, live, batch);
  const plan = planBatch(live, batch, probe, receivedAt);
  await prepareStore(db, plan);
  return plan;
}

/** Puts a batch at the end of its chain, unless it is there already. */
async function storeBatch(
  tx: Database,
  { batch, probe, signed, digest, compressed, receivedAt }: ReceivedBatch,
): Promise<{ acknowledged: number; isNew: boolean }> {
  await lockInTransaction(tx, `chain ${probe.id}`);
  const head = await findChainHead(tx, probe.id);
  if (batch.sequence <= head.sequence) {
    const stored = await findBatchDigest(tx, probe.id, batch.sequence);
    if (stored !== undefined && stored !== digest) {
      throw new Conflict(
        "forked_chain",
        `batch ${batch.sequence} of probe ${probe.id} is stored already, with other contents`,
      );
    }
    return { acknowledged: head.sequence, isNew: false };
  }
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
  const row = {
    probeId: probe.id,
    sequence: batch.sequence,
    digest,
    firstAt: batch.observations[0]?.at ?? batch.closedAt,
    lastAt: batch.observations.at(-1)?.at ?? batch.closedAt,
    samples: batch.observations.length,
    receivedAt,
  };
  await insertBatch(tx, row, signed.signature, compressed);
  return { acknowledged: batch.sequence, isNew: true };
}
