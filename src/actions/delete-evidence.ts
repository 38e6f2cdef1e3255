/** Lets go of what is older than it has to be kept: evidence after its term, fine buckets of charts much earlier. */
import type { Instant } from "../domain/time/interval.ts";
import { deleteBatchesBefore } from "../store/batches.ts";
import type { Database } from "../store/database.ts";
import { deleteRollupsBefore } from "../store/rollups.ts";

const dayMs = 86_400_000;

/** Five-minute buckets outlive their samples by a day, so that a late sample finds the rest of its hour. */
const fiveMinutesKeptMs = 3 * dayMs;
/** Hours are kept for 13 months, days for ever. */
const hoursKeptMs = 400 * dayMs;

/** @param evidenceKeptMs from the configuration; readings and outages stay, whatever becomes of the evidence */
export async function deleteEvidence(db: Database, now: Instant, evidenceKeptMs: number): Promise<void> {
  await deleteBatchesBefore(db, now - evidenceKeptMs);
  await deleteRollupsBefore(db, 300, now - fiveMinutesKeptMs);
  await deleteRollupsBefore(db, 3600, now - hoursKeptMs);
}
