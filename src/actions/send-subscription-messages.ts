/**
 * Sends what waits for those who subscribed: taken some at a time, made, sent, noted. What is not taken is tried again, later each time;
 * what is refused for good, again and again, ends the attempts. A webhook that answers its challenge is confirmed by it.
 */
import { isMessageGivenUp } from "../domain/status/subscription-message.ts";
import {
  confirmSubscription,
  subscriptionChannels,
  type SubscriptionChannel,
} from "../domain/status/subscription.ts";
import { noteDelivery } from "../domain/status/suppression.ts";
import type { Brand } from "../domain/status/brand.ts";
import type { Instant } from "../domain/time/interval.ts";
import { ChannelFailure, jittered, retryWithin } from "../notify/channel.ts";
import type { Mail } from "../notify/mail.ts";
import { listAnnouncementsIn } from "../store/announcements.ts";
import type { Database } from "../store/database.ts";
import {
  type MessageEnd,
  noteMessage,
  noteSent,
  takeMessages,
  type TakenMessage,
} from "../store/subscription-messages.ts";
import { lockSubscription } from "../store/subscriptions.ts";
import {
  type ComposedMessage,
  composeSubscriptionMessage,
  type SubscriptionOffice,
} from "./compose-subscription-message.ts";
import { readLetterhead } from "./read-letterhead.ts";
import { keepDelivery } from "./keep-delivery.ts";
import { type NoteOne, noteTogether } from "./note-together.ts";
import { readMessageSources } from "./read-message-sources.ts";

/** Ways out. Each throws ChannelFailure when it was not taken. */
export interface SubscriptionPost {
  /** Null: no mail can be sent from here; letters wait until one can. */
  mail: { send(mail: Mail): Promise<void> } | null;
  slack(url: string, message: (ComposedMessage & { to: "slack" })["message"]): Promise<string>;
  webhook(post: { url: string; secret: string; id: string; body: string }, now: Instant): Promise<string>;
}

export interface SendSubscriptionMessagesDeps {
  db: Database;
  post: SubscriptionPost;
  office(): Omit<SubscriptionOffice, "head"> & { settings: { brand?: Brand } };
  now(): Instant;
  /** Whether more may be sent: asked before every handful. */
  goesOn(): boolean;
  /** Told how every attempt ended: by its id, never to whom. */
  attempted(message: TakenMessage, end: MessageEnd): void;
  /** Told of a message that could not be made or noted, by a defect. */
  failed(error: unknown, message: TakenMessage): void;
}

/** Longer than an attempt takes: nobody else makes it meanwhile. */
export const messageAttemptWithinMs = 180_000;
/** So many attempts are under way at a time, and so many have ended before further ones are taken: what they tell is read once for all of them. */
const atOnce = 60;
const handful = 30;
const longestRetryMs = 30 * 60_000;

/**
 * Makes the attempts that are due, of some channels; how many were made. What has ended makes room for the next: a receiver that hangs holds
 * up itself alone.
 */
export async function sendSubscriptionMessages(
  deps: SendSubscriptionMessagesDeps,
  channels: readonly SubscriptionChannel[] = subscriptionChannels,
): Promise<number> {
  const underWay = new Set<Promise<void>>();
  const gone = noteTogether((ids) => noteSent(deps.db, ids, deps.now()));
  let attempted = 0;
  for (;;) {
    const taken = deps.goesOn() ? await takeSome(deps, channels, atOnce - underWay.size) : [];
    for (const send of taken) {
      const sending = send(gone).finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
    attempted += taken.length;
    if (underWay.size === 0) {
      return attempted;
    }
    const mayStay = taken.length === 0 ? underWay.size - 1 : atOnce - handful;
    while (underWay.size > mayStay) {
      await Promise.race(underWay);
    }
  }
}

/** Attempts that are taken, and not begun yet. */
async function takeSome(
  deps: SendSubscriptionMessagesDeps,
  channels: readonly SubscriptionChannel[],
  atMost: number,
): Promise<((gone: NoteOne) => Promise<void>)[]> {
  const { db, now } = deps;
  const at = now();
  const taken = await takeMessages(db, { now: at, until: at + messageAttemptWithinMs, atMost, channels });
  if (taken.length === 0) {
    return [];
  }
  const said = await listAnnouncementsIn(
    db,
    taken.map(({ id }) => id),
  );
  const sources = await readMessageSources(
    db,
    [...said.values()].flat(),
    taken.map(({ subscription }) => subscription),
    at,
  );
  const told = deps.office();
  const office = { ...told, head: await readLetterhead(db, told.settings) };
  return taken.map(
    (message) => (gone) =>
      sendOne(
        deps,
        message,
        () => composeSubscriptionMessage(message, said.get(message.id) ?? [], sources, office),
        gone,
      ),
  );
}

async function sendOne(
  deps: SendSubscriptionMessagesDeps,
  message: TakenMessage,
  compose: () => ComposedMessage | null,
  gone: NoteOne,
): Promise<void> {
  const { db, now, attempted, failed } = deps;
  try {
    const { end, isConfirmed } = await attempt(deps, message, compose);
    // Almost always nothing but the message has to be noted.
    await (!isWell(message, end, isConfirmed)
      ? db.transaction((tx) => settle(tx, message, end, isConfirmed, now()))
      : end.outcome === "sent"
        ? gone(message.id)
        : noteMessage(db, message, end, now()));
    attempted(message, end);
  } catch (error) {
    // Taken once more when its time is up.
    failed(error, message);
  }
}

/** One attempt: how it ended, and whether the receiver said by it that it wants to hear. */
async function attempt(
  { post, now, failed }: SendSubscriptionMessagesDeps,
  message: TakenMessage,
  compose: () => ComposedMessage | null,
): Promise<{ end: MessageEnd; isConfirmed: boolean }> {
  try {
    const composed = compose();
    if (composed === null) {
      return { end: { outcome: "withdrawn" }, isConfirmed: false };
    }
    const isConfirmed = await send(post, message, composed, now());
    return { end: { outcome: "sent" }, isConfirmed };
  } catch (error) {
    if (!(error instanceof ChannelFailure)) {
      failed(error, message);
    }
    return { end: failedAttempt(message, error, now()), isConfirmed: false };
  }
}

async function send(
  post: SubscriptionPost,
  { id, triedSince, createdAt }: TakenMessage,
  composed: ComposedMessage,
  now: Instant,
): Promise<boolean> {
  switch (composed.to) {
    case "email":
      if (post.mail === null) {
        throw new ChannelFailure("no mail can be sent from here");
      }
      await post.mail.send({ ...composed.mail, date: triedSince ?? createdAt });
      return false;
    case "slack":
      await post.slack(composed.url, composed.message);
      return false;
    case "webhook": {
      const answer = await post.webhook({ ...composed, id }, now);
      if (composed.challenge !== null && !repeats(answer, composed.challenge)) {
        throw new ChannelFailure("the receiver did not answer with the challenge");
      }
      return composed.challenge !== null;
    }
  }
}

/** Whether an answer, "200 {"challenge":"msg_…"}" or the bare word, is what was asked for and nothing more. */
function repeats(answer: string, challenge: string): boolean {
  const body = answer.replace(/^\d{3} ?/, "").trim();
  if (body === challenge) {
    return true;
  }
  try {
    const parsed: unknown = JSON.parse(body);
    return (parsed as { challenge?: unknown } | null)?.challenge === challenge;
  } catch {
    return false;
  }
}

/** Whether nothing is to be kept of it at the subscription. */
function isWell({ subscription }: TakenMessage, { outcome }: MessageEnd, isConfirmed: boolean): boolean {
  const { refusals, failure, returned } = subscription;
  return (
    outcome === "withdrawn" ||
    outcome === "put_off" ||
    (outcome === "sent" && refusals === 0 && failure === null && returned === null && !isConfirmed)
  );
}

async function settle(
  tx: Database,
  message: TakenMessage,
  end: MessageEnd,
  isConfirmed: boolean,
  now: Instant,
): Promise<void> {
  await noteMessage(tx, message, end, now);
  const before = await lockSubscription(tx, message.subscription.id);
  if (before.endedAt !== null) {
    return;
  }
  const noted = noteDelivery(before, end.outcome === "failed" ? end.failure : null, now);
  const after = { ...before, ...(isConfirmed ? confirmSubscription(noted, now) : noted) };
  await keepDelivery(tx, before, after, now);
}

function failedAttempt({ id, attempts, triedSince }: TakenMessage, error: unknown, now: Instant): MessageEnd {
  const isKnown = error instanceof ChannelFailure;
  const failure = isKnown ? error.message : "it could not be made: see the log";
  if ((isKnown && error.isFinal) || isMessageGivenUp(triedSince ?? now, now)) {
    return { outcome: "failed", failure };
  }
  const waitMs = Math.max(retryWithin(attempts, longestRetryMs), (isKnown ? error.retryAfterMs : null) ?? 0);
  return { outcome: "put_off", failure, nextAt: now + jittered(waitMs, `${id} ${attempts}`) };
}
