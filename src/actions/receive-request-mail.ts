/**
 * A mail of a customer becomes a request, or a further word on the one it answers. The same mail, however often it is handed over, counts
 * once; what machines send is left alone, so that no two of them ever talk to each other.
 */
import { createHash } from "node:crypto";
import { tidyMail } from "../domain/people/person.ts";
import { subjectLimit, type SupportRequest, wordsLimit } from "../domain/support/request.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readCustomers } from "../store/agreements.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { findRequestOfMail, findRequests } from "../store/requests.ts";
import { changeRequest } from "./change-request.ts";
import { keepRequestFiles, type ReceivedFile } from "./keep-request-files.ts";
import { openRequest } from "./open-request.ts";
import { addressOf, correspondentOf } from "./put-request-mail.ts";

/** A mail as it was read (inbound/raw-mail.ts). */
export interface ReceivedMail {
  id: string | null;
  from: { name: string; address: string };
  subject: string;
  text: string;
  isAutomatic: boolean;
  attachments: readonly ReceivedFile[];
}

export type MailOutcome =
  | { outcome: "opened" | "added" | "known"; reference: string }
  /** A machine sent it. */
  | { outcome: "ignored"; reference: null };

/** @throws InvalidInput invalid_request when it says nothing */
export function receiveRequestMail(db: Database, mail: ReceivedMail, now: Instant): Promise<MailOutcome> {
  if (mail.isAutomatic) {
    return Promise.resolve({ outcome: "ignored", reference: null });
  }
  const sourceId = sourceOf(mail);
  return db.transaction(async (tx): Promise<MailOutcome> => {
    await lockInTransaction(tx, `mail ${sourceId}`);
    const known = await findRequestOfMail(tx, sourceId);
    if (known !== undefined) {
      return { outcome: "known", reference: known };
    }
    const text = wordsOf(mail);
    const answered = await requestAnswered(tx, mail);
    if (answered !== null) {
      const { reference, author } = answered;
      const change = { kind: "heard" as const, text };
      const { steps } = await changeRequest(tx, { reference, change, sourceId }, author, now);
      const { number: step } = steps.findLast(({ kind }) => kind === "heard")!;
      await keepRequestFiles(tx, { reference, step }, mail.attachments, author, now);
      return { outcome: "added", reference };
    }
    const request = await openRequest(
      tx,
      {
        ...{
          channel: "mail",
          subject: [...(mail.subject || text)].slice(0, subjectLimit).join("").split("\n")[0]!,
        },
        ...{ message: text, customer: null, contract: null, service: null, priority: null, language: null },
        reporter: { name: [...mail.from.name].slice(0, 80).join(""), mail: mail.from.address },
        ...{ confirms: true, sourceId },
      },
      null,
      now,
    );
    const [opened] = request.steps;
    const { reference } = request;
    await keepRequestFiles(tx, { reference, step: opened!.number }, mail.attachments, opened!.author, now);
    return { outcome: "opened", reference };
  });
}

/** Its Message-ID, hashed: others choose it, and nothing of theirs is to stand in a key as it is. */
function sourceOf({ id, from, subject, text }: ReceivedMail): string {
  const name = id ?? JSON.stringify([from.address, subject, text]);
  return createHash("sha256").update(name).digest("base64url");
}

/** What it says, cut where it is endless; of one that says nothing, what came with it. */
function wordsOf({ subject, text, attachments }: ReceivedMail): string {
  const said = [text, subject].find((one) => one.trim() !== "");
  const words = [...(said ?? attachments.map(({ name }) => name).join(", "))];
  const room = wordsLimit - 1;
  return words.length > room ? `${words.slice(0, room).join("")}…` : words.join("");
}

/** The request whose reference it names, if whoever wrote it is somebody who belongs to it; null: it is a new one. */
async function requestAnswered(
  tx: Database,
  { subject, from }: ReceivedMail,
): Promise<{ reference: string; author: string } | null> {
  const [reference] = /\bREQ-\d{4}-\d{4,9}\b/.exec(subject) ?? [];
  const [request] = reference === undefined ? [] : await findRequests(tx, [reference]);
  if (request === undefined) {
    return null;
  }
  const correspondent = correspondentOf(request);
  const address = correspondent === null ? null : await addressOf(tx, correspondent);
  if (correspondent !== null && address === from.address) {
    return { reference: request.reference, author: correspondent };
  }
  return (await isContact(tx, request, from.address))
    ? { reference: request.reference, author: `customer ${request.customer}` }
    : null;
}

/** Whether the address is one of the customer's named contacts or recipients. */
async function isContact(tx: Database, { customer }: SupportRequest, address: string): Promise<boolean> {
  const known = customer === null ? undefined : (await readCustomers(tx, [customer])).get(customer)?.wanted;
  return (
    known !== undefined &&
    [...known.contacts.map(({ email }) => email ?? ""), ...known.recipients].some(
      (one) => tidyMail(one) === address,
    )
  );
}
