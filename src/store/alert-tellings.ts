/**
 * What is to be told of alerts on which channel, from being put down (store/alert-calls.ts) until it was taken, given up or no longer worth
 * telling. An attempt is taken by a conditional update, so that of several servers one makes it.
 */
import { type SQL, sql } from "drizzle-orm";
import type { AlertEvent, AlertFacts, AlertKind, AlertSeverity } from "../domain/alerting/alert.ts";
import type { Instant } from "../domain/time/interval.ts";
import { endAttempt } from "./channel-attempts.ts";
import { type Database, queryRows } from "./database.ts";

/** Which telling it is. */
export interface NamedTelling {
  alertId: number;
  event: AlertEvent;
  channel: string;
  /** Round of calling, and step of the escalation in it. */
  round: number;
  step: number;
}

/** What is to be told now, with the alert it is about. */
export interface DueTelling extends NamedTelling {
  /** Attempts with this one. */
  attempts: number;
  /** When it was to be told first. */
  dueAt: Instant;
  key: string;
  kind: AlertKind;
  severity: AlertSeverity;
  facts: AlertFacts;
  openedAt: Instant;
  closedAt: Instant | null;
  /** Who took it; null: nobody. */
  acknowledgedBy: string | null;
}

/** Neither told, nor given up, nor pointless. */
const waits = (telling: SQL): SQL =>
  sql`${telling}.told_at is null and ${telling}.withdrawn_at is null and ${telling}.given_up_at is null`;

/** In which order the parts of an alert's life are told. */
const rank = (event: SQL): SQL =>
  sql`array_position(array['opened', 'escalated', 'acknowledged', 'closed'], ${event})`;

/** Of one alert nothing is told on a channel before what comes before it was told there. */
const comesNext = (telling: SQL): SQL => sql`
  not exists (
    select 1 from alert_tellings as earlier
    where earlier.alert_id = ${telling}.alert_id and earlier.channel = ${telling}.channel and ${waits(sql`earlier`)}
      and (earlier.round, ${rank(sql`earlier.event`)}, earlier.step)
        < (${telling}.round, ${rank(sql`${telling}.event`)}, ${telling}.step)
  )`;

/** Takes some tellings of a channel that are due, so that until an instant nobody else attempts them. */
export async function takeTellings(
  db: Database,
  channel: string,
  { now, until, atMost }: { now: Instant; until: Instant; atMost: number },
): Promise<DueTelling[]> {
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      with due as (
        select alert_id, event, channel, round, step from alert_tellings as telling
        where ${waits(sql`telling`)} and telling.channel = ${channel} and telling.next_at <= ${now}
          and ${comesNext(sql`telling`)}
        order by telling.next_at, telling.alert_id limit ${atMost} for update skip locked
      )
      update alert_tellings as telling set attempts = telling.attempts + 1, next_at = ${until}
      from due join alerts on alerts.id = due.alert_id
      where telling.alert_id = due.alert_id and telling.event = due.event and telling.channel = due.channel
        and telling.round = due.round and telling.step = due.step
      returning telling.alert_id, telling.event, telling.channel, telling.round, telling.step, telling.attempts,
        coalesce(telling.due_at, alerts.opened_at) as due_at, alerts.key, alerts.kind, alerts.severity, alerts.facts,
        alerts.opened_at, coalesce(alerts.over_at, alerts.closed_at) as closed_at, alerts.acknowledged_by`,
  );
  return rows
    .map((row) => ({
      alertId: Number(row.alert_id),
      event: row.event as AlertEvent,
      channel: String(row.channel),
      round: Number(row.round),
      step: Number(row.step),
      attempts: Number(row.attempts),
      dueAt: Number(row.due_at),
      key: String(row.key),
      kind: row.kind as AlertKind,
      severity: row.severity as AlertSeverity,
      facts: (typeof row.facts === "string" ? JSON.parse(row.facts) : row.facts) as AlertFacts,
      openedAt: Number(row.opened_at),
      closedAt: row.closed_at === null ? null : Number(row.closed_at),
      acknowledgedBy: row.acknowledged_by === null ? null : String(row.acknowledged_by),
    }))
    .sort((a, b) => a.alertId - b.alertId);
}

/** The channels on which something waits, and when the first of it can be taken: one that is named as due has something to take. */
export async function listWaitingChannels(db: Database): Promise<Map<string, Instant>> {
  const rows = await queryRows<{ channel: string; next_at: number | string }>(
    db,
    sql`
      select telling.channel, greatest(min(telling.next_at), coalesce(max(condition.paused_until), 0)) as next_at
      from alert_tellings as telling left join channel_conditions as condition on condition.channel = telling.channel
      where ${waits(sql`telling`)} and ${comesNext(sql`telling`)} group by telling.channel`,
  );
  return new Map(rows.map(({ channel, next_at: nextAt }) => [channel, Number(nextAt)]));
}

const isTelling = ({ alertId, event, channel, round, step }: NamedTelling): SQL =>
  sql`alert_id = ${alertId} and event = ${event} and channel = ${channel} and round = ${round} and step = ${step}`;

/** How an attempt ended, and when. */
export interface AttemptEnd {
  startedAt: Instant;
  endedAt: Instant;
}

/** Notes that a telling was taken; the first channel that takes it makes the alert's opening or closing told. */
export async function noteTold(
  db: Database,
  telling: NamedTelling & { attempts: number },
  { startedAt, endedAt, answer }: AttemptEnd & { answer: string },
): Promise<void> {
  const { alertId, event, channel, attempts } = telling;
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      update alert_tellings set told_at = ${endedAt}, failure = null, given_up_at = null where ${isTelling(telling)}`);
    if (event !== "acknowledged") {
      const told = event === "closed" ? sql`closing_told_at` : sql`opening_told_at`;
      await tx.execute(sql`update alerts set ${told} = ${endedAt} where id = ${alertId} and ${told} is null`);
    }
    await endAttempt(tx, {
      ...{ channel, alertId, event, number: attempts, startedAt, endedAt, answer },
      ...{ failure: null, pausedUntil: null },
    });
  });
}

/**
 * Notes that an attempt failed, and when the next one is due.
 *
 * @param end nextAt null: it is given up
 */
export async function noteNotTold(
  db: Database,
  telling: NamedTelling & { attempts: number },
  end: AttemptEnd & { failure: string; nextAt: Instant | null; pausedUntil: Instant | null },
): Promise<void> {
  const { alertId, event, channel, attempts } = telling;
  const { startedAt, endedAt, failure, nextAt, pausedUntil } = end;
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      update alert_tellings set failure = ${failure}, next_at = coalesce(${nextAt}::bigint, next_at),
        given_up_at = case when ${nextAt}::bigint is null then ${endedAt}::bigint end
      where ${isTelling(telling)}`);
    await endAttempt(tx, {
      ...{
        channel,
        alertId,
        event,
        number: attempts,
        startedAt,
        endedAt,
        answer: null,
        failure,
        pausedUntil,
      },
    });
  });
}

/** Gives tellings back that were taken and not attempted: they are as they were before. */
export async function giveBackTellings(
  db: Database,
  tellings: readonly NamedTelling[],
  nextAt: Instant,
): Promise<void> {
  for (const telling of tellings) {
    await db.execute(sql`
      update alert_tellings set attempts = greatest(0, attempts - 1), next_at = ${nextAt} where ${isTelling(telling)}`);
  }
}

/** Takes a telling back that was taken and not attempted: there is nothing to tell any more. */
export async function withdrawTelling(db: Database, telling: NamedTelling, now: Instant): Promise<void> {
  await db.execute(sql`
    update alert_tellings set attempts = greatest(0, attempts - 1), withdrawn_at = ${now} where ${isTelling(telling)}`);
}

/** Gives up whatever waits for a channel that there is not. */
export async function giveUpTellings(
  db: Database,
  channel: string,
  failure: string,
  now: Instant,
): Promise<void> {
  await db.execute(sql`
    update alert_tellings set failure = ${failure}, given_up_at = ${now}
    where channel = ${channel} and told_at is null and withdrawn_at is null and given_up_at is null`);
}

/** That a channel fails is not told on that channel. */
export async function withdrawOwnFailures(tx: Database, now: Instant): Promise<void> {
  await tx.execute(sql`
    update alert_tellings as telling set withdrawn_at = ${now} from alerts
    where alerts.id = telling.alert_id and alerts.kind = 'channel_failing' and alerts.over_at is null
      and alerts.facts ->> 'channel' = telling.channel and ${waits(sql`telling`)}`);
}

/** Lets what was given up on a channel be tried again, of alerts that are not over; how much there was. */
export async function retryTellings(tx: Database, channel: string, now: Instant): Promise<number> {
  const rows = await queryRows(
    tx,
    sql`
      update alert_tellings as telling set given_up_at = null, due_at = ${now}, next_at = ${now} from alerts
      where alerts.id = telling.alert_id and alerts.closed_at is null and telling.channel = ${channel}
        and telling.given_up_at is not null and telling.told_at is null and telling.withdrawn_at is null
      returning telling.alert_id`,
  );
  await tx.execute(sql`update channel_conditions set paused_until = null where channel = ${channel}`);
  return rows.length;
}
