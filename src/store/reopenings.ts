/**
 * Stretches of checks of which samples came later than what had been derived: kept with the samples, in one transaction, and derived
 * again a moment later, once for many batches.
 */
import { asc, inArray, sql } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray } from "./database.ts";
import { reopenings } from "./tables/evidence.ts";

/** A stretch of a check that has to be derived again. */
export interface Reopening {
  checkId: number;
  /** The earliest and the latest sample that came late. */
  fromAt: Instant;
  throughAt: Instant;
}

/** Opens stretches; one that is open already grows. */
export async function putReopenings(tx: Database, stretches: readonly Reopening[]): Promise<void> {
  if (stretches.length === 0) {
    return;
  }
  await tx.execute(sql`
    insert into reopenings (check_id, from_at, through_at)
    select * from unnest(
      ${numberArray(stretches.map((one) => one.checkId))}::int[],
      ${numberArray(stretches.map((one) => one.fromAt))}::bigint[],
      ${numberArray(stretches.map((one) => one.throughAt))}::bigint[]
    )
    on conflict (check_id) do update set from_at = least(reopenings.from_at, excluded.from_at),
      through_at = greatest(reopenings.through_at, excluded.through_at)`);
}

/** Some open stretches, those that reach back furthest first. */
export async function listReopenings(db: Database, atMost: number): Promise<Reopening[]> {
  return db.select().from(reopenings).orderBy(asc(reopenings.fromAt), asc(reopenings.checkId)).limit(atMost);
}

/** Closes stretches that have been derived again. */
export async function dropReopenings(tx: Database, checkIds: readonly number[]): Promise<void> {
  if (checkIds.length > 0) {
    await tx.delete(reopenings).where(inArray(reopenings.checkId, [...checkIds]));
  }
}
