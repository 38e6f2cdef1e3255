/**
 * What needs a person, from when until when. Of one trouble one alert is open, whichever server opens it; rows are written by
 * actions/follow-alerts.ts and actions/report-refusals.ts.
 */
import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { AlertEvent, AlertFacts, AlertKind, OpenAlert } from "../domain/alerting/alert.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
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
    .values(alert)
    .onConflictDoNothing({ target: alerts.key, where: isNull(alerts.closedAt) })
    .returning({ id: alerts.id });
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

/**
 * Puts down what is to be told on these channels and was not yet: of alerts that opened or closed after an instant, openings that are
 * not held back, and closings of what was to be told. Puts nothing down twice.
 */
export async function putTellings(
  tx: Database,
  channels: readonly string[],
  since: Instant,
  now: Instant,
): Promise<void> {
  if (channels.length === 0) {
    return;
  }
  await tx.execute(sql`
    insert into alert_tellings (alert_id, event, channel, next_at)
    select id, event, channel, ${now}
    from alerts
    cross join unnest(${textArray(channels)}::text[]) as channels (channel)
    cross join lateral (
      select 'opened' as event where opened_at > ${since}
      union all select 'closed' where closed_at > ${since}
    ) as events
    where held_back_by is null
    on conflict do nothing`);
}

/** What is to be told now, with the alert it is about. */
export interface DueTelling {
  alertId: number;
  event: AlertEvent;
  channel: string;
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
        select alert_id, event, channel from alert_tellings as telling
        where told_at is null and withdrawn_at is null and next_at <= ${now} and channel = any(${textArray(channels)}::text[])
          and (event = 'opened' or not exists (
            select 1 from alert_tellings as opening
            where opening.alert_id = telling.alert_id and opening.channel = telling.channel
              and opening.event = 'opened' and opening.told_at is null
          ))
        order by next_at, alert_id limit ${atMost} for update skip locked
      )
      update alert_tellings as telling set attempts = telling.attempts + 1, next_at = ${until}
      from due join alerts on alerts.id = due.alert_id
      where telling.alert_id = due.alert_id and telling.event = due.event and telling.channel = due.channel
      returning telling.alert_id, telling.event, telling.channel, telling.attempts, alerts.kind, alerts.facts,
        alerts.opened_at, alerts.closed_at`,
  );
  return rows
    .map((row) => ({
      alertId: Number(row.alert_id),
      event: row.event as AlertEvent,
      channel: String(row.channel),
      attempts: Number(row.attempts),
      kind: row.kind as AlertKind,
      facts: (typeof row.facts === "string" ? JSON.parse(row.facts) : row.facts) as AlertFacts,
      openedAt: Number(row.opened_at),
      closedAt: row.closed_at === null ? null : Number(row.closed_at),
    }))
    .sort((a, b) => a.alertId - b.alertId);
}

/** Notes that a telling was taken; the first channel that takes it makes the alert's opening or closing told. */
export async function noteTold(
  db: Database,
  { alertId, event, channel }: Pick<DueTelling, "alertId" | "event" | "channel">,
  now: Instant,
): Promise<void> {
  const told = event === "opened" ? sql`opening_told_at` : sql`closing_told_at`;
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      update alert_tellings set told_at = ${now}, failure = null
      where alert_id = ${alertId} and event = ${event} and channel = ${channel}`);
    await tx.execute(sql`update alerts set ${told} = coalesce(${told}, ${now}) where id = ${alertId}`);
  });
}

/** Notes that an attempt failed, and when the next one is due. */
export async function noteNotTold(
  db: Database,
  { alertId, event, channel }: Pick<DueTelling, "alertId" | "event" | "channel">,
  failure: string,
  nextAt: Instant,
): Promise<void> {
  await db.execute(sql`
    update alert_tellings set failure = ${failure}, next_at = ${nextAt}
    where alert_id = ${alertId} and event = ${event} and channel = ${channel}`);
}

/** Forgets alerts that were closed before an instant, with everything told of them. */
export async function forgetAlerts(db: Database, closedBefore: Instant): Promise<void> {
  await db.transaction(async (tx) => {
    const old = await tx
      .select({ id: alerts.id })
      .from(alerts)
      .where(sql`${alerts.closedAt} < ${closedBefore}`);
    if (old.length > 0) {
      const ids = sql`any(${numberArray(old.map(({ id }) => id))}::int[])`;
      await tx.execute(sql`delete from alert_tellings where alert_id = ${ids}`);
      await tx.execute(sql`delete from alerts where id = ${ids}`);
    }
  });
}
