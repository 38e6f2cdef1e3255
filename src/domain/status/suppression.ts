/**
 * When messages to somebody who subscribed end because they do not arrive, or are not wanted: refused at the door, come back as mail, or
 * complained of. Whoever asks again, or those who run the platform, let them begin anew. Beside subscriptions, before actions.
 */
import type { Instant } from "../time/interval.ts";

/** Why nothing is sent: refused several times in a row, came back for good, came back on several days, complained of. */
export const suppressions = ["refused", "returned", "returned_often", "complained"] as const;
export type Suppression = (typeof suppressions)[number];

/** A letter that was taken and came back all the same, or what its reader told their mail provider of it. */
export type ReturnedMail =
  | {
      kind: "undelivered";
      /** What became of it, "5.1.1" (RFC 3463). */
      status: string;
    }
  | { kind: "complaint" };

/** What a subscription remembers of what became of its messages. */
export interface Delivery {
  suppressedAt: Instant | null;
  suppression: Suppression | null;
  refusals: number;
  softReturns: readonly Instant[];
  failure: string | null;
  returned: ReturnedMail | null;
}

/** As if nothing had ever been refused. */
export const neverRefused: Delivery = {
  ...{ suppressedAt: null, suppression: null },
  ...{ refusals: 0, softReturns: [], failure: null, returned: null },
};

/** So many messages in a row that are refused for good end the attempts. */
export const suppressedAfter = 3;
/** So many days on which a letter came back, within so long, end them too. */
export const suppressedAfterDays = 4;
export const softReturnsKeptMs = 30 * 86_400_000;
const dayMs = 86_400_000;

/** What becomes of it when a message was taken, or refused for good. Of what was suppressed meanwhile the reason stays. */
export function noteDelivery<T extends Delivery>(subscription: T, refusal: string | null, now: Instant): T {
  if (refusal === null) {
    return subscription.suppressedAt === null
      ? { ...subscription, refusals: 0, failure: null, returned: null }
      : subscription;
  }
  const refusals = subscription.refusals + 1;
  const noted = { ...subscription, refusals, failure: refusal, returned: null };
  return refusals >= suppressedAfter ? suppressed(noted, "refused", now) : noted;
}

/** What came back, in the words of the API and on record. */
export function wordsOfReturn(returned: ReturnedMail): string {
  return returned.kind === "complaint"
    ? "whoever got it complained of it"
    : `it came back (${returned.status})`;
}

/** What becomes of it when a letter came back. */
export function noteReturn<T extends Delivery>(subscription: T, returned: ReturnedMail, now: Instant): T {
  const noted = { ...subscription, failure: null, returned };
  if (returned.kind === "complaint") {
    return suppressed(noted, "complained", now);
  }
  if (isForGood(returned.status)) {
    return suppressed(noted, "returned", now);
  }
  const recent = subscription.softReturns.filter((at) => now - at < softReturnsKeptMs);
  const isOfNewDay = recent.length === 0 || now - recent.at(-1)! >= dayMs;
  const softReturns = isOfNewDay ? [...recent, now] : recent;
  return softReturns.length >= suppressedAfterDays
    ? suppressed({ ...noted, softReturns }, "returned_often", now)
    : { ...noted, softReturns };
}

/**
 * Whether nobody will ever be reached there: a permanent failure (RFC 3463, 5.x.x) that is one of the address. A full mailbox (x.2.2) is
 * emptied some day, and a policy against a letter (x.7.x) or its form (x.6.x) says nothing of whom it was for.
 */
export function isForGood(status: string): boolean {
  return /^5\./.test(status) && !/^5\.(2\.2|[67]\.\d+)$/.test(status);
}

function suppressed<T extends Delivery>(subscription: T, suppression: Suppression, now: Instant): T {
  return subscription.suppressedAt === null
    ? { ...subscription, suppression, suppressedAt: now }
    : subscription;
}
