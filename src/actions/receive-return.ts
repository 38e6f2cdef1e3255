/**
 * A letter to somebody who subscribed came back, or they complained of it: noted at the subscription, and where it is told no more,
 * recorded. Only a report is believed that knows what only the letter itself could tell.
 */
import { noteReturn, type ReturnedMail } from "../domain/status/suppression.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { noteReturned } from "../store/subscription-messages.ts";
import { findSubscription, lockSubscription } from "../store/subscriptions.ts";
import { keepDelivery } from "./keep-delivery.ts";
import { findSubscriptionOfLink } from "./subscription-link.ts";
import { letterOfWayBack } from "./way-back.ts";

/** What a report said (inbound/mail-report.ts). */
export interface ReceivedReport {
  returned: ReturnedMail | null;
  ways: readonly string[];
  unsubscribe: readonly string[];
}

export type ReturnOutcome =
  | { outcome: "returned"; reference: string }
  /** It says nothing to be acted on, was said before, or is not to be believed. */
  | { outcome: "ignored"; reference: null };

const ignored: ReturnOutcome = { outcome: "ignored", reference: null };

/** Notes what a report says of a letter. The same report again changes nothing. */
export async function receiveReturn(
  db: Database,
  secretKey: string,
  { returned, ways, unsubscribe }: ReceivedReport,
  now: Instant,
): Promise<ReturnOutcome> {
  const letter = firstOf(ways, (way) => letterOfWayBack(secretKey, way));
  const linked = firstOf(unsubscribe, (address) => subscriptionEndedAt(secretKey, address));
  if (returned === null || (letter === undefined && linked === undefined)) {
    return ignored;
  }
  return db.transaction(async (tx) => {
    const id = letter === undefined ? linked! : await noteReturned(tx, letter, now);
    return id === undefined ? ignored : noteAt(tx, id, returned, now);
  });
}

async function noteAt(
  tx: Database,
  id: string,
  returned: ReturnedMail,
  now: Instant,
): Promise<ReturnOutcome> {
  const known = await findSubscription(tx, id);
  if (known === undefined || known.endedAt !== null) {
    return ignored;
  }
  const before = await lockSubscription(tx, id);
  await keepDelivery(tx, before, noteReturn(before, returned, now), now);
  return { outcome: "returned", reference: id };
}

/** The subscription that is ended at an address; undefined: it was not made here. */
function subscriptionEndedAt(secretKey: string, address: string): string | undefined {
  const [, sealed] = /\/subscription\/([\w.-]{1,100})\/end$/.exec(address) ?? [];
  return sealed === undefined ? undefined : findSubscriptionOfLink(secretKey, sealed);
}

function firstOf<T>(texts: readonly string[], read: (text: string) => T | undefined): T | undefined {
  return texts.map(read).find((one) => one !== undefined);
}
