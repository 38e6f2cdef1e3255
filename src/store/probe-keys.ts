/** Keys of probes: which one signs from which batch on. A key that was replaced still vouches for what it signed. */
import { and, asc, desc, eq, gt, lte } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { probeKeys } from "./tables/evidence.ts";

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

/** One key of a probe. */
export interface ProbeKey {
  /** The first batch it signs. */
  fromSequence: number;
  /** Raw, 32 bytes. */
  publicKey: Uint8Array<ArrayBuffer>;
  /** The key before it over this one; null: the first key. */
  endorsement: Uint8Array<ArrayBuffer> | null;
  createdAt: Instant;
}

/** All keys of a probe, in the order in which they sign. */
export async function listProbeKeys(db: Database, probeId: string): Promise<ProbeKey[]> {
  const rows = await db
    .select()
    .from(probeKeys)
    .where(eq(probeKeys.probeId, probeId))
    .orderBy(asc(probeKeys.fromSequence));
  return rows.map(({ fromSequence, publicKey, endorsement, createdAt }) => ({
    fromSequence,
    publicKey: Uint8Array.from(publicKey),
    endorsement: endorsement && Uint8Array.from(endorsement),
    createdAt,
  }));
}

/** Whose key this is, whenever it was one; undefined: nobody's. */
export async function findKeyOwner(db: Database, publicKey: Uint8Array): Promise<string | undefined> {
  const [row] = await db
    .select({ probeId: probeKeys.probeId })
    .from(probeKeys)
    .where(eq(probeKeys.publicKey, publicKey));
  return row?.probeId;
}

/** Puts a key in the place of those that were to sign after `head` and have signed nothing yet. */
export async function putNextKey(
  tx: Database,
  probeId: string,
  head: number,
  key: Omit<ProbeKey, "endorsement"> & { endorsement: Uint8Array },
): Promise<void> {
  await tx.delete(probeKeys).where(and(eq(probeKeys.probeId, probeId), gt(probeKeys.fromSequence, head)));
  await tx.insert(probeKeys).values({ probeId, ...key });
}
