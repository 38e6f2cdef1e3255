/** Silences of the locations of each check, those that ended: derived, one writer (actions/record-batch.ts). */
import { sql } from "drizzle-orm";
import type { Silence } from "../domain/monitoring/silence.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray, queryRows, textArray } from "./database.ts";

export interface SilenceRow extends Silence {
  checkId: number;
}

/** Puts silences, overwriting those of the same check, location and start. */
export async function putSilences(tx: Database, silences: readonly SilenceRow[]): Promise<void> {
  if (silences.length === 0) {
    return;
  }
  await tx.execute(sql`
    insert into location_silences (check_id, location, start, "end")
    select * from unnest(
      ${numberArray(silences.map(({ checkId }) => checkId))}::int[],
      ${textArray(silences.map(({ location }) => location))}::text[],
      ${numberArray(silences.map(({ start }) => start))}::bigint[],
      ${numberArray(silences.map(({ end }) => end))}::bigint[]
    )
    on conflict (check_id, location, start) do update set "end" = excluded."end"`);
}

/** Takes silences back. */
export async function dropSilences(
  tx: Database,
  silences: readonly Pick<SilenceRow, "checkId" | "location" | "start">[],
): Promise<void> {
  if (silences.length === 0) {
    return;
  }
  await tx.execute(sql`
    delete from location_silences as silence using unnest(
      ${numberArray(silences.map(({ checkId }) => checkId))}::int[],
      ${textArray(silences.map(({ location }) => location))}::text[],
      ${numberArray(silences.map(({ start }) => start))}::bigint[]
    ) as gone (check_id, location, start)
    where silence.check_id = gone.check_id and silence.location = gone.location and silence.start = gone.start`);
}

/** Takes back all silences of a check that ended after an instant, up to and with another: each was told where it ended. */
export async function dropSilencesBetween(
  tx: Database,
  checkId: number,
  after: Instant,
  through: Instant,
): Promise<void> {
  await tx.execute(
    sql`delete from location_silences where check_id = ${checkId} and "end" > ${after} and "end" <= ${through}`,
  );
}

/** Silences of all checks, or of these, that ended after an instant: in order of check, start and location. */
export async function listSilencesSince(
  db: Database,
  since: Instant,
  checkIds?: readonly number[],
): Promise<SilenceRow[]> {
  const among = checkIds === undefined ? sql`true` : sql`check_id = any(${numberArray(checkIds)}::int[])`;
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select check_id, location, start, "end" from location_silences
      where "end" > ${since} and ${among}
      order by check_id, start, location collate "C"`,
  );
  return rows.map((row) => ({
    checkId: Number(row.check_id),
    location: String(row.location),
    start: Number(row.start),
    end: Number(row.end),
  }));
}
