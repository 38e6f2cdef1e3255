/** A batch as evidence, however it is kept: loose as it came, or packed by the hour. */
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import { and, eq, gte, lte } from "drizzle-orm";
import type { Database } from "./database.ts";
import { unpackBatches } from "./evidence-pack.ts";
import { batches, batchPacks } from "./tables/evidence.ts";

export const decompress = promisify(zstdDecompress);

/** A batch as evidence: its exact bytes, and its signature unless a later one of its pack vouches for it. */
export interface StoredBatch {
  probeId: string;
  sequence: number;
  digest: string;
  bytes: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer> | null;
}

type LooseRow = typeof batches.$inferSelect;
type PackRow = typeof batchPacks.$inferSelect;

/** The batch of a row. */
export async function looseBatch({
  probeId,
  sequence,
  ...row
}: Pick<LooseRow, "probeId" | "sequence" | "digest" | "compressed" | "signature">): Promise<StoredBatch> {
  return {
    probeId,
    sequence,
    digest: toHex(row.digest),
    bytes: Uint8Array.from(await decompress(row.compressed)),
    signature: Uint8Array.from(row.signature),
  };
}

/** All batches of a pack, in order; the last has the signature. */
export async function packedBatches(
  pack: Pick<PackRow, "probeId" | "firstSequence" | "compressed" | "signature">,
): Promise<StoredBatch[]> {
  const unpacked = await unpackBatches(await decompress(pack.compressed));
  return unpacked.map(({ bytes, digest }, i) => ({
    probeId: pack.probeId,
    sequence: pack.firstSequence + i,
    digest,
    bytes,
    signature: i === unpacked.length - 1 ? Uint8Array.from(pack.signature) : null,
  }));
}

/** The pack that a batch is in; undefined: it is in none. */
export async function findPackOf(
  db: Database,
  probeId: string,
  sequence: number,
): Promise<PackRow | undefined> {
  const [pack] = await db
    .select()
    .from(batchPacks)
    .where(
      and(
        eq(batchPacks.probeId, probeId),
        lte(batchPacks.firstSequence, sequence),
        gte(batchPacks.lastSequence, sequence),
      ),
    );
  return pack;
}

export function toHex(digest: Uint8Array): string {
  return Buffer.from(digest).toString("hex");
}
