/**
 * Keeps what became of a message at the subscription that it was for. Where nothing more is sent from then on, what waits is withdrawn, and
 * the audit says why.
 */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { subscriptionState } from "../domain/status/subscription.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { withdrawMessages } from "../store/subscription-messages.ts";
import { saveSubscription, type StoredSubscription } from "../store/subscriptions.ts";
import { recorded } from "./change-subscription.ts";

/** Under which name it is recorded that servers of others ended messages. */
export const receiversAuthor = "receiver";

/** @param after of a subscription that is locked */
export async function keepDelivery(
  tx: Database,
  before: StoredSubscription,
  after: StoredSubscription,
  now: Instant,
): Promise<void> {
  await saveSubscription(tx, after);
  if (subscriptionState(after) === "suppressed" && before.suppressedAt === null) {
    await withdrawMessages(tx, after.serial, now);
    await appendAudit(tx, {
      ...{ kind: "subscription", subject: after.id, event: "suppressed" },
      ...{ author: receiversAuthor, recordedAt: now },
      ...changeOf(recorded(before), recorded(after)),
    });
  }
}
