/**
 * Where the derivation of each check stood at the end of each UTC day, and at most a minute ago for the running day: from here a
 * restarted server goes on, and from here late samples are folded in again.
 */
import { and, eq, lt, sql } from "drizzle-orm";
import { desc } from "drizzle-orm";
import type { Checkpoint } from "../domain/monitoring/derivation.ts";
import { beforeAnySample } from "../domain/monitoring/derivation.ts";
import type { ConfirmationState } from "../domain/monitoring/confirmation.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray, queryRows, textArray } from "./database.ts";
import { checkpoints } from "./schema.ts";

const dayMs = 86_400_000;

/** Puts each check's checkpoint under the UTC day of its last sample. */
export async function putCheckpoints(
  db: Database,
  states: readonly (Checkpoint & { checkId: number })[],
): Promise<void> {
  if (states.length === 0) {
    return;
  }
  await db.execute(sql`
    insert into checkpoints (check_id, day, through, state)
    select check_id, day, through, state::jsonb from unnest(
      ${numberArray(states.map((state) => state.checkId))}::int[],
      ${numberArray(states.map((state) => Math.floor(state.through / dayMs) * dayMs))}::bigint[],
      ${numberArray(states.map((state) => state.through))}::bigint[],
      ${textArray(states.map((state) => JSON.stringify(state.state)))}::text[]
    ) as fresh (check_id, day, through, state)
    on conflict (check_id, day) do update set through = excluded.through, state = excluded.state`);
}

/** The latest checkpoint of every check that has one. */
export async function listLatestCheckpoints(db: Database): Promise<Map<number, Checkpoint>> {
  const rows = await queryRows<{ check_id: number; through: number | string; state: ConfirmationState }>(
    db,
    sql`select distinct on (check_id) check_id, through, state from checkpoints order by check_id, day desc`,
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

/** Drops checkpoints of a check that cover an instant: they were made without what came late. */
export async function dropCheckpointsFrom(db: Database, checkId: number, from: Instant): Promise<void> {
  await db.execute(sql`delete from checkpoints where check_id = ${checkId} and through >= ${from}`);
}

/** jsonb comes back parsed or as text, depending on the driver. */
function parsed(state: ConfirmationState | string): ConfirmationState {
  return typeof state === "string" ? (JSON.parse(state) as ConfirmationState) : state;
}
