/**
 * What became of every attempt to tell something on a channel, and how each channel has done lately. Written with the attempt's end, tests
 * included; read by whoever asks whether people can be told.
 */
import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { AlertEvent } from "../domain/alerting/alert.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";
import { channelAttempts, channelConditions } from "./tables/alerts.ts";

/** An attempt that has ended. */
export type ChannelAttempt = typeof channelAttempts.$inferSelect;

/** How a channel has done lately. */
export type ChannelCondition = typeof channelConditions.$inferSelect;

export interface EndedAttempt {
  channel: string;
  /** Null: it was a test. */
  alertId: number | null;
  event: AlertEvent | null;
  number: number;
  startedAt: Instant;
  endedAt: Instant;
  answer: string | null;
  failure: string | null;
  /** Until when the channel is left alone; null: it is not. */
  pausedUntil: Instant | null;
}

/** Puts down an attempt, and what follows for the channel. */
export async function endAttempt(tx: Database, attempt: EndedAttempt): Promise<void> {
  const { pausedUntil, ...ended } = attempt;
  const { channel, failure, endedAt } = ended;
  await tx.insert(channelAttempts).values(ended);
  const isTaken = failure === null;
  await tx
    .insert(channelConditions)
    .values({
      channel,
      takenAt: isTaken ? endedAt : null,
      failingSince: isTaken ? null : endedAt,
      failures: isTaken ? 0 : 1,
      failure,
      pausedUntil,
    })
    .onConflictDoUpdate({
      target: channelConditions.channel,
      set: isTaken
        ? { takenAt: endedAt, failingSince: null, failures: 0, failure: null, pausedUntil: null }
        : {
            failingSince: sql`coalesce(${channelConditions.failingSince}, ${endedAt})`,
            failures: sql`${channelConditions.failures} + 1`,
            failure,
            pausedUntil: sql`greatest(${channelConditions.pausedUntil}, ${pausedUntil}::bigint)`,
          },
    });
}

/** Undefined: nothing was ever told on it. */
export async function findCondition(db: Database, channel: string): Promise<ChannelCondition | undefined> {
  const [row] = await db.select().from(channelConditions).where(eq(channelConditions.channel, channel));
  return row;
}

/** A channel as it stands, with what waits for it and what was given up. */
export interface ChannelStanding extends ChannelCondition {
  waiting: number;
  givenUp: number;
  /** When the next attempt is due; null: nothing waits. */
  nextAt: Instant | null;
}

/** Every channel that anything was ever to be told on, by name. What was given up before `since` counts no more. */
export async function listStandings(db: Database, since: Instant): Promise<Map<string, ChannelStanding>> {
  const conditions = await db.select().from(channelConditions);
  const queues = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select channel, count(*) filter (where given_up_at is null) as waiting,
        count(*) filter (where given_up_at > ${since}) as given_up, min(next_at) filter (where given_up_at is null) as next_at
      from alert_tellings where told_at is null and withdrawn_at is null group by channel`,
  );
  const standings = new Map<string, ChannelStanding>(
    conditions.map((condition) => [
      condition.channel,
      { ...condition, waiting: 0, givenUp: 0, nextAt: null },
    ]),
  );
  for (const row of queues) {
    const channel = String(row.channel);
    const untold = {
      channel,
      takenAt: null,
      failingSince: null,
      failures: 0,
      failure: null,
      pausedUntil: null,
    };
    standings.set(channel, {
      ...(standings.get(channel) ?? untold),
      waiting: Number(row.waiting),
      givenUp: Number(row.given_up),
      nextAt: row.next_at === null ? null : Number(row.next_at),
    });
  }
  return standings;
}

/** The latest attempts on a channel, newest first. */
export async function listChannelAttempts(
  db: Database,
  channel: string,
  atMost: number,
): Promise<ChannelAttempt[]> {
  return db
    .select()
    .from(channelAttempts)
    .where(eq(channelAttempts.channel, channel))
    .orderBy(desc(channelAttempts.id))
    .limit(atMost);
}

/** When a channel was last tested; undefined: never, as far as is known. */
export async function findLastTest(db: Database, channel: string): Promise<ChannelAttempt | undefined> {
  const [row] = await db
    .select()
    .from(channelAttempts)
    .where(and(eq(channelAttempts.channel, channel), sql`${channelAttempts.alertId} is null`))
    .orderBy(desc(channelAttempts.id))
    .limit(1);
  return row;
}

/** Forgets attempts that ended before an instant. */
export async function forgetAttempts(db: Database, before: Instant): Promise<void> {
  await db.delete(channelAttempts).where(lt(channelAttempts.endedAt, before));
}
