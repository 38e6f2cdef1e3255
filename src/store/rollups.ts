/**
 * Counts and response times per check, location and bucket, for charts (domain/monitoring/rollup.ts). Buckets only ever grow:
 * what comes late is added, and the hour and the day above follow.
 */
import { sql } from "drizzle-orm";
import {
  addRollup,
  decodeLatency,
  encodeLatency,
  percentile,
  type Rollup,
  type RollupSeconds,
} from "../domain/monitoring/rollup.ts";
import type { ResponseTime } from "../domain/status/status-board.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray, queryRows, textArray } from "./database.ts";

/** One bucket with its place. */
export interface RollupRow extends Rollup {
  checkId: number;
  locationId: number;
  seconds: RollupSeconds;
  start: Instant;
}

/** Adds buckets to what is stored under the same places. */
export async function addRollups(tx: Database, rows: readonly RollupRow[]): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  const stored = await queryRows<Record<string, unknown>>(
    tx,
    sql`
      select rollups.check_id, rollups.location_id, rollups.seconds, rollups.start, count, failures, latency
      from unnest(
        ${numberArray(rows.map((row) => row.checkId))}::int[], ${numberArray(rows.map((row) => row.locationId))}::smallint[],
        ${numberArray(rows.map((row) => row.seconds))}::int[], ${numberArray(rows.map((row) => row.start))}::bigint[]
      ) as fresh (check_id, location_id, seconds, start)
      join rollups using (check_id, location_id, seconds, start)`,
  );
  const known = new Map(stored.map((row) => [placeOf(toRow(row)), toRow(row)]));
  const sums = new Map<string, RollupRow>();
  for (const row of rows) {
    const place = placeOf(row);
    const before = sums.get(place) ?? known.get(place);
    const sum: RollupRow = before ?? { ...row, latency: new Map(row.latency) };
    if (before !== undefined) {
      addRollup(sum, row);
    }
    sums.set(place, sum);
  }
  await putRollups(tx, [...sums.values()]);
}

/** Makes the buckets of `seconds` anew from the finer ones of `from`, for these checks and this stretch. */
export async function rebuildRollups(
  tx: Database,
  places: readonly { checkId: number; start: Instant }[],
  from: RollupSeconds,
  seconds: RollupSeconds,
): Promise<void> {
  if (places.length === 0) {
    return;
  }
  const finer = await queryRows<Record<string, unknown>>(
    tx,
    sql`
      select rollups.check_id, location_id, seconds, rollups.start, count, failures, latency
      from unnest(${numberArray(places.map((place) => place.checkId))}::int[], ${numberArray(places.map((place) => place.start))}::bigint[])
        as wanted (check_id, start)
      join rollups on rollups.check_id = wanted.check_id and rollups.seconds = ${from}
        and rollups.start >= wanted.start and rollups.start < wanted.start + ${seconds * 1000}`,
  );
  const sums = new Map<string, RollupRow>();
  for (const row of finer.map(toRow)) {
    const bucketMs = seconds * 1000;
    const target = { ...row, seconds, start: Math.floor(row.start / bucketMs) * bucketMs };
    const sum = sums.get(placeOf(target));
    if (sum === undefined) {
      sums.set(placeOf(target), target);
    } else {
      addRollup(sum, row);
    }
  }
  await putRollups(tx, [...sums.values()]);
}

async function putRollups(tx: Database, rows: readonly RollupRow[]): Promise<void> {
  if (rows.length === 0) {
    return;
  }
  const column = (read: (row: RollupRow) => number | null) => numberArray(rows.map(read));
  await tx.execute(sql`
    insert into rollups (check_id, location_id, seconds, start, count, failures, p50_ms, p95_ms, p99_ms, latency)
    select * from unnest(
      ${column((r) => r.checkId)}::int[], ${column((r) => r.locationId)}::smallint[], ${column((r) => r.seconds)}::int[],
      ${column((r) => r.start)}::bigint[], ${column((r) => r.count)}::int[], ${column((r) => r.failures)}::int[],
      ${column((r) => percentile(r, 0.5))}::real[], ${column((r) => percentile(r, 0.95))}::real[],
      ${column((r) => percentile(r, 0.99))}::real[], ${textArray(rows.map((r) => encodeLatency(r.latency)))}::text[]
    )
    on conflict (check_id, seconds, start, location_id) do update set count = excluded.count, failures = excluded.failures,
      p50_ms = excluded.p50_ms, p95_ms = excluded.p95_ms, p99_ms = excluded.p99_ms, latency = excluded.latency`);
}

/**
 * Response times of one check over [from, to), in order of time: all locations together, then each by itself where there are several.
 */
export async function listResponseTimes(
  db: Database,
  checkId: number,
  from: Instant,
  to: Instant,
  seconds: RollupSeconds,
): Promise<ResponseTime[]> {
  const stored = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select check_id, location_id, seconds, start, count, failures, latency, title from rollups
      left join locations on locations.id = location_id
      where check_id = ${checkId} and seconds = ${seconds} and start >= ${from} and start < ${to} order by start`,
  );
  const rows = stored.map((row) => ({ ...toRow(row), place: (row.title as string | null) ?? "" }));
  const buckets = new Map<Instant, RollupRow>();
  for (const { place: _, ...row } of rows) {
    const sum = buckets.get(row.start);
    if (sum === undefined) {
      buckets.set(row.start, { ...row, latency: new Map(row.latency) });
    } else {
      addRollup(sum, row);
    }
  }
  const isAlone = rows.every(({ locationId }) => locationId === rows[0]!.locationId);
  return [
    ...[...buckets.values()].map(toResponseTime),
    ...(isAlone ? [] : rows.map((row) => ({ ...toResponseTime(row), place: row.place }))),
  ];
}

function toResponseTime(bucket: RollupRow): ResponseTime {
  const { start, seconds, count, failures } = bucket;
  return {
    ...{ start, seconds, count, failures },
    p50Ms: percentile(bucket, 0.5),
    p95Ms: percentile(bucket, 0.95),
    p99Ms: percentile(bucket, 0.99),
  };
}

/** Drops buckets of one length that started before an instant. */
export async function deleteRollupsBefore(
  db: Database,
  seconds: RollupSeconds,
  before: Instant,
): Promise<void> {
  await db.execute(sql`delete from rollups where seconds = ${seconds} and start < ${before}`);
}

function placeOf(row: Pick<RollupRow, "checkId" | "locationId" | "seconds" | "start">): string {
  return `${row.checkId} ${row.locationId} ${row.seconds} ${row.start}`;
}

function toRow(row: Record<string, unknown>): RollupRow {
  return {
    checkId: Number(row.check_id),
    locationId: Number(row.location_id),
    seconds: Number(row.seconds) as RollupSeconds,
    start: Number(row.start),
    count: Number(row.count),
    failures: Number(row.failures),
    latency: decodeLatency(row.latency as string),
  };
}
