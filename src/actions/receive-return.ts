/**
 * A letter came back, or its reader complained of it. One to somebody who subscribed is noted at the subscription, and where it is told no
 * more, recorded; one with a report, an answer or a figure is noted at the mailing, one that lets somebody in at its link, so that whoever
 * sent it sees that it did not arrive. Only a report is believed that knows what only the letter itself could tell.
 */
import { noteReturn, type ReturnedMail, wordsOfReturn } from "../domain/status/suppression.ts";
import type { Instant } from "../domain/time/interval.ts";
import { noteLinkReturned } from "../store/access-links.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { noteMailingReturned } from "../store/mailings.ts";
import { noteReturned } from "../store/subscription-messages.ts";
import { findSubscription, lockSubscription } from "../store/subscriptions.ts";
import { keepDelivery, receiversAuthor } from "./keep-delivery.ts";
import { readLetterId } from "./letter-id.ts";
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
    const named = letter === undefined ? undefined : readLetterId(letter);
    if (letter !== undefined && named?.kind === "mailing") {
      return noteAtMailing(tx, letter, returned, now);
    }
    if (named?.kind === "link") {
      return noteAtLink(tx, named.signs, returned, now);
    }
    const id = letter === undefined ? linked! : await noteReturned(tx, letter, now);
    return id === undefined ? ignored : noteAt(tx, id, returned, now);
  });
}

async function noteAtMailing(
  tx: Database,
  id: string,
  returned: ReturnedMail,
  now: Instant,
): Promise<ReturnOutcome> {
  const mailing = await noteMailingReturned(tx, id, returned, now);
  if (mailing === undefined) {
    return ignored;
  }
  await appendAudit(tx, {
    ...{ kind: "mailing", subject: id, event: "returned", author: receiversAuthor, recordedAt: now },
    ...{ before: null, after: { kind: mailing.kind, label: mailing.label, why: wordsOfReturn(returned) } },
  });
  return { outcome: "returned", reference: id };
}

/** Whoever complains has read it. */
async function noteAtLink(
  tx: Database,
  id: string,
  returned: ReturnedMail,
  now: Instant,
): Promise<ReturnOutcome> {
  const person = returned.kind === "complaint" ? undefined : await noteLinkReturned(tx, id, now);
  if (person === undefined) {
    return ignored;
  }
  await appendAudit(tx, {
    ...{ kind: "person", subject: person, event: "returned", author: receiversAuthor, recordedAt: now },
    ...{ before: null, after: { why: wordsOfReturn(returned) } },
  });
  return { outcome: "returned", reference: person };
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
