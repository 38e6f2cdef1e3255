/**
 * Puts in a subscription for somebody else who has agreed to it elsewhere: confirmed at once, with the note that says how they agreed. A
 * webhook must answer for itself whoever puts it in.
 */
import { Conflict } from "../domain/errors.ts";
import { changeOf } from "../domain/audit/recorded-change.ts";
import { confirmSubscription, refuseUnfit, tidyAddress } from "../domain/status/subscription.ts";
import { refuseFaults, wordsFaults } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import {
  insertSubscription,
  lockSubscriptionsAt,
  saveSubscription,
  type StoredSubscription,
} from "../store/subscriptions.ts";
import { recorded } from "./change-subscription.ts";
import { ask } from "./ask-subscriber.ts";
import { newSubscription, type SubscriptionRules, type WantedSubscription } from "./subscribe.ts";

const longestConsent = 500;

/**
 * @throws InvalidInput invalid_subscription
 * @throws Conflict already_subscribed
 */
export function enterSubscription(
  db: Database,
  { consent, ...wanted }: WantedSubscription & { consent: string },
  { offer, isInternal }: Omit<SubscriptionRules, "way">,
  author: string,
  now: Instant,
): Promise<StoredSubscription> {
  const entered = { ...wanted, address: tidyAddress(wanted.channel, wanted.address) };
  refuseUnfit(entered, offer, isInternal);
  refuseFaults(
    "invalid_subscription",
    "Nobody is subscribed without having agreed.",
    wordsFaults(consent, { pointer: "/consent", what: "A note of how they agreed", limit: longestConsent }),
  );
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `subscription ${entered.channel} ${entered.address}`);
    const [known] = await lockSubscriptionsAt(tx, entered);
    const isWebhook = entered.channel === "webhook";
    if (known !== undefined && known.confirmedAt !== null && !isWebhook) {
      throw new Conflict("already_subscribed", "This address is subscribed already.", [
        { pointer: "/address", detail: "Is subscribed already." },
      ]);
    }
    const fresh = { ...newSubscription(entered, { kind: "entered" }, now), author, consent: consent.trim() };
    const stored = await replace(tx, isWebhook ? undefined : known, fresh);
    const after = isWebhook ? await ask(tx, stored, now) : { ...stored, ...confirmSubscription(stored, now) };
    await saveSubscription(tx, after);
    await appendAudit(tx, {
      ...{ kind: "subscription", subject: after.id, event: "entered", author, recordedAt: now },
      ...changeOf(null, recorded(after)),
    });
    return after;
  });
}

/** Somebody who was asked and has not answered yet keeps their place, with the choices that were agreed on. */
async function replace(
  tx: Database,
  known: StoredSubscription | undefined,
  fresh: ReturnType<typeof newSubscription>,
): Promise<StoredSubscription> {
  return known === undefined
    ? insertSubscription(tx, fresh)
    : { ...known, ...fresh, id: known.id, createdAt: known.createdAt, serial: known.serial };
}
