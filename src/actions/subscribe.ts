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
  type SubscriberWay,
  type SubscriptionChannel,
  type SubscriptionChoice,
  type SubscriptionOffer,
  type Subscription,
  tidyAddress,
} from "../domain/status/subscription.ts";
import { neverRefused } from "../domain/status/suppression.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import {
  insertSubscription,
  lockSubscriptionsAt,
  saveSubscription,
  type StoredSubscription,
} from "../store/subscriptions.ts";
import { ask, putQuestion } from "./ask-subscriber.ts";
import { endIfOver } from "./end-shut-out.ts";

/** What somebody asks for. */
export interface WantedSubscription extends SubscriptionChoice {
  /** Slug of the page on which they ask. */
  page: string;
  channel: SubscriptionChannel;
  address: string;
}

/** What subscriptions are made among. */
export interface SubscriptionRules {
  /** What lets whoever asks see the page. */
  way: SubscriberWay;
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
  { way, offer, isInternal }: SubscriptionRules,
  now: Instant,
): Promise<StoredSubscription | null> {
  const asked = { ...wanted, address: tidyAddress(wanted.channel, wanted.address) };
  refuseUnfit(asked, offer, isInternal);
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `subscription ${asked.channel} ${asked.address}`);
    const standing = await lockSubscriptionsAt(tx, asked);
    if (asked.channel === "webhook") {
      if (standing.filter(({ confirmedAt }) => confirmedAt === null).length >= mostWaiting) {
        throw new Conflict("too_many_waiting", "This address is being asked already; wait for its answer.");
      }
      return ask(tx, await insertSubscription(tx, newSubscription(asked, way, now)), now);
    }
    const [first] = standing;
    // Whoever was let in by what is gone begins anew with what lets them in now.
    const known = first !== undefined && (await endIfOver(tx, first, now)) ? undefined : first;
    if (known === undefined) {
      await ask(tx, await insertSubscription(tx, newSubscription(asked, way, now)), now);
    } else if (known.confirmedAt !== null) {
      await remind(tx, known, now);
    } else if (mayAsk(known, now)) {
      const { scope, topics, pace, language } = asked;
      await ask(tx, { ...known, way, scope, topics, pace, language }, now);
    }
    return null;
  });
}

/** A subscription that nobody has confirmed yet. */
export function newSubscription(
  { page, channel, address, scope, topics, pace, language }: WantedSubscription,
  way: SubscriberWay,
  now: Instant,
): Subscription {
  return {
    id: `sub_${randomBytes(12).toString("base64url")}`,
    ...{ page, way, channel, address, scope, topics, pace, language },
    secret: channel === "webhook" ? `whsec_${randomBytes(24).toString("base64")}` : null,
    ...{ createdAt: now, askedAt: null, asks: 0, confirmedAt: null, endedAt: null },
    ...{ ...neverRefused, lastToldAt: null, author: null, consent: null },
  };
}

async function remind(tx: Database, subscription: StoredSubscription, now: Instant): Promise<void> {
  if (mayRemind(subscription, now)) {
    await saveSubscription(tx, { ...subscription, askedAt: now });
    await putQuestion(tx, subscription, "reminder", now);
  }
}
