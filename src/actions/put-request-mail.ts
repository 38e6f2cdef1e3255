/**
 * Puts down a mail to whoever made a request, in the transaction of the step that it tells. It names them by an id and not by an address:
 * that stands in one place, so that it can be erased, and is looked up when the mail is sent.
 */
import { isPersonId } from "../domain/people/person.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { SupportRequest } from "../domain/support/request.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { putMailings } from "../store/mailings.ts";
import { getPerson } from "../store/people.ts";
import { getReporter } from "../store/reporters.ts";
import { newLetterId } from "./letter-id.ts";

export type RequestMailKind = "request_received" | "request_answer";

/** Nobody with a known address, no mail; whether one was put down. @param step that it tells */
export async function putRequestMail(
  tx: Database,
  kind: RequestMailKind,
  request: SupportRequest,
  step: number,
  now: Instant,
): Promise<boolean> {
  const recipient = correspondentOf(request);
  if (recipient === null || (await addressOf(tx, recipient)) === null) {
    return false;
  }
  const language = request.language as CustomerLanguage;
  const about = { kind, contract: null, contractId: null, label: request.reference, revision: step };
  await putMailings(
    tx,
    [{ id: newLetterId("mailing"), ...about, recipient, language, linkId: null, facts: null, dueAt: now }],
    now,
  );
  return true;
}

/** Whom answers go to, by id: whoever reported it, else the person who did; null: nobody has an address. */
export function correspondentOf({ reporter, channel, steps }: SupportRequest): string | null {
  const author = steps[0]!.author;
  return reporter ?? (channel === "portal" && isPersonId(author) ? author : null);
}

/** The address behind the id; null: none is known, or it was erased. */
export async function addressOf(db: Database, id: string): Promise<string | null> {
  return isPersonId(id) ? (await getPerson(db, id)).mail : (await getReporter(db, id)).mail;
}
