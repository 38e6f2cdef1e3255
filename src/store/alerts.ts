/**
 * What needs a person, from when until when. Of one trouble one alert is open, whichever server opens it; rows are written by
 * actions/follow-alerts.ts and actions/report-refusals.ts.
 */
import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import {
  type AlertEvent,
  type AlertFacts,
  type AlertKind,
  type OpenAlert,
  severityOf,
} from "../domain/alerting/alert.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { appendAlertEvents } from "./alert-events.ts";
import { type Database, numberArray, queryRows, textArray } from "./database.ts";
import { alerts } from "./schema.ts";

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

/** Opens an alert; undefined: one with its key is open already. */
export async function openAlert(
  tx: Database,
  alert: { key: string; kind: AlertKind; facts: AlertFacts; heldBackBy: string | null; openedAt: Instant },
): Promise<number | undefined> {
  const [row] = await tx
    .insert(alerts)
    .values({ ...alert, severity: severityOf(alert.kind) })
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

/** What is to be told now, with the alert it is about. */
export interface DueTelling {
  alertId: number;
  event: AlertEvent;
  channel: string;
  /** Round of calling, and step of the escalation in it. */
  round: number;
  step: number;
  /** Attempts with this one. */
  attempts: number;
  kind: AlertKind;
  facts: AlertFacts;
  openedAt: Instant;
  closedAt: Instant | null;
}

/**
 * Takes some tellings that are due, so that until an instant nobody else attempts them. A closing waits until its opening was told on the
 * same channel.
 */
export async function takeTellings(
  db: Database,
  channels: readonly string[],
  { now, until, atMost }: { now: Instant; until: Instant; atMost: number },
): Promise<DueTelling[]> {
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      with due as (
        select alert_id, event, channel, round, step from alert_tellings as telling
        where told_at is null and withdrawn_at is null and next_at <= ${now} and channel = any(${textArray(channels)}::text[])
          and (event in ('opened', 'escalated') or not exists (
            select 1 from alert_tellings as call
            where call.alert_id = telling.alert_id and call.channel = telling.channel
              and call.event in ('opened', 'escalated') and call.told_at is null and call.withdrawn_at is null
          ))
        order by next_at, alert_id limit ${atMost} for update skip locked
      )
      update alert_tellings as telling set attempts = telling.attempts + 1, next_at = ${until}
      from due join alerts on alerts.id = due.alert_id
      where telling.alert_id = due.alert_id and telling.event = due.event and telling.channel = due.channel
        and telling.round = due.round and telling.step = due.step
      returning telling.alert_id, telling.event, telling.channel, telling.round, telling.step, telling.attempts, alerts.kind, alerts.facts,
        alerts.opened_at, alerts.closed_at`,
  );
  return rows
    .map((row) => ({
      alertId: Number(row.alert_id),
      event: row.event as AlertEvent,
      channel: String(row.channel),
      round: Number(row.round),
      step: Number(row.step),
      attempts: Number(row.attempts),
      kind: row.kind as AlertKind,
      facts: (typeof row.facts === "string" ? JSON.parse(row.facts) : row.facts) as AlertFacts,
      openedAt: Number(row.opened_at),
      closedAt: row.closed_at === null ? null : Number(row.closed_at),
    }))
    .sort((a, b) => a.alertId - b.alertId);
}

/** Which telling it is. */
type NamedTelling = Pick<DueTelling, "alertId" | "event" | "channel" | "round" | "step">;

const isTelling = ({ alertId, event, channel, round, step }: NamedTelling) =>
  sql`alert_id = ${alertId} and event = ${event} and channel = ${channel} and round = ${round} and step = ${step}`;

/** Notes that a telling was taken; the first channel that takes it makes the alert's opening or closing told. */
export async function noteTold(db: Database, telling: NamedTelling, now: Instant): Promise<void> {
  const { alertId, event } = telling;
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      update alert_tellings set told_at = ${now}, failure = null where ${isTelling(telling)}`);
    if (event !== "acknowledged") {
      const told = event === "closed" ? sql`closing_told_at` : sql`opening_told_at`;
      await tx.execute(sql`update alerts set ${told} = coalesce(${told}, ${now}) where id = ${alertId}`);
    }
  });
}

/** Notes that an attempt failed, and when the next one is due. */
export async function noteNotTold(
  db: Database,
  telling: NamedTelling,
  failure: string,
  nextAt: Instant,
): Promise<void> {
  await db.execute(sql`
    update alert_tellings set failure = ${failure}, next_at = ${nextAt} where ${isTelling(telling)}`);
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
