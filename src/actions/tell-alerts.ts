/**
 * Tells what is to be told of alerts, on every channel, until it is taken there: an attempt that fails is made again later, and later
 * still, by whichever server then derives. Nothing is told before it is stored, so nothing is lost.
 */
import { alertWords } from "../domain/alerting/alert-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Channel, ChannelFailure, type Message, retryAfterMs } from "../notify/channel.ts";
import { type DueTelling, noteNotTold, noteTold, takeTellings } from "../store/alerts.ts";
import type { Database } from "../store/database.ts";

export interface TellAlertsDeps {
  db: Database;
  channels: readonly Channel[];
  /** Address of the page, without a slash at the end. */
  baseUrl: string;
  now(): Instant;
  /** Told of every attempt that failed. */
  onFailure(telling: DueTelling, channel: Channel, failure: ChannelFailure): void;
}

/** Longer than so many attempts take together (notify/channel.ts): nobody else makes them meanwhile. */
const attemptsWithinMs = 180_000;
const atOnce = 5;

/** Makes the attempts that are due; how many were taken. */
export async function tellAlerts(deps: TellAlertsDeps): Promise<number> {
  const { db, channels, now } = deps;
  if (channels.length === 0) {
    return 0;
  }
  const due = await takeTellings(
    db,
    channels.map(({ name }) => name),
    { now: now(), until: now() + attemptsWithinMs, atMost: atOnce },
  );
  // Of one channel one after the other, in order; a channel that is slow keeps no other waiting.
  const told = await Promise.all(
    channels.map(async (channel) => {
      let taken = 0;
      for (const telling of due.filter(({ channel: name }) => name === channel.name)) {
        taken += (await tellOne(deps, telling, channel)) ? 1 : 0;
      }
      return taken;
    }),
  );
  return told.reduce((sum, taken) => sum + taken, 0);
}

async function tellOne(
  { db, baseUrl, now, onFailure }: TellAlertsDeps,
  telling: DueTelling,
  channel: Channel,
): Promise<boolean> {
  try {
    await channel.send(messageOf(telling, baseUrl), now());
  } catch (error) {
    if (!(error instanceof ChannelFailure)) {
      throw error;
    }
    onFailure(telling, channel, error);
    await noteNotTold(db, telling, error.message, now() + retryAfterMs(telling.attempts));
    return false;
  }
  await noteTold(db, telling, now());
  return true;
}

function messageOf(telling: DueTelling, baseUrl: string): Message {
  const { alertId, event, round, step, kind, facts, openedAt, closedAt } = telling;
  const isFirst = round === 0 && step === 0;
  return {
    id: `alert_${alertId}_${event}${isFirst ? "" : `_${round}_${step}`}`,
    type: `alert.${event}`,
    at: event === "closed" && closedAt !== null ? closedAt : openedAt,
    ...alertWords(telling, event, baseUrl),
    facts: {
      alert: alertId,
      kind,
      opened_at: isoOf(openedAt),
      closed_at: closedAt === null ? null : isoOf(closedAt),
      ...facts,
    },
  };
}

function isoOf(at: Instant): string {
  return new Date(at).toISOString();
}
