/** Those who asked to be told. Addresses stand here and nowhere else; what is over has none. */
import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  ilike,
  inArray,
  isNotNull,
  isNull,
  lt,
  type SQL,
  sql,
} from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { Subscription, SubscriptionChannel, SubscriptionState } from "../domain/status/subscription.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, holding } from "./database.ts";
import { subscriptionMessages, subscriptions } from "./tables/subscriptions.ts";

/** With its number in the order in which all were made. */
export interface StoredSubscription extends Subscription {
  serial: number;
}

const isEnded = isNotNull(subscriptions.endedAt);
const stands = isNull(subscriptions.endedAt);
const isIn: Record<SubscriptionState, SQL | undefined> = {
  pending: and(stands, isNull(subscriptions.confirmedAt)),
  active: and(stands, isNotNull(subscriptions.confirmedAt), isNull(subscriptions.suppressedAt)),
  suppressed: and(stands, isNotNull(subscriptions.confirmedAt), isNotNull(subscriptions.suppressedAt)),
  ended: isEnded,
};

/** Stores a new subscription. */
export async function insertSubscription(
  tx: Database,
  subscription: Subscription,
): Promise<StoredSubscription> {
  const [row] = await tx.insert(subscriptions).values(subscription).returning();
  return row!;
}

/** Stores what has become of it. */
export async function saveSubscription(tx: Database, subscription: Subscription): Promise<void> {
  const { id, ...row } = subscription;
  const { serial: _, ...values } = row as Omit<StoredSubscription, "id">;
  await tx.update(subscriptions).set(values).where(eq(subscriptions.id, id));
}

/** Undefined: there is none, or it was taken away long after it was over. */
export async function findSubscription(db: Database, id: string): Promise<StoredSubscription | undefined> {
  const [row] = await db.select().from(subscriptions).where(eq(subscriptions.id, id));
  return row;
}

/** @throws NotFound subscription_not_found */
export async function getSubscription(db: Database, id: string): Promise<StoredSubscription> {
  return (await findSubscription(db, id)) ?? noSubscription();
}

/** The same, kept from everybody else's changes until the transaction ends. @throws NotFound subscription_not_found */
export async function lockSubscription(tx: Database, id: string): Promise<StoredSubscription> {
  const [row] = await tx.select().from(subscriptions).where(eq(subscriptions.id, id)).for("update");
  return row ?? noSubscription();
}

/** Those that stand for an address on a page, oldest first: one, or several of a webhook. */
export function lockSubscriptionsAt(
  tx: Database,
  { page, channel, address }: { page: string; channel: SubscriptionChannel; address: string },
): Promise<StoredSubscription[]> {
  return tx
    .select()
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.page, page),
        eq(subscriptions.channel, channel),
        eq(subscriptions.address, address),
      ),
    )
    .orderBy(asc(subscriptions.serial))
    .for("update");
}

/** The next that may hear anything, in the order in which they were made. */
export function listActiveAfter(db: Database, serial: number, limit: number): Promise<StoredSubscription[]> {
  return db
    .select()
    .from(subscriptions)
    .where(and(isIn.active, gt(subscriptions.serial, serial)))
    .orderBy(asc(subscriptions.serial))
    .limit(limit);
}

/** The next that stand by something that can be taken away: a link, a password, a sign-in; in the order in which they were made. */
export function listKeyedAfter(db: Database, serial: number, limit: number): Promise<StoredSubscription[]> {
  return db
    .select()
    .from(subscriptions)
    .where(
      and(
        stands,
        gt(subscriptions.serial, serial),
        sql`${subscriptions.way} ->> 'kind' not in ('public', 'network', 'entered')`,
      ),
    )
    .orderBy(asc(subscriptions.serial))
    .limit(limit);
}

export interface SubscriptionFilter {
  state?: SubscriptionState;
  channel?: SubscriptionChannel;
  /** Stands in its address. */
  search?: string;
  /** Only those that were made before this one: its number. */
  before?: number;
}

/** Those that are looked for, newest first. */
export function listSubscriptions(
  db: Database,
  { state, channel, search, before }: SubscriptionFilter,
  limit: number,
): Promise<StoredSubscription[]> {
  const has = holding(search ?? "");
  return db
    .select()
    .from(subscriptions)
    .where(
      and(
        state === undefined ? undefined : isIn[state],
        channel === undefined ? undefined : eq(subscriptions.channel, channel),
        search === undefined ? undefined : ilike(subscriptions.address, has),
        before === undefined ? undefined : lt(subscriptions.serial, before),
      ),
    )
    .orderBy(desc(subscriptions.serial))
    .limit(limit);
}

/** How many are in each state, by channel; channels and states of which there are none are left out. */
export async function countSubscriptions(
  db: Database,
): Promise<{ channel: SubscriptionChannel; state: SubscriptionState; count: number }[]> {
  const state = sql<SubscriptionState>`case
    when ${subscriptions.endedAt} is not null then 'ended' when ${subscriptions.confirmedAt} is null then 'pending'
    when ${subscriptions.suppressedAt} is not null then 'suppressed' else 'active' end`;
  return db
    .select({ channel: subscriptions.channel, state: state.as("state"), count: count() })
    .from(subscriptions)
    .groupBy(subscriptions.channel, sql`2`)
    .orderBy(subscriptions.channel, sql`2`);
}

/** Forgets those who did not confirm, with every question they were asked; how many. */
export async function deleteUnconfirmed(db: Database, askedBefore: Instant): Promise<number> {
  const gone = await db
    .delete(subscriptions)
    .where(and(isIn.pending, lt(subscriptions.createdAt, askedBefore)))
    .returning({ id: subscriptions.id });
  return gone.length;
}

/** Takes away what has been over for long: subscriptions, and messages that were settled; how many rows. */
export async function deleteSettledBefore(db: Database, before: Instant, atMost: number): Promise<number> {
  const old = db
    .select({ id: subscriptionMessages.id })
    .from(subscriptionMessages)
    .where(
      and(
        lt(subscriptionMessages.createdAt, before),
        sql`coalesce(${subscriptionMessages.sentAt}, ${subscriptionMessages.failedAt}, ${subscriptionMessages.withdrawnAt}) < ${before}`,
      ),
    )
    .limit(atMost);
  const messages = await db
    .delete(subscriptionMessages)
    .where(inArray(subscriptionMessages.id, old))
    .returning({ id: subscriptionMessages.id });
  const over = await db
    .delete(subscriptions)
    .where(and(isEnded, lt(subscriptions.endedAt, before)))
    .returning({ id: subscriptions.id });
  return messages.length + over.length;
}

/** @throws NotFound subscription_not_found */
export function noSubscription(): never {
  throw new NotFound("subscription_not_found", "There is no such subscription.");
}
