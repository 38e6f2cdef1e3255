/** The last call of each job that checks in. */
import { eq, lte } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { checkIns } from "./tables/evidence.ts";

/** Notes a call: of several, the latest stands, whichever server wrote it down last. */
export async function putCheckIn(
  db: Database,
  checkId: number,
  calledAt: Instant,
  outcome: "ok" | "fail",
): Promise<void> {
  await db
    .insert(checkIns)
    .values({ checkId, calledAt, outcome })
    .onConflictDoUpdate({
      target: checkIns.checkId,
      set: { calledAt, outcome },
      setWhere: lte(checkIns.calledAt, calledAt),
    });
}

/** The last call of every job. */
export async function listCheckIns(
  db: Database,
): Promise<{ checkId: number; calledAt: Instant; outcome: "ok" | "fail" }[]> {
  return db.select().from(checkIns);
}

/** The last call; undefined: the job never called. */
export async function findCheckIn(
  db: Database,
  checkId: number,
): Promise<{ calledAt: Instant; outcome: "ok" | "fail" } | undefined> {
  const [row] = await db
    .select({ calledAt: checkIns.calledAt, outcome: checkIns.outcome })
    .from(checkIns)
    .where(eq(checkIns.checkId, checkId));
  return row;
}
