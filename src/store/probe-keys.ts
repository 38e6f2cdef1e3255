/** Keys of probes: which one signs from which batch on. A key that was replaced still vouches for what it signed. */
import { and, desc, eq, lte } from "drizzle-orm";
import type { Database } from "./database.ts";
import { probeKeys } from "./schema.ts";

/** The raw public key under which a batch of this sequence must be signed; undefined: the probe is not known. */
export async function findProbeKey(
  db: Database,
  probeId: string,
  sequence: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [row] = await db
    .select({ publicKey: probeKeys.publicKey })
    .from(probeKeys)
    .where(and(eq(probeKeys.probeId, probeId), lte(probeKeys.fromSequence, sequence)))
    .orderBy(desc(probeKeys.fromSequence))
    .limit(1);
  return row && Uint8Array.from(row.publicKey);
}
