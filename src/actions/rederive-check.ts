/**
 * Something arrived that is older than what a check's derivation had settled: fold again from the last checkpoint before it, out
 * of the evidence, and replace what had been derived since. Readings and outages then are as if all had come in order.
 */
import { decodeBatch } from "../../probes/batch.ts";
import {
  type Checkpoint,
  type CheckSample,
  derivationFrom,
  takeSamples,
} from "../domain/monitoring/derivation.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type LiveCheck, rulesAt } from "../live/live-check.ts";
import { listBatches } from "../store/batches.ts";
import { dropCheckpointsFrom, findCheckpointBefore, putCheckpoints } from "../store/checkpoints.ts";
import type { Database } from "../store/database.ts";
import { dropOutagesAfter, listOutagesSince, putOutages } from "../store/outages.ts";
import { dropReadingsAfter, listFirstReadings, listReadingsSince, putReadings } from "../store/readings.ts";

/** What a check is after it was derived anew. */
export type Rederived = Pick<LiveCheck, "derivation" | "changes" | "outages" | "observedFrom">;

/**
 * Derives a check anew from the evidence since the checkpoint before `from` and stores the result. Returns what the memory of the
 * check has to become once the transaction stands.
 *
 * @param since how far back that memory reaches
 */
export async function rederiveCheck(
  tx: Database,
  check: LiveCheck,
  from: Instant,
  since: Instant,
): Promise<Rederived> {
  const checkpoint = await findCheckpointBefore(tx, check.id, from);
  const samples = await samplesOf(tx, check.id, checkpoint.through + 1);
  const through = samples.at(-1)?.at ?? checkpoint.through;
  const step = takeSamples(derivationFrom(checkpoint), samples, rulesAt(check), through);
  await restore(tx, check.id, checkpoint);
  await putReadings(
    tx,
    step.put.changes.map((change) => ({ checkId: check.id, ...change })),
  );
  await putOutages(
    tx,
    step.put.outages.map((outage) => ({ checkId: check.id, ...outage })),
  );
  await dropCheckpointsFrom(tx, check.id, from);
  await putCheckpoints(tx, [{ checkId: check.id, ...step.derivation.settled }]);
  return {
    derivation: step.derivation,
    changes: (await listReadingsSince(tx, since, [check.id])).map(({ at, state }) => ({ at, state })),
    outages: (await listOutagesSince(tx, since, [check.id])).map(({ checkId: _, ...outage }) => outage),
    observedFrom: (await listFirstReadings(tx, [check.id])).get(check.id) ?? null,
  };
}

/** Takes back what was derived after a checkpoint; what the checkpoint itself had said last may have been overwritten since. */
async function restore(tx: Database, checkId: number, { through, state }: Checkpoint): Promise<void> {
  const pendingSince = state.down.streak > 0 ? state.down.streakStart - 1 : through;
  await dropReadingsAfter(tx, checkId, state.readingSince ?? Number.MIN_SAFE_INTEGER);
  await dropOutagesAfter(tx, checkId, pendingSince);
  if (state.readingSince !== null) {
    await putReadings(tx, [{ checkId, at: state.readingSince, state: state.reading }]);
  }
  const known = state.outage === null ? state.awaitingOk : [...state.awaitingOk, state.outage];
  await putOutages(
    tx,
    known.map((outage) => ({ checkId, ...outage })),
  );
}

/** All samples of a check from an instant on, out of the evidence, in order. */
async function samplesOf(db: Database, checkId: number, from: Instant): Promise<CheckSample[]> {
  const samples: CheckSample[] = [];
  for await (const { bytes } of listBatches(db, from, Number.MAX_SAFE_INTEGER)) {
    const { location, observations } = decodeBatch(bytes);
    for (const { check, at, outcome } of observations) {
      if (check === checkId && at >= from) {
        samples.push({ location, at, outcome });
      }
    }
  }
  return samples.sort((a, b) => a.at - b.at || (a.location < b.location ? -1 : 1));
}
