/**
 * Evidence: signed batches exactly as received, compressed, each once. Everything measured can be derived from here again.
 */
import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { and, asc, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { SignedBatch } from "../../probes/protocol.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { batches } from "./schema.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** The last link of a probe's chain: what the next batch must follow. */
export interface ChainHead {
  /** 0 = nothing was delivered yet. */
  sequence: number;
  /** SHA-256 of that batch's bytes, hex; 64 zeros before the first. */
  digest: string;
}

export const emptyChain: ChainHead = { sequence: 0, digest: "0".repeat(64) };

/** A batch with what is known of it without decoding. */
export interface BatchRow {
  probeId: string;
  sequence: number;
  digest: string;
  firstAt: Instant;
  lastAt: Instant;
  samples: number;
  receivedAt: Instant;
}

/** Where a probe's chain ends. */
export async function findChainHead(db: Database, probeId: string): Promise<ChainHead> {
  const [row] = await db
    .select({ sequence: batches.sequence, digest: batches.digest })
    .from(batches)
    .where(eq(batches.probeId, probeId))
    .orderBy(desc(batches.sequence))
    .limit(1);
  return row === undefined ? emptyChain : { sequence: row.sequence, digest: toHex(row.digest) };
}

/** The digest under a sequence number; undefined: there is no such batch. */
export async function findBatchDigest(
  db: Database,
  probeId: string,
  sequence: number,
): Promise<string | undefined> {
  const [row] = await db
    .select({ digest: batches.digest })
    .from(batches)
    .where(and(eq(batches.probeId, probeId), eq(batches.sequence, sequence)));
  return row && toHex(row.digest);
}

/** The bytes as they will be stored. Done ahead of the transaction, off the main thread. */
export async function compressBatch(bytes: Uint8Array): Promise<Uint8Array> {
  return compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 9 } });
}

/** Stores a batch; one with the same probe and sequence must not exist. */
export async function insertBatch(
  tx: Database,
  row: BatchRow,
  signature: Uint8Array,
  compressed: Uint8Array,
): Promise<void> {
  await tx.insert(batches).values({
    ...row,
    digest: Buffer.from(row.digest, "hex"),
    signature,
    compressed,
  });
}

/**
 * Batches with samples in [from, to), in order of probe and sequence, one at a time so that memory stays flat however long the
 * stretch is.
 */
export async function* listBatches(
  db: Database,
  from: Instant,
  to: Instant,
): AsyncGenerator<BatchRow & SignedBatch> {
  const probes = await db
    .selectDistinct({ probeId: batches.probeId })
    .from(batches)
    .where(and(gte(batches.lastAt, from), lt(batches.firstAt, to)))
    .orderBy(asc(batches.probeId));
  for (const { probeId } of probes) {
    let after = -1;
    for (;;) {
      const rows = await db
        .select()
        .from(batches)
        .where(
          and(
            eq(batches.probeId, probeId),
            sql`${batches.sequence} > ${after}`,
            gte(batches.lastAt, from),
            lt(batches.firstAt, to),
          ),
        )
        .orderBy(asc(batches.sequence))
        .limit(64);
      for (const row of rows) {
        yield {
          ...row,
          digest: toHex(row.digest),
          bytes: Uint8Array.from(await decompress(row.compressed)),
          signature: Uint8Array.from(row.signature),
        };
        after = row.sequence;
      }
      if (rows.length < 64) {
        break;
      }
    }
  }
}

/** Drops evidence all of whose samples are older than `before`; the number of batches dropped. */
export async function deleteBatchesBefore(db: Database, before: Instant): Promise<number> {
  const dropped = await db
    .delete(batches)
    .where(lt(batches.lastAt, before))
    .returning({ sequence: batches.sequence });
  return dropped.length;
}

function toHex(digest: Uint8Array): string {
  return Buffer.from(digest).toString("hex");
}
