/**
 * What needs a person, from when until when. Of one trouble one alert is open, whichever server opens it; rows are written by
 * actions/follow-alerts.ts and actions/report-refusals.ts.
 */
import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import { type AlertFacts, type AlertKind, type OpenAlert, severityOf } from "../domain/alerting/alert.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { appendAlertEvents } from "./alert-events.ts";
import { type Database, numberArray } from "./database.ts";
import { alerts } from "./tables/alerts.ts";

/** An alert with all that became of it. */
export type Alert = typeof alerts.$inferSelect;

/** All that are open, in order of opening. */
export async function listOpenAlerts(db: Database): Promise<OpenAlert[]> {
  return db
    .select({
      id: alerts.id,
      key: alerts.key,
      kind: alerts.kind,
      facts: alerts.facts,
      openedAt: alerts.openedAt,
      heldBackBy: alerts.heldBackBy,
    })
    .from(alerts)
    .where(isNull(alerts.closedAt))
    .orderBy(asc(alerts.id));
}

/** The latest alerts, open or closed, newest first. */
export async function listAlerts(db: Database, atMost: number): Promise<Alert[]> {
  return db.select().from(alerts).orderBy(desc(alerts.id)).limit(atMost);
}

/** Those that share time with a stretch, open ones too, in order of opening. */
export async function listAlertsIn(db: Database, { start, end }: Interval): Promise<Alert[]> {
  return db
    .select()
    .from(alerts)
    .where(and(lt(alerts.openedAt, end), or(isNull(alerts.closedAt), gte(alerts.closedAt, start))))
    .orderBy(asc(alerts.openedAt), asc(alerts.id));
}

/** When alerts were closed that were closed after an instant, by key; the latest of each. */
export async function listClosedSince(db: Database, since: Instant): Promise<Map<string, Instant>> {
  const rows = await db
    .select({ key: alerts.key, closedAt: alerts.closedAt })
    .from(alerts)
    .where(and(isNotNull(alerts.closedAt), gt(alerts.closedAt, since)))
    .orderBy(asc(alerts.closedAt));
  return new Map(rows.map(({ key, closedAt }) => [key, closedAt!]));
}

/** Whether there is such an alert, open or over. */
export async function hasAlert(db: Database, id: number): Promise<boolean> {
  const rows = await db.select({ id: alerts.id }).from(alerts).where(eq(alerts.id, id));
  return rows.length > 0;
}

/** Keys of alerts of some kinds that opened after an instant and are closed. */
export async function listClosedKeys(
  db: Database,
  kinds: readonly AlertKind[],
  since: Instant,
): Promise<Set<string>> {
  const rows = await db
    .selectDistinct({ key: alerts.key })
    .from(alerts)
    .where(and(inArray(alerts.kind, [...kinds]), gt(alerts.openedAt, since), isNotNull(alerts.closedAt)));
  return new Set(rows.map(({ key }) => key));
}

/** Opens an alert; undefined: one with its key is open already. */
export async function openAlert(
  tx: Database,
  alert: { key: string; kind: AlertKind; facts: AlertFacts; heldBackBy: string | null; openedAt: Instant },
): Promise<number | undefined> {
  const [row] = await tx
    .insert(alerts)
    .values({ ...alert, severity: severityOf(alert.kind, alert.facts) })
    .onConflictDoNothing({ target: alerts.key, where: isNull(alerts.closedAt) })
    .returning({ id: alerts.id });
  if (row !== undefined) {
    const behind = alert.heldBackBy;
    const facts = behind === null ? {} : { behind };
    await appendAlertEvents(tx, [{ alert: row.id, event: "opened", facts }], alert.openedAt);
  }
  return row?.id;
}

/** Keeps newer facts of an alert that is open. */
export async function putAlertFacts(tx: Database, id: number, facts: AlertFacts): Promise<void> {
  await tx.update(alerts).set({ facts }).where(eq(alerts.id, id));
}

/** Closes alerts; those that are closed already stay as they are. Returns which were open. */
export async function closeAlerts(tx: Database, ids: readonly number[], now: Instant): Promise<number[]> {
  if (ids.length === 0) {
    return [];
  }
  const rows = await tx
    .update(alerts)
    .set({ closedAt: now })
    .where(and(inArray(alerts.id, [...ids]), isNull(alerts.closedAt)))
    .returning({ id: alerts.id });
  return rows.map(({ id }) => id);
}

/** Holds an open alert back behind another, or no longer. */
export async function holdAlert(tx: Database, id: number, heldBackBy: string | null): Promise<void> {
  await tx
    .update(alerts)
    .set({ heldBackBy })
    .where(and(eq(alerts.id, id), isNull(alerts.closedAt)));
}

/** Forgets alerts that were over before an instant, with everything that happened to them. */
export async function forgetAlerts(db: Database, overBefore: Instant): Promise<void> {
  await db.transaction(async (tx) => {
    const old = await tx
      .select({ id: alerts.id })
      .from(alerts)
      .where(sql`${alerts.overAt} < ${overBefore}`);
    if (old.length > 0) {
      const ids = sql`any(${numberArray(old.map(({ id }) => id))}::int[])`;
      await tx.execute(sql`delete from alert_tellings where alert_id = ${ids}`);
      await tx.execute(sql`delete from alert_events where alert_id = ${ids}`);
      await tx.execute(sql`delete from alerts where id = ${ids}`);
    }
  });
}
