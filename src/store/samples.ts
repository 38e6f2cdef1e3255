/**
 * Single samples of the last 48 hours, in one partition a UTC day: dropped by partition, so that nothing has to be deleted row by
 * row. Whoever needs older samples reads the evidence.
 */
import { sql } from "drizzle-orm";
import { type Observation, type Outcome, outcomes } from "../../probes/protocol.ts";
import type { Instant } from "../domain/time/interval.ts";
import { isoDay } from "../domain/time/written-instant.ts";
import { type Database, numberArray, queryRows, textArray } from "./database.ts";

const dayMs = 86_400_000;

/** How far back single samples are kept as rows: what is older is evidence only. */
export const samplesKeptMs = 2 * dayMs;

/** A sample as a row gives it back. */
export interface SampleRow {
  checkId: number;
  locationId: number;
  at: Instant;
  outcome: Outcome;
  totalMs: number | null;
  /** By how many ms `at` may be wrong; 0: the probe's clock was right. */
  uncertaintyMs: number;
}

/**
 * Stores samples of one location; the partitions of their days must exist.
 *
 * @param uncertaintyMs by how many ms their instants may be wrong
 */
export async function insertSamples(
  tx: Database,
  locationId: number,
  observations: readonly Observation[],
  uncertaintyMs: number,
): Promise<void> {
  const column = (read: (observation: Observation) => number | undefined) =>
    numberArray(observations.map(read));
  await tx.execute(sql`
    insert into samples (check_id, location_id, at, outcome, lookup_ms, connect_ms, tls_ms, first_byte_ms, total_ms, reason, detail,
      uncertainty_ms)
    select check_id, ${locationId}::smallint, at, outcome, lookup_ms, connect_ms, tls_ms, first_byte_ms, total_ms, reason, detail,
      ${uncertaintyMs === 0 ? null : uncertaintyMs}::int
    from unnest(
      ${column((o) => o.check)}::int[],
      ${column((o) => o.at)}::bigint[],
      ${column((o) => outcomes.indexOf(o.outcome))}::smallint[],
      ${column((o) => o.timings.lookup)}::real[],
      ${column((o) => o.timings.connect)}::real[],
      ${column((o) => o.timings.tls)}::real[],
      ${column((o) => o.timings.firstByte)}::real[],
      ${column((o) => o.timings.total)}::real[],
      ${textArray(observations.map((o) => o.reason))}::text[],
      ${textArray(observations.map((o) => o.detail))}::text[]
    ) as fresh (check_id, at, outcome, lookup_ms, connect_ms, tls_ms, first_byte_ms, total_ms, reason, detail)`);
}

/** Makes sure that the UTC day of an instant has its partition. */
export async function createSamplesPartition(db: Database, at: Instant): Promise<void> {
  const start = Math.floor(at / dayMs) * dayMs;
  const name = partitionName(start);
  await db.execute(
    sql.raw(
      `create table if not exists ${name} partition of samples for values from (${start}) to (${start + dayMs})`,
    ),
  );
}

/** Drops the partitions of days that ended before an instant; their names. */
export async function dropSamplesPartitionsBefore(db: Database, before: Instant): Promise<string[]> {
  const partitions = await queryRows<{ name: string }>(
    db,
    sql`select relname as name from pg_class join pg_inherits on inhrelid = pg_class.oid where inhparent = 'samples'::regclass`,
  );
  const newest = partitionName(Math.floor(before / dayMs) * dayMs);
  const old = partitions.map(({ name }) => name).filter((name) => name < newest);
  for (const name of old) {
    await db.execute(sql.raw(`drop table if exists ${name}`));
  }
  return old;
}

/** Samples after each check's own instant, in order of check and time: what a restarted server folds onto its checkpoints. */
export async function listSamplesAfter(
  db: Database,
  after: ReadonlyMap<number, Instant>,
): Promise<SampleRow[]> {
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select samples.check_id, location_id, at, outcome, total_ms, uncertainty_ms
      from unnest(${numberArray([...after.keys()])}::int[], ${numberArray([...after.values()])}::bigint[]) as known (check_id, after)
      join samples on samples.check_id = known.check_id and at > after
      order by samples.check_id, at`,
  );
  return rows.map(toSample);
}

/** Samples of one check after an instant, up to and with another, in order of time. */
export async function listSamplesBetween(
  db: Database,
  checkId: number,
  after: Instant,
  through: Instant,
): Promise<SampleRow[]> {
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select check_id, location_id, at, outcome, total_ms, uncertainty_ms from samples
      where check_id = ${checkId} and at > ${after} and at <= ${through} order by at`,
  );
  return rows.map(toSample);
}

function toSample(row: Record<string, unknown>): SampleRow {
  return {
    checkId: Number(row.check_id),
    locationId: Number(row.location_id),
    at: Number(row.at),
    outcome: outcomes[Number(row.outcome)]!,
    totalMs: row.total_ms === null ? null : Number(row.total_ms),
    uncertaintyMs: Number(row.uncertainty_ms ?? 0),
  };
}

/** The latest sample of each of these checks, where it did not succeed: why a check is in trouble. */
export async function listLatestTroubles(
  db: Database,
  checkIds: readonly number[],
): Promise<{ checkId: number; at: Instant; reason: string | null; detail: string | null }[]> {
  // Looked up check by check: a sort of all samples of two days would take minutes where there are many.
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select known.check_id, at, reason, detail from unnest(${numberArray(checkIds)}::int[]) as known (check_id)
      cross join lateral (
        select at, outcome, reason, detail from samples where check_id = known.check_id order by at desc limit 1
      ) as latest where outcome >= 2`,
  );
  return rows.map((row) => ({
    checkId: Number(row.check_id),
    at: Number(row.at),
    reason: row.reason as string | null,
    detail: row.detail as string | null,
  }));
}

function partitionName(start: Instant): string {
  return `samples_${isoDay(start).replaceAll("-", "_")}`;
}
