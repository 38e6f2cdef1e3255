/** Batches that are stored as evidence and wait for the server that derives. */
import { and, asc, eq, sql } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";
import { underivedBatches } from "./tables/evidence.ts";

export interface BatchPlace {
  probeId: string;
  sequence: number;
}

/** Notes a batch that was stored in the same transaction. */
export async function putUnderived(tx: Database, place: BatchPlace): Promise<void> {
  await tx.insert(underivedBatches).values(place);
}

/** Takes the note away; false: there was none, the batch has been derived from. */
export async function dropUnderived(tx: Database, { probeId, sequence }: BatchPlace): Promise<boolean> {
  const rows = await tx
    .delete(underivedBatches)
    .where(and(eq(underivedBatches.probeId, probeId), eq(underivedBatches.sequence, sequence)))
    .returning();
  return rows.length === 1;
}

/** Some that wait, the oldest of each chain first. */
export async function listUnderived(db: Database, atMost: number): Promise<BatchPlace[]> {
  return db
    .select()
    .from(underivedBatches)
    .orderBy(asc(underivedBatches.sequence), asc(underivedBatches.probeId))
    .limit(atMost);
}

/** When the oldest was received of those that wait; null: none waits. */
export async function findWaitingSince(db: Database): Promise<Instant | null> {
  const [row] = await queryRows<{ since: number | string | null }>(
    db,
    sql`
      select min(received_at) as since from (
        select probe_id, min(sequence) as sequence from underived_batches group by probe_id
      ) as first join batches using (probe_id, sequence)`,
  );
  return row === undefined || row.since === null ? null : Number(row.since);
}
