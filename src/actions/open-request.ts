/**
 * Logs what a customer reports or asks, under a reference that nobody else gets: whose it is, under which contract its clocks run, and with
 * which priority it begins. One transaction, whichever way it came in.
 */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { InvalidInput } from "../domain/errors.ts";
import { isPersonId, mailFaults, tidyMail } from "../domain/people/person.ts";
import { type CustomerLanguage, customerLanguages } from "../domain/sla/promise/customer.ts";
import { contractFor, prioritiesOf, startPriority } from "../domain/sla/promise/support-promise.ts";
import { refuseFaults, tidyWords } from "../domain/status/public-words.ts";
import { referencePrefixes } from "../domain/status/reference.ts";
import { reportFaults, type RequestChannel, type SupportRequest } from "../domain/support/request.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readCustomers } from "../store/agreements.ts";
import { appendAudit } from "../store/audit.ts";
import { listCoverableServices } from "../store/covered-services.ts";
import type { Database } from "../store/database.ts";
import { findPersonByMail } from "../store/people.ts";
import { drawReference } from "../store/references.ts";
import { putReporter } from "../store/reporters.ts";
import { insertRequest } from "../store/requests.ts";
import { requests } from "../store/tables/requests.ts";
import { putRequestMail } from "./put-request-mail.ts";
import { readSupportAgreed } from "./support-agreed.ts";

/** What is reported, and by whom. Slugs; null: nobody said. */
export interface Reported {
  channel: RequestChannel;
  subject: string;
  message: string;
  customer: string | null;
  contract: string | null;
  service: string | null;
  priority: string | null;
  /** Whoever reported it, where they have no account; null: they have one, or do not say who they are. */
  reporter: { name: string; mail: string } | null;
  /** Code; null: the customer's, else the first that fits. */
  language: string | null;
  /** Whether whoever reported it is told its reference by mail. */
  confirms: boolean;
  /** Names the mail it came with. */
  sourceId?: string;
}

/**
 * @param author who logged it; null: whoever reported it
 * @throws InvalidInput invalid_request with faults at subject, message, mail, customer, contract, service, priority
 */
export function openRequest(
  db: Database,
  reported: Reported,
  author: string | null,
  now: Instant,
): Promise<SupportRequest> {
  const subject = reported.subject.trim();
  const message = tidyWords(reported.message);
  const mail = tidyMail(reported.reporter?.mail ?? "");
  const name = reported.reporter?.name.trim() ?? "";
  refuseFaults("invalid_request", "This cannot be reported like this.", [
    ...reportFaults({ subject, message }),
    ...(mail === "" ? [] : mailFaults(mail, "/mail")),
    ...([...name].length > 80 ? [{ pointer: "/name", detail: "A name has at most 80 characters." }] : []),
  ]);
  return db.transaction(async (tx) => {
    const place = await placeOf(tx, reported, mail, author, now);
    const reporter =
      mail === "" && name === ""
        ? null
        : await putReporter(tx, { name: name || null, mail: mail || null }, now);
    const by = author ?? reporter?.id ?? reported.channel;
    const reference = await drawReference(tx, requests, referencePrefixes.request, now);
    const { customer, contract, service, priority, language } = place;
    const request: SupportRequest = {
      ...{ reference, channel: reported.channel, subject, customer, contract, service, priority, language },
      ...{ reporter: reporter?.id ?? null, openedAt: now, answeredAt: null, pausedAt: null },
      ...{ resolvedAt: null, incident: null, release: null },
      steps: [{ number: 1, kind: "opened", at: now, author: by, text: message, value: priority ?? "" }],
    };
    await insertRequest(tx, request, reported.sourceId ?? null);
    await appendAudit(tx, {
      ...{ kind: "request", subject: reference, event: "opened", author: by, recordedAt: now },
      ...changeOf(null, { channel: reported.channel, customer, contract, service, priority }),
    });
    if (reported.confirms) {
      await putRequestMail(tx, "request_received", request, 1, now);
    }
    return request;
  });
}

function fault(field: string, detail: string): InvalidInput {
  return new InvalidInput("invalid_request", "This cannot be reported like this.", [
    { pointer: `/${field}`, detail },
  ]);
}

/** @throws InvalidInput invalid_request */
export function noService(slug: string): never {
  throw fault("service", `There is no service "${slug}".`);
}

type Place = Pick<SupportRequest, "customer" | "contract" | "service" | "priority" | "language">;

/** Whose it is, under which contract, and how urgent at first. */
async function placeOf(
  tx: Database,
  { customer: said, contract: named, service, priority, language }: Reported,
  mail: string,
  author: string | null,
  now: Instant,
): Promise<Place> {
  const customers = await readCustomers(tx);
  const known = said ?? (await customerOf(tx, customers, mail, author));
  if (known !== null && customers.get(known)?.archived !== false) {
    throw fault("customer", `There is no customer "${known}".`);
  }
  const services = await listCoverableServices(tx);
  const about = services.find(({ slug, archivedAt }) => slug === service && archivedAt === null) ?? null;
  if (service !== null && about === null) {
    noService(service);
  }
  const agreed = await readSupportAgreed(tx, known === null ? {} : { customer: known });
  if (named !== null && agreed.contracts.get(named)?.particulars.customer !== (known ?? undefined)) {
    throw fault("contract", `The customer has no contract "${named}".`);
  }
  const contract =
    named ??
    (known === null
      ? null
      : contractFor(agreed.contracts, { customer: known, service: about }, agreed.calendarOf, now));
  const terms = agreed.termsOf(contract, now);
  if (priority !== null && terms !== null && !prioritiesOf(terms).some(({ slug }) => slug === priority)) {
    const choices = prioritiesOf(terms).map(({ slug }) => slug);
    throw fault(
      "priority",
      choices.length === 0 ? "The contract knows no priorities." : `One of ${choices.join(", ")}.`,
    );
  }
  const spoken = [language, known === null ? null : customers.get(known)!.wanted.language];
  return {
    ...{ customer: known, contract, service: about?.slug ?? null },
    priority: priority ?? (terms === null ? null : startPriority(terms)),
    language: spoken.find((code) => customerLanguages.includes(code as CustomerLanguage)) ?? "en",
  };
}

/** The customer that somebody belongs to: as a person with an account, a named support contact (policy rule 109), a recipient. */
async function customerOf(
  tx: Database,
  customers: Awaited<ReturnType<typeof readCustomers>>,
  mail: string,
  author: string | null,
): Promise<string | null> {
  if (mail === "") {
    return null;
  }
  const person = author !== null && isPersonId(author) ? undefined : await findPersonByMail(tx, mail);
  if (person?.customer != null) {
    return person.customer;
  }
  const standing = [...customers].filter(([, { archived }]) => !archived);
  const named = standing.find(([, { wanted }]) =>
    [...wanted.contacts.map(({ email }) => email ?? ""), ...wanted.recipients].some(
      (address) => tidyMail(address) === mail,
    ),
  );
  return named?.[0] ?? null;
}
