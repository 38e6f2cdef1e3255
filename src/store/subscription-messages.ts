/**
 * Messages to those who subscribed, waiting and sent. While nobody has tried to send one, what is announced meanwhile is put into it; an
 * attempt is taken by a conditional update, so that of several servers one makes it.
 */
import { and, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import {
  messageState,
  type MessageState,
  type SubscriptionMessageKind,
} from "../domain/status/subscription-message.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { SubscriptionChannel } from "../domain/status/subscription.ts";
import { type Database, isNamed, numberArray, queryRows, textArray } from "./database.ts";
import { subscriptionMessages, subscriptions } from "./tables/subscriptions.ts";
import type { StoredSubscription } from "./subscriptions.ts";

/** A message as it stands. */
export type SubscriptionMessage = Omit<typeof subscriptionMessages.$inferSelect, "subscription"> & {
  state: MessageState;
};

/** A message that an attempt was taken for, and to whom it goes. */
export interface TakenMessage extends SubscriptionMessage {
  subscription: StoredSubscription;
}

const messages = subscriptionMessages;
const waiting = and(isNull(messages.sentAt), isNull(messages.failedAt), isNull(messages.withdrawnAt));

/** Puts down a message of one's own: a question, or a reminder. */
export async function putSubscriptionMessage(
  tx: Database,
  message: { id: string; subscription: number; kind: Exclude<SubscriptionMessageKind, "news"> },
  now: Instant,
): Promise<void> {
  await tx.insert(messages).values({ ...message, createdAt: now, nextAt: now });
}

/** A message that somebody is to hear an announcement in, if none waits already. */
export interface WantedNews {
  /** For a message that is new. */
  id: string;
  subscription: number;
  dueAt: Instant;
}

/** Puts an announcement into the message that waits for each subscription, or into a new one. What one hears already it hears once. */
export async function putNews(
  tx: Database,
  announcementId: number,
  wanted: readonly WantedNews[],
  now: Instant,
): Promise<void> {
  if (wanted.length === 0) {
    return;
  }
  await tx.execute(sql`
    with wanted as (
      select * from unnest(
        ${textArray(wanted.map(({ id }) => id))}::text[],
        ${numberArray(wanted.map(({ subscription }) => subscription))}::int[],
        ${numberArray(wanted.map(({ dueAt }) => dueAt))}::bigint[]
      ) as wanted (id, subscription, due_at)
      where not exists (
        select 1 from subscription_notices as heard
        where heard.subscription = wanted.subscription and heard.announcement_id = ${announcementId}
      )
    ), opened as (
      insert into subscription_messages (id, subscription, kind, created_at, next_at)
      select id, subscription, 'news', ${now}::bigint, due_at from wanted
      on conflict (subscription) where kind = 'news' and attempts = 0
        and sent_at is null and failed_at is null and withdrawn_at is null
        do update set next_at = least(subscription_messages.next_at, excluded.next_at)
      returning id, subscription
    )
    insert into subscription_notices (subscription, announcement_id, message_id)
    select subscription, ${announcementId}::int, id from opened`);
}

/**
 * Takes some messages of some channels that are due, each with a new attempt, so that until an instant nobody else attempts them. A new one waits while an
 * earlier one to the same address is still being tried: what comes meanwhile goes into it, and the order is kept.
 */
export async function takeMessages(
  db: Database,
  {
    now,
    until,
    atMost,
    channels,
  }: { now: Instant; until: Instant; atMost: number; channels: readonly SubscriptionChannel[] },
): Promise<TakenMessage[]> {
  return db.transaction(async (tx) => {
    const taken = await queryRows<{ id: string }>(
      tx,
      sql`
        with due as (
          select message.id from subscription_messages as message
          join subscriptions as subscription on subscription.serial = message.subscription
          where subscription.channel = any(${textArray(channels)}::text[])
            and sent_at is null and failed_at is null and withdrawn_at is null and next_at <= ${now}
            and (attempts > 0 or not exists (
              select 1 from subscription_messages as earlier
              where earlier.subscription = message.subscription and earlier.attempts > 0
                and earlier.sent_at is null and earlier.failed_at is null and earlier.withdrawn_at is null
            ))
          order by next_at, message.created_at, message.id limit ${atMost} for update of message skip locked
        )
        update subscription_messages as message
        set attempts = message.attempts + 1, next_at = ${until}, tried_since = coalesce(tried_since, ${now})
        from due where message.id = due.id returning message.id`,
    );
    if (taken.length === 0) {
      return [];
    }
    const rows = await tx
      .select({ message: messages, subscription: subscriptions })
      .from(messages)
      .innerJoin(subscriptions, eq(subscriptions.serial, messages.subscription))
      .where(
        inArray(
          messages.id,
          taken.map(({ id }) => id),
        ),
      );
    const told = rows.flatMap(({ message }) =>
      message.kind === "news" && message.attempts === 1 ? message.subscription : [],
    );
    if (told.length > 0) {
      await tx.update(subscriptions).set({ lastToldAt: now }).where(inArray(subscriptions.serial, told));
    }
    return rows.map(({ message, subscription }) => ({
      ...message,
      state: messageState(message),
      subscription,
    }));
  });
}

/** How an attempt ended. */
export type MessageEnd =
  | { outcome: "sent" }
  | { outcome: "put_off"; failure: string; nextAt: Instant }
  | { outcome: "failed"; failure: string }
  | { outcome: "withdrawn" };

/** Notes that messages have gone. What was noted as sent before stays sent then. */
export async function noteSent(tx: Database, ids: readonly string[], now: Instant): Promise<void> {
  await tx
    .update(messages)
    .set({ sentAt: now, failedAt: null, withdrawnAt: null, failure: null })
    .where(and(isNamed(messages.id, ids), isNull(messages.sentAt)));
}

/** Notes how an attempt ended. What somebody else has noted as sent stays sent. */
export async function noteMessage(
  tx: Database,
  { id, attempts }: Pick<SubscriptionMessage, "id" | "attempts">,
  end: MessageEnd,
  now: Instant,
): Promise<void> {
  const isStill = and(eq(messages.id, id), waiting);
  switch (end.outcome) {
    case "sent":
      await noteSent(tx, [id], now);
      break;
    case "put_off":
      // Unless another attempt was taken meanwhile: then that one says how it goes on.
      await tx
        .update(messages)
        .set({ failure: end.failure, nextAt: end.nextAt })
        .where(and(isStill, eq(messages.attempts, attempts)));
      break;
    case "failed":
      await tx.update(messages).set({ failure: end.failure, failedAt: now }).where(isStill);
      break;
    case "withdrawn":
      await tx.update(messages).set({ withdrawnAt: now }).where(isStill);
  }
}

/** Notes that a message came back; id of the subscription it was for. Undefined: there is none, or it was noted before. */
export async function noteReturned(tx: Database, id: string, now: Instant): Promise<string | undefined> {
  const [row] = await tx
    .update(messages)
    .set({ returnedAt: now })
    .from(subscriptions)
    .where(
      and(eq(messages.id, id), isNull(messages.returnedAt), eq(subscriptions.serial, messages.subscription)),
    )
    .returning({ id: subscriptions.id });
  return row?.id;
}

/** Withdraws what waits for a subscription. */
export async function withdrawMessages(tx: Database, subscription: number, now: Instant): Promise<void> {
  await tx
    .update(messages)
    .set({ withdrawnAt: now })
    .where(and(eq(messages.subscription, subscription), waiting));
}

/** The last messages to a subscription, newest first. */
export async function listMessagesOf(
  db: Database,
  subscription: number,
  limit: number,
): Promise<SubscriptionMessage[]> {
  const rows = await db
    .select()
    .from(messages)
    .where(eq(messages.subscription, subscription))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(limit);
  return rows.map(({ subscription: _, ...message }) => ({ ...message, state: messageState(message) }));
}

/** How many messages of a time were sent, failed, and wait, and how many of those that were sent came back. */
export async function countMessagesSince(
  db: Database,
  from: Instant,
): Promise<Record<MessageState | "returned", number>> {
  const [row] = await queryRows<Record<MessageState | "returned", unknown>>(
    db,
    sql`select
      count(*) filter (where returned_at is not null) as returned,
      count(*) filter (where sent_at is not null) as sent, count(*) filter (where failed_at is not null) as failed,
      count(*) filter (where withdrawn_at is not null) as withdrawn,
      count(*) filter (where sent_at is null and failed_at is null and withdrawn_at is null) as waiting
      from subscription_messages where created_at >= ${from}`,
  );
  const { sent, failed, withdrawn, returned, waiting: still } = row!;
  return {
    sent: Number(sent),
    failed: Number(failed),
    withdrawn: Number(withdrawn),
    waiting: Number(still),
    returned: Number(returned),
  };
}
