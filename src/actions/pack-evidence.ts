/** Packs evidence whose single samples are no longer kept as rows, hour by hour, so that a sample at rest costs a few bytes. */
import type { Instant } from "../domain/time/interval.ts";
import { listProbesToPack, packOldest } from "../store/batches.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { samplesKeptMs } from "../store/samples.ts";

/** Packs every whole hour that ended more than 48 hours ago; each in a transaction of its own. */
export async function packEvidence(db: Database, now: Instant): Promise<void> {
  const before = Math.floor((now - samplesKeptMs) / 3_600_000) * 3_600_000;
  for (const probeId of await listProbesToPack(db, before)) {
    for (let more = true; more;) {
      more = await db.transaction(async (tx) => {
        await lockInTransaction(tx, `chain ${probeId}`);
        return packOldest(tx, probeId, before);
      });
    }
  }
}
