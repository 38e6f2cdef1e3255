/** Silences of alerts (domain/alerting/silence.ts): made and lifted by people, never changed otherwise. */
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { AlertSilence } from "../domain/alerting/silence.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { alertSilences } from "./tables/alerts.ts";

/** Those that hold or are still to come. */
export async function listComingSilences(db: Database, now: Instant): Promise<AlertSilence[]> {
  return db
    .select()
    .from(alertSilences)
    .where(and(gt(alertSilences.end, now), isNull(alertSilences.liftedAt)))
    .orderBy(alertSilences.start, alertSilences.id);
}

/** The latest ones, newest first. */
export async function listSilences(db: Database, atMost: number): Promise<AlertSilence[]> {
  return db.select().from(alertSilences).orderBy(desc(alertSilences.id)).limit(atMost);
}

/** @throws NotFound silence_not_found */
export async function getSilence(db: Database, id: number): Promise<AlertSilence> {
  const [row] = await db.select().from(alertSilences).where(eq(alertSilences.id, id));
  if (row === undefined) {
    throw new NotFound("silence_not_found", `There is no silence ${id}.`);
  }
  return row;
}

export async function insertSilence(
  tx: Database,
  silence: Omit<AlertSilence, "id" | "liftedBy" | "liftedAt">,
): Promise<AlertSilence> {
  const [row] = await tx.insert(alertSilences).values(silence).returning();
  return row!;
}

/** Lifts a silence that was not lifted before. Returns whether it was this call that did. */
export async function liftSilence(
  tx: Database,
  id: number,
  liftedBy: string,
  liftedAt: Instant,
): Promise<boolean> {
  const rows = await tx
    .update(alertSilences)
    .set({ liftedBy, liftedAt })
    .where(and(eq(alertSilences.id, id), isNull(alertSilences.liftedAt)))
    .returning({ id: alertSilences.id });
  return rows.length > 0;
}
