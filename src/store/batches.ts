/**
 * Evidence: signed batches exactly as received, compressed, each once; after 48 hours packed by the hour. Everything measured can be
 * derived from here again.
 */
import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";
import { and, asc, desc, eq, gt, gte, inArray, lt, sql } from "drizzle-orm";
import { Conflict } from "../domain/errors.ts";
import { startOfDay } from "../domain/monitoring/evidence-root.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";
import { packBatches, unpackBatches } from "./evidence-pack.ts";
import { batches, batchPacks } from "./tables/evidence.ts";
import {
  decompress,
  findPackOf,
  looseBatch,
  packedBatches,
  type StoredBatch,
  toHex,
} from "./stored-batches.ts";

const compress = promisify(zstdCompress);

/** The last link of a probe's chain: what the next batch must follow. */
export interface ChainHead {
  /** 0 = nothing was delivered yet. */
  sequence: number;
  /** SHA-256 of that batch's bytes, hex; 64 zeros before the first. */
  digest: string;
}

const emptyChain: ChainHead = { sequence: 0, digest: "0".repeat(64) };

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

/** Where a probe's chain ends. Packed or not plays no part: what a clock that is days behind dated is packed before what came earlier. */
export async function findChainHead(db: Database, probeId: string): Promise<ChainHead> {
  const [loose] = await db
    .select({ sequence: batches.sequence, digest: batches.digest })
    .from(batches)
    .where(eq(batches.probeId, probeId))
    .orderBy(desc(batches.sequence))
    .limit(1);
  const [packed] = await db
    .select({ sequence: batchPacks.lastSequence, digest: batchPacks.digest })
    .from(batchPacks)
    .where(eq(batchPacks.probeId, probeId))
    .orderBy(desc(batchPacks.firstSequence))
    .limit(1);
  const last = (loose?.sequence ?? 0) > (packed?.sequence ?? 0) ? loose : packed;
  return last === undefined ? emptyChain : { sequence: last.sequence, digest: toHex(last.digest) };
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
  return row === undefined ? findPackedDigest(db, probeId, sequence) : toHex(row.digest);
}

async function findPackedDigest(
  db: Database,
  probeId: string,
  sequence: number,
): Promise<string | undefined> {
  const pack = await findPackOf(db, probeId, sequence);
  return pack && (await packedBatches(pack)).find((batch) => batch.sequence === sequence)?.digest;
}

/** The bytes of a batch that is not packed yet. */
export async function findBatch(
  db: Database,
  probeId: string,
  sequence: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [row] = await db
    .select({ compressed: batches.compressed })
    .from(batches)
    .where(and(eq(batches.probeId, probeId), eq(batches.sequence, sequence)));
  return row && Uint8Array.from(await decompress(row.compressed));
}

/** The bytes as they will be stored. Done ahead of the transaction, off the main thread. */
export async function compressBatch(bytes: Uint8Array): Promise<Uint8Array> {
  // A window no larger than a batch needs: the library would set memory aside for megabytes.
  return compress(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: 6, [constants.ZSTD_c_windowLog]: 17 },
  });
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
 * Batches with samples in [from, to), in order of probe and sequence, a few at a time, so that memory stays flat however long the
 * stretch is. Of a pack that reaches into the stretch, all batches are given.
 */
export async function* listBatches(db: Database, from: Instant, to: Instant): AsyncGenerator<StoredBatch> {
  const probes = await db
    .select({ probeId: batches.probeId })
    .from(batches)
    .where(and(gte(batches.lastAt, from), lt(batches.firstAt, to)))
    .union(
      db
        .select({ probeId: batchPacks.probeId })
        .from(batchPacks)
        .where(and(gte(batchPacks.lastAt, from), lt(batchPacks.firstAt, to))),
    );
  for (const { probeId } of probes.sort((a, b) => (a.probeId < b.probeId ? -1 : 1))) {
    yield* listPacked(db, probeId, from, to);
    yield* listLoose(db, probeId, from, to);
  }
}

async function* listPacked(
  db: Database,
  probeId: string,
  from: Instant,
  to: Instant,
): AsyncGenerator<StoredBatch> {
  for (let after = -1; ;) {
    const [pack] = await db
      .select()
      .from(batchPacks)
      .where(
        and(
          eq(batchPacks.probeId, probeId),
          gt(batchPacks.firstSequence, after),
          gte(batchPacks.lastAt, from),
          lt(batchPacks.firstAt, to),
        ),
      )
      .orderBy(asc(batchPacks.firstSequence))
      .limit(1);
    if (pack === undefined) {
      return;
    }
    yield* await packedBatches(pack);
    after = pack.firstSequence;
  }
}

async function* listLoose(
  db: Database,
  probeId: string,
  from: Instant,
  to: Instant,
): AsyncGenerator<StoredBatch> {
  const pageSize = 64;
  for (let after = -1; ;) {
    const rows = await db
      .select()
      .from(batches)
      .where(
        and(
          eq(batches.probeId, probeId),
          gt(batches.sequence, after),
          gte(batches.lastAt, from),
          lt(batches.firstAt, to),
        ),
      )
      .orderBy(asc(batches.sequence))
      .limit(pageSize);
    for (const row of rows) {
      yield looseBatch(row);
      after = row.sequence;
    }
    if (rows.length < pageSize) {
      return;
    }
  }
}

/** The earliest instant of which there is evidence; null: there is none. */
export async function findFirstEvidence(db: Database): Promise<Instant | null> {
  const [row] = await queryRows<{ first: number | string | null }>(
    db,
    sql`select least((select min(first_at) from batches), (select min(first_at) from batch_packs)) as first`,
  );
  return row?.first === null || row === undefined ? null : Number(row.first);
}

/** Probes with batches all of whose samples are older than `before`. */
export async function listProbesToPack(db: Database, before: Instant): Promise<string[]> {
  const rows = await db
    .selectDistinct({ probeId: batches.probeId })
    .from(batches)
    .where(and(lt(batches.lastAt, before), isDerived));
  return rows.map((row) => row.probeId);
}

/** Whether nothing waits to be derived from a batch: until then it is left as it came. */
const isDerived = sql`not exists (
  select 1 from underived_batches as waiting
  where waiting.probe_id = ${batches.probeId} and waiting.sequence = ${batches.sequence}
)`;

/** The most that one pack holds. */
const packAtMost = 2000;

/**
 * Packs the oldest loose batches of one probe that were closed within one hour and lie before `before`. False when there was nothing
 * left to pack.
 *
 * @throws Conflict evidence_not_packable should the pack not give back every byte: then nothing is changed
 */
export async function packOldest(tx: Database, probeId: string, before: Instant): Promise<boolean> {
  const rows = await tx
    .select()
    .from(batches)
    .where(and(eq(batches.probeId, probeId), lt(batches.lastAt, before), isDerived))
    .orderBy(asc(batches.sequence))
    .limit(packAtMost);
  const first = rows[0];
  if (first === undefined) {
    return false;
  }
  const hourOf = (row: typeof first) => Math.floor(row.firstAt / 3_600_000);
  // A day's root asks where a chain stood when the day was over.
  const arrivalOf = (row: typeof first) => startOfDay(row.receivedAt);
  // What does not follow in the chain, belongs to another hour or arrived on another day, begins a pack of its own.
  const end = rows.findIndex(
    (row, i) =>
      row.sequence !== first.sequence + i ||
      hourOf(row) !== hourOf(first) ||
      arrivalOf(row) !== arrivalOf(first),
  );
  const together = end === -1 ? rows : rows.slice(0, end);
  const last = together.at(-1)!;
  const bytes = await Promise.all(together.map((row) => decompress(row.compressed)));
  const pack = packBatches(bytes);
  const back = await unpackBatches(pack);
  if (!back.every((batch, i) => batch.digest === toHex(together[i]!.digest))) {
    throw new Conflict(
      "evidence_not_packable",
      `batches ${first.sequence} to ${last.sequence} of probe ${probeId} do not form a chain: they are left as they are`,
    );
  }
  await tx.insert(batchPacks).values({
    probeId,
    firstSequence: first.sequence,
    lastSequence: last.sequence,
    digest: last.digest,
    signature: last.signature,
    compressed: await compress(pack, {
      params: { [constants.ZSTD_c_compressionLevel]: 17, [constants.ZSTD_c_windowLog]: 21 },
    }),
    firstAt: Math.min(...together.map((row) => row.firstAt)),
    lastAt: Math.max(...together.map((row) => row.lastAt)),
    samples: together.reduce((sum, row) => sum + row.samples, 0),
    receivedAt: Math.max(...together.map((row) => row.receivedAt)),
  });
  await tx.delete(batches).where(
    and(
      eq(batches.probeId, probeId),
      inArray(
        batches.sequence,
        together.map((row) => row.sequence),
      ),
    ),
  );
  return true;
}

/**
 * Drops evidence all of whose samples are older than `before` and that came before it: what a clock that was set to 1970 dated is evidence
 * of now, and the chain hangs on it.
 */
export async function deleteBatchesBefore(db: Database, before: Instant): Promise<void> {
  await db.delete(batches).where(and(lt(batches.lastAt, before), lt(batches.receivedAt, before)));
  await db.delete(batchPacks).where(and(lt(batchPacks.lastAt, before), lt(batchPacks.receivedAt, before)));
}
