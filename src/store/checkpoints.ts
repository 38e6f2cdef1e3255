/**
 * Where the derivation of each check stood at the end of each hour of the last two days, and of each UTC day before; for the running
 * hour, at most a minute ago. From here a restarted server goes on, and between two of these late samples are folded in again.
 */
import { and, asc, desc, eq, gte, lt, max, sql } from "drizzle-orm";
import type { Checkpoint } from "../domain/monitoring/derivation.ts";
import { beforeAnySample } from "../domain/monitoring/derivation.ts";
import type { ConfirmationState } from "../domain/monitoring/confirmation-state.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray, queryRows, textArray } from "./database.ts";
import { checkpoints } from "./tables/derived.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Puts each check's checkpoint under the hour of its last sample. */
export async function putCheckpoints(
  db: Database,
  states: readonly (Checkpoint & { checkId: number })[],
): Promise<void> {
  if (states.length === 0) {
    return;
  }
  await db.execute(sql`
    insert into checkpoints (check_id, start, through, state)
    select check_id, start, through, state::jsonb from unnest(
      ${numberArray(states.map((state) => state.checkId))}::int[],
      ${numberArray(states.map((state) => Math.floor(state.through / hourMs) * hourMs))}::bigint[],
      ${numberArray(states.map((state) => state.through))}::bigint[],
      ${textArray(states.map((state) => JSON.stringify(state.state)))}::text[]
    ) as fresh (check_id, start, through, state)
    on conflict (check_id, start) do update set through = excluded.through, state = excluded.state`);
}

/** The latest checkpoint of every check that has one, or of these. */
export async function listLatestCheckpoints(
  db: Database,
  checkIds?: readonly number[],
): Promise<Map<number, Checkpoint>> {
  const among = checkIds === undefined ? sql`true` : sql`checks.id = any(${numberArray(checkIds)}::int[])`;
  const rows = await queryRows<{ check_id: number; through: number | string; state: ConfirmationState }>(
    db,
    // Looked up for each, not sought among the checkpoints of months.
    sql`
      select latest.check_id, latest.through, latest.state from checks
      cross join lateral (
        select check_id, through, state from checkpoints where check_id = checks.id order by start desc limit 1
      ) as latest
      where ${among}`,
  );
  return new Map(
    rows.map((row) => [Number(row.check_id), { through: Number(row.through), state: parsed(row.state) }]),
  );
}

/** The latest checkpoint of a check that covers nothing at or after an instant. */
export async function findCheckpointBefore(
  db: Database,
  checkId: number,
  before: Instant,
): Promise<Checkpoint> {
  const [row] = await db
    .select({ through: checkpoints.through, state: checkpoints.state })
    .from(checkpoints)
    .where(and(eq(checkpoints.checkId, checkId), lt(checkpoints.through, before)))
    .orderBy(desc(checkpoints.through))
    .limit(1);
  return row ?? beforeAnySample;
}

/** The checkpoints of a check that cover an instant, in order of time: what came late at it is not in them. */
export async function listCheckpointsFrom(
  db: Database,
  checkId: number,
  from: Instant,
): Promise<Checkpoint[]> {
  return db
    .select({ through: checkpoints.through, state: checkpoints.state })
    .from(checkpoints)
    .where(and(eq(checkpoints.checkId, checkId), gte(checkpoints.through, from)))
    .orderBy(asc(checkpoints.through));
}

/** Drops checkpoints of a check after an instant, up to and with another. */
export async function dropCheckpointsBetween(
  tx: Database,
  checkId: number,
  after: Instant,
  through: Instant,
): Promise<void> {
  await tx.execute(
    sql`delete from checkpoints where check_id = ${checkId} and through > ${after} and through <= ${through}`,
  );
}

/** So many checks are looked through with one statement: some ten milliseconds, in which PGlite leaves nobody else a turn. */
const checksAtOnce = 50;

/** Of the checkpoints of days that ended before an instant, keeps the last of each day. */
export async function thinCheckpoints(db: Database, before: Instant): Promise<void> {
  const ended = Math.floor(before / dayMs) * dayMs;
  const [highest] = await db.select({ id: max(checkpoints.checkId) }).from(checkpoints);
  for (let first = 0; first <= (highest?.id ?? -1); first += checksAtOnce) {
    await db.execute(sql`
      delete from checkpoints as older using (
        select check_id, start / ${dayMs} as day, max(start) as last from checkpoints
        where check_id >= ${first} and check_id < ${first + checksAtOnce} and start < ${ended}
        group by check_id, day having count(*) > 1
      ) as kept
      where older.check_id = kept.check_id and older.start / ${dayMs} = kept.day and older.start < kept.last`);
  }
}

/** jsonb comes back parsed or as text, depending on the driver. */
function parsed(state: ConfirmationState | string): ConfirmationState {
  return typeof state === "string" ? (JSON.parse(state) as ConfirmationState) : state;
}
