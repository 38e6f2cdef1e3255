/**
 * What becomes of a subscription by whoever it is for, or by those who run the platform: confirmed, changed, asked once more, ended. Ending
 * it forgets its address. The audit knows it by its id alone.
 */
import { Conflict } from "../domain/errors.ts";
import type { AuditEvent } from "../domain/audit/audit-event.ts";
import { changeOf } from "../domain/audit/recorded-change.ts";
import {
  changeSubscription as change,
  confirmSubscription as confirm,
  endSubscription as end,
  mayAsk,
  refuseUnfitChoice,
  type Subscription,
  type SubscriptionChoice,
  type SubscriptionOffer,
  subscriptionState,
} from "../domain/status/subscription.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { withdrawMessages } from "../store/subscription-messages.ts";
import { lockSubscription, saveSubscription, type StoredSubscription } from "../store/subscriptions.ts";
import { ask } from "./ask-subscriber.ts";

/** Who changes their own: nobody else is known of them. */
export const subscriberAuthor = "subscriber";

/** It hears from now on. A webhook confirms itself by answering. @throws NotFound, Conflict subscription_ended */
export function confirmSubscription(
  db: Database,
  id: string,
  author: string,
  now: Instant,
): Promise<StoredSubscription> {
  return settle(db, id, "confirmed", author, now, (before) => confirm(before, now));
}

/** @throws NotFound, InvalidInput invalid_subscription, Conflict subscription_ended */
export function changeSubscription(
  db: Database,
  id: string,
  choice: SubscriptionChoice,
  { offer, author }: { offer: SubscriptionOffer; author: string },
  now: Instant,
): Promise<StoredSubscription> {
  refuseUnfitChoice(choice, offer);
  return settle(db, id, "changed", author, now, (before) => change(before, choice));
}

/** Nothing more is told, what waits is withdrawn, and the address is forgotten. @throws NotFound */
export function endSubscription(
  db: Database,
  id: string,
  author: string,
  now: Instant,
): Promise<StoredSubscription> {
  return settle(db, id, "ended", author, now, (before) => end(before, now));
}

/** What ended messages to it is forgotten: it hears again, until it takes nothing once more. @throws NotFound */
export function tellAgain(
  db: Database,
  id: string,
  author: string,
  now: Instant,
): Promise<StoredSubscription> {
  return settle(db, id, "told again", author, now, (before) =>
    subscriptionState(before) === "suppressed" ? confirm(before, now) : before,
  );
}

/** Asks once more, where the last question is long enough ago. @throws NotFound, Conflict asked_lately, subscription_confirmed */
export function askAgain(db: Database, id: string, now: Instant): Promise<StoredSubscription> {
  return db.transaction(async (tx) => {
    const before = await lockSubscription(tx, id);
    if (subscriptionState(before) !== "pending") {
      throw new Conflict("subscription_confirmed", "It was confirmed already, or is over.");
    }
    const lately = before.channel === "webhook" ? !mayChallenge(before, now) : !mayAsk(before, now);
    if (lately) {
      throw new Conflict("asked_lately", "It was asked just now. Wait a little.");
    }
    return ask(tx, before, now);
  });
}

/** Whoever sets up a webhook tries it a few times. */
const challengeAgainAfterMs = 30_000;
const mostChallenges = 30;

function mayChallenge({ askedAt, asks }: Subscription, now: Instant): boolean {
  return asks < mostChallenges && (askedAt === null || now - askedAt >= challengeAgainAfterMs);
}

async function settle(
  db: Database,
  id: string,
  event: AuditEvent,
  author: string,
  now: Instant,
  step: (before: StoredSubscription) => Subscription,
): Promise<StoredSubscription> {
  return db.transaction(async (tx) => {
    const before = await lockSubscription(tx, id);
    const after = { ...before, ...step(before) };
    if (JSON.stringify(after) === JSON.stringify(before)) {
      return before;
    }
    await saveSubscription(tx, after);
    if (after.endedAt !== null) {
      await withdrawMessages(tx, after.serial, now);
    }
    await appendAudit(tx, {
      ...{ kind: "subscription", subject: id, event, author, recordedAt: now },
      ...changeOf(recorded(before), recorded(after)),
    });
    return after;
  });
}

/** What the audit keeps of a subscription: nothing that says whose it is. */
export function recorded(subscription: Subscription): object {
  const { page, channel, scope, topics, pace, language, suppression } = subscription;
  const state = subscriptionState(subscription);
  return { page, channel, scope, topics, pace, language, state, suppression };
}
