/** Change points of each check's reading: derived, one writer (actions/record-batch.ts), rebuilt from evidence when in doubt. */
import { sql } from "drizzle-orm";
import type { ReadingChange, ReadingState } from "../domain/monitoring/timeline.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray, queryRows, textArray } from "./database.ts";

export interface CheckChange extends ReadingChange {
  checkId: number;
}

/** Puts change points, overwriting those of the same check and instant. */
export async function putReadings(tx: Database, changes: readonly CheckChange[]): Promise<void> {
  if (changes.length === 0) {
    return;
  }
  await tx.execute(sql`
    insert into readings (check_id, at, state)
    select * from unnest(
      ${numberArray(changes.map((change) => change.checkId))}::int[],
      ${numberArray(changes.map((change) => change.at))}::bigint[],
      ${textArray(changes.map((change) => change.state))}::text[]
    )
    on conflict (check_id, at) do update set state = excluded.state`);
}

/** Takes change points back. */
export async function dropReadings(
  tx: Database,
  changes: readonly { checkId: number; at: Instant }[],
): Promise<void> {
  if (changes.length === 0) {
    return;
  }
  await tx.execute(sql`
    delete from readings using unnest(
      ${numberArray(changes.map((change) => change.checkId))}::int[],
      ${numberArray(changes.map((change) => change.at))}::bigint[]
    ) as gone (check_id, at)
    where readings.check_id = gone.check_id and readings.at = gone.at`);
}

/** Takes back all change points of a check after an instant, up to and with another. */
export async function dropReadingsBetween(
  tx: Database,
  checkId: number,
  after: Instant,
  through: Instant,
): Promise<void> {
  await tx.execute(
    sql`delete from readings where check_id = ${checkId} and at > ${after} and at <= ${through}`,
  );
}

/** Change points from an instant on, and for every check the last one before it: in order of check and time. */
export async function listReadingsSince(
  db: Database,
  since: Instant,
  checkIds?: readonly number[],
): Promise<CheckChange[]> {
  const among = checkIds === undefined ? sql`true` : sql`check_id = any(${numberArray(checkIds)}::int[])`;
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select check_id, at, state from readings where at >= ${since} and ${among}
      union all
      (select distinct on (check_id) check_id, at, state from readings
       where at < ${since} and ${among} order by check_id, at desc)
      order by 1, 2`,
  );
  return rows.map((row) => ({
    checkId: Number(row.check_id),
    at: Number(row.at),
    state: row.state as ReadingState,
  }));
}

/** The first change point of every check, or of these: since when it was observed at all. */
export async function listFirstReadings(
  db: Database,
  checkIds?: readonly number[],
): Promise<Map<number, Instant>> {
  const among = checkIds === undefined ? sql`true` : sql`check_id = any(${numberArray(checkIds)}::int[])`;
  const rows = await queryRows<{ check_id: number; at: number | string }>(
    db,
    sql`select check_id, min(at) as at from readings where ${among} group by check_id`,
  );
  return new Map(rows.map((row) => [Number(row.check_id), Number(row.at)]));
}
