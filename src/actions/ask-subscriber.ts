/** Puts down what somebody is asked who wants to be told: whether they really do, or a word that they have it already. */
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { putSubscriptionMessage } from "../store/subscription-messages.ts";
import { saveSubscription, type StoredSubscription } from "../store/subscriptions.ts";
import { newLetterId } from "./letter-id.ts";

/** Puts down the question whether it is wanted. */
export async function ask(
  tx: Database,
  subscription: StoredSubscription,
  now: Instant,
): Promise<StoredSubscription> {
  const asked = { ...subscription, askedAt: now, asks: subscription.asks + 1 };
  await saveSubscription(tx, asked);
  await putQuestion(tx, asked, "confirmation", now);
  return asked;
}

/** A message to one subscriber alone. */
export function putQuestion(
  tx: Database,
  { serial }: StoredSubscription,
  kind: "confirmation" | "reminder",
  now: Instant,
): Promise<void> {
  return putSubscriptionMessage(tx, { id: newLetterId("message"), subscription: serial, kind }, now);
}
