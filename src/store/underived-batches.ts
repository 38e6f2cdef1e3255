/** Batches that are stored as evidence and wait for the server that derives. */
import { and, asc, eq } from "drizzle-orm";
import type { Database } from "./database.ts";
import { underivedBatches } from "./schema.ts";

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
