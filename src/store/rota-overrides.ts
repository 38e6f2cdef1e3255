/** Who took the duty of a rota over, from when until when: added by people, withdrawn by people, never changed otherwise. */
import { and, asc, eq, gt, isNull, lt } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { RotaOverride } from "../domain/alerting/rota.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { rotaOverrides } from "./tables/alerts.ts";

/** An override with all that is recorded of it. */
export type RecordedOverride = typeof rotaOverrides.$inferSelect;

/** Those that hold within an interval, in the order in which they were made. */
export async function listOverridesIn(db: Database, { start, end }: Interval): Promise<RecordedOverride[]> {
  return db
    .select()
    .from(rotaOverrides)
    .where(and(isNull(rotaOverrides.withdrawnAt), lt(rotaOverrides.start, end), gt(rotaOverrides.end, start)))
    .orderBy(asc(rotaOverrides.id));
}

/** @throws NotFound override_not_found */
export async function getOverride(db: Database, id: number): Promise<RecordedOverride> {
  const [row] = await db.select().from(rotaOverrides).where(eq(rotaOverrides.id, id));
  if (row === undefined) {
    throw new NotFound("override_not_found", `Nobody took over under the number ${id}.`);
  }
  return row;
}

export async function insertOverride(
  tx: Database,
  override: Omit<RotaOverride, "id"> & { note: string; author: string; createdAt: Instant },
): Promise<RecordedOverride> {
  const [row] = await tx.insert(rotaOverrides).values(override).returning();
  return row!;
}

/** Withdraws an override that was not withdrawn before. Returns whether it was this call that did. */
export async function withdrawOverride(
  tx: Database,
  id: number,
  withdrawnBy: string,
  withdrawnAt: Instant,
): Promise<boolean> {
  const rows = await tx
    .update(rotaOverrides)
    .set({ withdrawnBy, withdrawnAt })
    .where(and(eq(rotaOverrides.id, id), isNull(rotaOverrides.withdrawnAt)))
    .returning({ id: rotaOverrides.id });
  return rows.length > 0;
}
