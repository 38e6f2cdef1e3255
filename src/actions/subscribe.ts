/**
 * Somebody asks to be told: the subscription is put down, and with it the question whether it is wanted. Whoever asks learns nothing of
 * what was there before: an address that is subscribed already is reminded, one that was asked lately is not asked again.
 */
import { randomBytes } from "node:crypto";
import { Conflict } from "../domain/errors.ts";
import {
  mayAsk,
  mayRemind,
  refuseUnfit,
  type SubscriptionChannel,
  type SubscriptionChoice,
  type SubscriptionOffer,
  type Subscription,
  tidyAddress,
} from "../domain/status/subscription.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { putSubscriptionMessage } from "../store/subscription-messages.ts";
import {
  insertSubscription,
  lockSubscriptionsAt,
  saveSubscription,
  type StoredSubscription,
} from "../store/subscriptions.ts";

/** What somebody asks for. */
export interface WantedSubscription extends SubscriptionChoice {
  channel: SubscriptionChannel;
  address: string;
}

/** What subscriptions are made among. */
export interface SubscriptionRules {
  offer: SubscriptionOffer;
  /** Whether webhooks may lead into private networks, and there over http://. */
  isInternal: boolean;
}

/** So many webhooks of one address may wait for their answer at a time. */
const mostWaiting = 3;

/**
 * Puts the wish down.
 *
 * @returns the subscription of a webhook, whose secret whoever asks must know; null: everything else is told at the address alone
 * @throws InvalidInput invalid_subscription
 * @throws Conflict too_many_waiting
 */
export function subscribe(
  db: Database,
  wanted: WantedSubscription,
  { offer, isInternal }: SubscriptionRules,
  now: Instant,
): Promise<StoredSubscription | null> {
  const asked = { ...wanted, address: tidyAddress(wanted.channel, wanted.address) };
  refuseUnfit(asked, offer, isInternal);
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `subscription ${asked.channel} ${asked.address}`);
    const standing = await lockSubscriptionsAt(tx, asked.channel, asked.address);
    if (asked.channel === "webhook") {
      if (standing.filter(({ confirmedAt }) => confirmedAt === null).length >= mostWaiting) {
        throw new Conflict("too_many_waiting", "This address is being asked already; wait for its answer.");
      }
      return ask(tx, await insertSubscription(tx, newSubscription(asked, now)), now);
    }
    const [known] = standing;
    if (known === undefined) {
      await ask(tx, await insertSubscription(tx, newSubscription(asked, now)), now);
    } else if (known.confirmedAt !== null) {
      await remind(tx, known, now);
    } else if (mayAsk(known, now)) {
      const { scope, topics, pace, language } = asked;
      await ask(tx, { ...known, scope, topics, pace, language }, now);
    }
    return null;
  });
}

/** A subscription that nobody has confirmed yet. */
export function newSubscription(
  { channel, address, scope, topics, pace, language }: WantedSubscription,
  now: Instant,
): Subscription {
  return {
    id: `sub_${randomBytes(12).toString("base64url")}`,
    ...{ channel, address, scope, topics, pace, language },
    secret: channel === "webhook" ? `whsec_${randomBytes(24).toString("base64")}` : null,
    ...{ createdAt: now, askedAt: null, asks: 0, confirmedAt: null, suppressedAt: null, endedAt: null },
    ...{ refusals: 0, failure: null, lastToldAt: null, author: null, consent: null },
  };
}

/** Puts down the question whether it is wanted. */
export async function ask(
  tx: Database,
  subscription: StoredSubscription,
  now: Instant,
): Promise<StoredSubscription> {
  const asked = { ...subscription, askedAt: now, asks: subscription.asks + 1 };
  await saveSubscription(tx, asked);
  await putMessage(tx, asked, "confirmation", now);
  return asked;
}

async function remind(tx: Database, subscription: StoredSubscription, now: Instant): Promise<void> {
  if (mayRemind(subscription, now)) {
    await saveSubscription(tx, { ...subscription, askedAt: now });
    await putMessage(tx, subscription, "reminder", now);
  }
}

function putMessage(
  tx: Database,
  { serial }: StoredSubscription,
  kind: "confirmation" | "reminder",
  now: Instant,
): Promise<void> {
  return putSubscriptionMessage(tx, { id: newMessageId(), subscription: serial, kind }, now);
}

/** Random: names a message in logs and in its Message-ID; whoever answers a challenge must have received it. */
export function newMessageId(): string {
  return `msg_${randomBytes(12).toString("base64url")}`;
}
