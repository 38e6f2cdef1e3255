/**
 * Draws the next reference of a year (`INC-2026-0001`), without holes and never twice, however many servers draw at once: whoever
 * draws holds the series until the transaction ends.
 */
import { desc, like, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import {
  numberOfReference,
  type ReferencePrefix,
  referenceSeries,
  toReference,
} from "../domain/status/reference.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction } from "./database.ts";

/** The next free reference of the year that contains `now`. Only inside a transaction that also inserts its row. */
export async function drawReference(
  tx: Database,
  table: PgTable & { reference: PgColumn },
  prefix: ReferencePrefix,
  now: Instant,
): Promise<string> {
  const series = referenceSeries(prefix, now);
  await lockInTransaction(tx, `reference ${series}`);
  const [last] = await tx
    .select({ reference: sql<string>`${table.reference}` })
    .from(table)
    .where(like(table.reference, `${series}%`))
    // A longer number is a higher one.
    .orderBy(desc(sql`length(${table.reference})`), desc(table.reference))
    .limit(1);
  return toReference(series, last === undefined ? 1 : numberOfReference(last.reference) + 1);
}
