/** Chains of batches as evidence: where they stood when, which stretch of them speaks of a time, and their batches one after the other. */
import { and, asc, eq, gte, inArray, lte, sql } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";
import { batches, probes } from "./tables/evidence.ts";
import { locations } from "./tables/watched.ts";
import { findPackOf, looseBatch, packedBatches, type StoredBatch } from "./stored-batches.ts";

/** A probe as evidence tells of it. */
export interface EvidenceProbe {
  id: string;
  location: string;
  engine: string;
  createdAt: Instant;
  revokedAt: Instant | null;
  revokedReason: string | null;
}

/** Every probe that stands or stood in one of these locations, in order of id. */
export async function listProbesIn(db: Database, slugs: readonly string[]): Promise<EvidenceProbe[]> {
  if (slugs.length === 0) {
    return [];
  }
  return db
    .select({
      id: probes.id,
      location: locations.slug,
      engine: probes.engine,
      createdAt: probes.createdAt,
      revokedAt: probes.revokedAt,
      revokedReason: probes.revokedReason,
    })
    .from(probes)
    .innerJoin(locations, eq(locations.id, probes.locationId))
    .where(inArray(locations.slug, [...slugs]))
    .orderBy(asc(probes.id));
}

/** First and last sequence of a stretch. */
export interface Stretch {
  first: number;
  last: number;
}

/** The stretch of a chain that holds all its samples of [from, to); null: it has none. */
export async function findStretch(
  db: Database,
  probeId: string,
  from: Instant,
  to: Instant,
): Promise<Stretch | null> {
  const [row] = await queryRows<{ first: number | string | null; last: number | string | null }>(
    db,
    sql`
      select min(first) as first, max(last) as last from (
        select min(sequence) as first, max(sequence) as last from batches
        where probe_id = ${probeId} and last_at >= ${from} and first_at < ${to}
        union all
        select min(first_sequence), max(last_sequence) from batch_packs
        where probe_id = ${probeId} and last_at >= ${from} and first_at < ${to}
      ) as stretches`,
  );
  return row === undefined || row.first === null
    ? null
    : { first: Number(row.first), last: Number(row.last) };
}

/** The first batch of a chain that is still kept; null: none is. */
export async function findOldestKept(db: Database, probeId: string): Promise<number | null> {
  const [row] = await queryRows<{ oldest: number | string | null }>(
    db,
    sql`
      select min(oldest) as oldest from (
        select min(sequence) as oldest from batches where probe_id = ${probeId}
        union all select min(first_sequence) from batch_packs where probe_id = ${probeId}
      ) as kept`,
  );
  return row === undefined || row.oldest === null ? null : Number(row.oldest);
}

/**
 * The batches of a stretch that are kept, in order, a few at a time; where it ends in a pack, to the end of that, because only there is
 * a signature. What is packed meanwhile is found all the same.
 */
export async function* streamChain(
  db: Database,
  probeId: string,
  { first, last }: Stretch,
): AsyncGenerator<StoredBatch> {
  for (let next: number | null = first; next !== null && next <= last;) {
    const wanted: number = next;
    const pack = await findPackOf(db, probeId, wanted);
    if (pack !== undefined) {
      yield* (await packedBatches(pack)).filter(({ sequence }) => sequence >= wanted);
      next = pack.lastSequence + 1;
      continue;
    }
    const rows = await db
      .select()
      .from(batches)
      .where(and(eq(batches.probeId, probeId), gte(batches.sequence, wanted), lte(batches.sequence, last)))
      .orderBy(asc(batches.sequence))
      .limit(64);
    let following = wanted;
    for (const row of rows) {
      if (row.sequence !== following) {
        break;
      }
      yield looseBatch(row);
      following++;
    }
    next = following > wanted ? following : await findNextKept(db, probeId, wanted);
  }
}

/** The first batch after a hole; null: there is none. */
async function findNextKept(db: Database, probeId: string, after: number): Promise<number | null> {
  const [row] = await queryRows<{ next: number | string | null }>(
    db,
    sql`
      select min(next) as next from (
        select min(sequence) as next from batches where probe_id = ${probeId} and sequence > ${after}
        union all
        select min(first_sequence) from batch_packs where probe_id = ${probeId} and first_sequence > ${after}
      ) as kept`,
  );
  return row === undefined || row.next === null ? null : Number(row.next);
}

/** Where every chain stood: its last batch received before an instant, and the key that signs it. */
export async function listChainPositions(
  db: Database,
  before: Instant,
): Promise<{ probe: string; location: string; sequence: number; digest: string; key: string }[]> {
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select stood.probe_id, locations.slug, stood.sequence, stood.digest, encode(probe_keys.public_key, 'base64') as key
      from (
        select distinct on (probe_id) probe_id, sequence, encode(digest, 'hex') as digest from (
          select probe_id, sequence, digest from batches where received_at < ${before}
          union all
          select probe_id, last_sequence, digest from batch_packs where received_at < ${before}
        ) as received order by probe_id, sequence desc
      ) as stood
      join probes on probes.id = stood.probe_id
      join locations on locations.id = probes.location_id
      join probe_keys on probe_keys.probe_id = stood.probe_id and probe_keys.from_sequence = (
        select max(from_sequence) from probe_keys as keys
        where keys.probe_id = stood.probe_id and keys.from_sequence <= stood.sequence
      )`,
  );
  return rows.map((row) => ({
    probe: row.probe_id as string,
    location: row.slug as string,
    sequence: Number(row.sequence),
    digest: row.digest as string,
    key: row.key as string,
  }));
}

/** When the first batch of all was received; null: none was. */
export async function findFirstReceipt(db: Database): Promise<Instant | null> {
  const [row] = await queryRows<{ first: number | string | null }>(
    db,
    sql`
      select min(first) as first from (
        select min(received_at) as first from batches
        union all select min(received_at) from batch_packs
      ) as receipts`,
  );
  return row === undefined || row.first === null ? null : Number(row.first);
}

/** Whether all that was stored has been derived from, so that readings say what the evidence says. */
export async function isAllDerived(db: Database): Promise<boolean> {
  const [row] = await queryRows<{ waits: boolean }>(
    db,
    sql`select exists (select 1 from underived_batches) or exists (select 1 from reopenings) as waits`,
  );
  return row?.waits !== true;
}
