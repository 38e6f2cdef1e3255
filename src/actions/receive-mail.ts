/**
 * The one way in for mail: a report of a letter that came back is noted where the letter went, an answer to what somebody was told of an alert
 * takes the alert on; whatever else a person writes is a request.
 */
import { Conflict, NotFound } from "../domain/errors.ts";
import { personState, tidyMail } from "../domain/people/person.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { findPersonByMail } from "../store/people.ts";
import { acknowledgeAlert } from "./acknowledge-alert.ts";
import { type AcknowledgeLink, alertOfReply, authorOfLink } from "./acknowledge-link.ts";
import { type ReceivedReport, receiveReturn, type ReturnOutcome } from "./receive-return.ts";
import { letterOfWayBack } from "./way-back.ts";
import { type MailOutcome, type ReceivedMail, receiveRequestMail } from "./receive-request-mail.ts";

/** A mail that says which ones it answers. */
export interface AnsweringMail extends ReceivedMail {
  /** Message-IDs that it names, as `<…>`. */
  references: readonly string[];
  /** Addresses that it came to. */
  to: readonly string[];
  /** What a mail server reports in it; null: it is no report. */
  report: ReceivedReport | null;
}

export type IncomingOutcome =
  | MailOutcome
  | ReturnOutcome
  /** An alert was taken on; or it was over, or taken, before. */
  | { outcome: "acknowledged" | "known"; reference: string };

/** @throws InvalidInput invalid_request when it says nothing */
export function receiveMail(
  db: Database,
  secretKey: string,
  mail: AnsweringMail,
  now: Instant,
): Promise<IncomingOutcome> {
  if (mail.report !== null) {
    return receiveReturn(db, secretKey, mail.report, now);
  }
  // Whatever else comes back to where letters do is of machines that answer them: nobody writes there.
  if (mail.to.some((address) => letterOfWayBack(secretKey, address) !== undefined)) {
    return Promise.resolve({ outcome: "ignored", reference: null });
  }
  const link = alertOfReply(secretKey, mail.references);
  // A machine that answers has taken nothing on.
  return link === undefined || mail.isAutomatic
    ? receiveRequestMail(db, mail, now)
    : takeOn(db, link, mail, now);
}

async function takeOn(
  db: Database,
  link: AcknowledgeLink,
  mail: AnsweringMail,
  now: Instant,
): Promise<IncomingOutcome> {
  const reference = `alert ${link.alertId}`;
  try {
    const author = await authorOf(db, link, mail);
    await acknowledgeAlert(db, { id: link.alertId, author, by: "mail" }, now);
    return { outcome: "acknowledged", reference };
  } catch (error) {
    if (error instanceof Conflict || error instanceof NotFound) {
      return { outcome: "known", reference };
    }
    throw error;
  }
}

/** Of several who read one channel whoever answers, if they are somebody here; else whom it was sent to. */
async function authorOf(db: Database, link: AcknowledgeLink, { from }: AnsweringMail): Promise<string> {
  const person = await findPersonByMail(db, tidyMail(from.address));
  const isHere = person !== undefined && person.role !== "customer" && personState(person) === "active";
  return isHere ? person.id : authorOfLink(link);
}
