/**
 * Tells what is to be told of alerts on one channel until it is taken there: an attempt that fails is made again later, and later still, by
 * whichever server then tells; what is refused for good, or was not taken for a day, is given up and shown. Nothing is told before it is
 * stored, and what was told is noted at once: should a server end in between, it is told again, under the same identity.
 */
import type { Instant } from "../domain/time/interval.ts";
import { type Channel, ChannelFailure, jittered, type Message, retryAfterMs } from "../notify/channel.ts";
import {
  type DueTelling,
  giveBackTellings,
  giveUpTellings,
  noteNotTold,
  noteTold,
  takeTellings,
  withdrawTelling,
} from "../store/alert-tellings.ts";
import { findCondition } from "../store/channel-attempts.ts";
import type { Database } from "../store/database.ts";

export interface TellAlertsDeps {
  db: Database;
  /** The channel of this name; null: there is none. */
  channelOf(name: string): Promise<Channel | null>;
  /** Puts what is told into words for those who read this channel. */
  compose(telling: DueTelling): Promise<Message>;
  now(): Instant;
  /** Whether more may be told: asked before every handful. */
  goesOn(): boolean;
  /** Told how every attempt ended. */
  attempted(telling: DueTelling, channel: Channel, failure: ChannelFailure | null): void;
  /** Told of what could not be put into words, by a defect. */
  failed(error: unknown): void;
}

/** Longer than an attempt takes (notify/channel.ts): nobody else makes it meanwhile. */
export const attemptWithinMs = 60_000;
/** What was not taken for so long is past. */
export const toldForMs = 86_400_000;
/** So many at once, of different alerts; of a channel that fails, one, to see whether it is back. */
const atOnce = 6;
/** After so many failures in a row a channel is left alone for a while: it is not this or that message. */
export const failuresMatter = 3;

/**
 * Makes the attempts that are due on a channel, until none is, or it asks to be left alone.
 *
 * @returns how many were taken
 */
export async function tellAlerts(deps: TellAlertsDeps, name: string): Promise<number> {
  const { db, now, goesOn } = deps;
  const channel = await deps.channelOf(name);
  if (channel === null) {
    await giveUpTellings(db, name, "there is no channel of this name", now());
    return 0;
  }
  let taken = 0;
  while (goesOn()) {
    const condition = await findCondition(db, name);
    const at = now();
    if ((condition?.pausedUntil ?? 0) > at) {
      break;
    }
    const atMost = (condition?.failures ?? 0) > 0 ? 1 : atOnce;
    const due = await takeTellings(db, name, { now: at, until: at + attemptWithinMs, atMost });
    if (due.length === 0) {
      break;
    }
    const failures = condition?.failures ?? 0;
    const told = await Promise.all(due.map((telling) => tellOne(deps, telling, channel, failures)));
    taken += told.filter((one) => one).length;
  }
  return taken;
}

async function tellOne(
  { db, compose, now, attempted, failed }: TellAlertsDeps,
  telling: DueTelling,
  channel: Channel,
  failuresBefore: number,
): Promise<boolean> {
  const startedAt = now();
  // The alert that took its place says it: only what keeps alerts itself has to hear of the end of this one.
  if (telling.event === "closed" && telling.facts.outgrown_by !== undefined && channel.keepsAlerts !== true) {
    await withdrawTelling(db, telling, startedAt);
    return false;
  }
  let failure: ChannelFailure;
  try {
    const answer = await channel.send(await compose(telling), startedAt);
    await noteTold(db, telling, { startedAt, endedAt: now(), answer });
    attempted(telling, channel, null);
    return true;
  } catch (error) {
    if (!(error instanceof ChannelFailure)) {
      // Nothing was refused: it is as if it had not been tried, but not at once.
      failed(error);
      await giveBackTellings(db, [telling], now() + retryAfterMs(telling.attempts));
      return false;
    }
    failure = error;
  }
  const endedAt = now();
  attempted(telling, channel, failure);
  await noteNotTold(db, telling, {
    ...{ startedAt, endedAt, failure: failure.message },
    nextAt: nextAttemptAt(telling, failure, endedAt),
    pausedUntil: pausedUntil(channel.name, failure, failuresBefore + 1, endedAt),
  });
  return false;
}

/** Null: there is none, as it was refused for good or has been tried for long enough. */
function nextAttemptAt(
  { alertId, event, channel, round, step, attempts, dueAt }: DueTelling,
  { isFinal, retryAfterMs: askedMs }: ChannelFailure,
  now: Instant,
): Instant | null {
  if (isFinal || now - dueAt >= toldForMs) {
    return null;
  }
  const key = [alertId, event, channel, round, step, attempts].join(" ");
  return now + Math.max(jittered(retryAfterMs(attempts), key), askedMs ?? 0);
}

/** Null: it is not left alone. It is as long as it asks for, and for longer and longer when nothing is taken any more. */
function pausedUntil(
  channel: string,
  { retryAfterMs: askedMs }: ChannelFailure,
  failures: number,
  now: Instant,
): Instant | null {
  if (askedMs !== null) {
    return now + askedMs;
  }
  const inRow = failures - failuresMatter;
  return inRow < 0 ? null : now + jittered(retryAfterMs(inRow + 1), `${channel} ${failures}`);
}
