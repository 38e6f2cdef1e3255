/** Changes a request: answers it, prioritises it, lets its clocks stand still or run, links it to an incident, assigns it, solves it. */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { Conflict, InvalidInput } from "../domain/errors.ts";
import { prioritiesOf, startPriority } from "../domain/sla/promise/support-promise.ts";
import {
  changeRequest as changed,
  type RequestChange,
  type SupportRequest,
} from "../domain/support/request.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readCustomers } from "../store/agreements.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { getIncident } from "../store/incidents.ts";
import { lockRequest, saveRequest } from "../store/requests.ts";
import { putRequestMail } from "./put-request-mail.ts";
import { readSupportAgreed } from "./support-agreed.ts";

/** What is asked for; an assignment takes the priority with which the contract begins, where the old one is none of its own. */
export type WantedChange =
  | Exclude<RequestChange, { kind: "assigned" }>
  | { kind: "assigned"; customer: string; contract: string | null };

/**
 * @param seen number of the last step that whoever changes it has seen; null: whatever stands
 * @param sourceId of the mail that the change came with
 * @throws NotFound request_not_found, incident_not_found
 * @throws Conflict version_changed when somebody else was quicker, and those of domain/support/request.ts
 * @throws InvalidInput invalid_request_change
 */
export function changeRequest(
  db: Database,
  {
    reference,
    change,
    seen = null,
    sourceId = null,
  }: {
    reference: string;
    change: WantedChange;
    seen?: number | null;
    sourceId?: string | null;
  },
  author: string,
  now: Instant,
): Promise<SupportRequest> {
  return db.transaction(async (tx) => {
    const before = await lockRequest(tx, reference);
    if (seen !== null && before.steps.at(-1)!.number !== seen) {
      throw new Conflict(
        "version_changed",
        "Somebody else has done something here meanwhile. Look at it, and send this again if it still holds.",
      );
    }
    const after = changed(before, await completed(tx, before, change), author, now);
    await saveRequest(tx, before, after, sourceId);
    await appendAudit(
      tx,
      ...after.steps.slice(before.steps.length).map((step, i) => ({
        ...{ kind: "request" as const, subject: reference, event: step.kind, author, recordedAt: step.at },
        ...(i === 0 ? changeOf(recorded(before), recorded(after)) : { before: null, after: null }),
      })),
    );
    const answer = after.steps.slice(before.steps.length).find(({ kind }) => kind === "answered");
    if (answer !== undefined) {
      await putRequestMail(tx, "request_answer", after, answer.number, now);
    }
    return after;
  });
}

/** What of a request the audit keeps for ever: no words of customers. */
function recorded({ steps: _, subject: __, reporter: ___, ...request }: SupportRequest): object {
  return request;
}

/** The change with what hangs on other things looked up. */
async function completed(
  tx: Database,
  request: SupportRequest,
  change: WantedChange,
): Promise<RequestChange> {
  switch (change.kind) {
    case "linked":
      await getIncident(tx, change.incident);
      return change;
    case "prioritised": {
      const { termsOf } = await readSupportAgreed(tx, customerOnly(request));
      const terms = termsOf(request.contract, request.openedAt);
      const known = terms === null ? [] : prioritiesOf(terms).map(({ slug }) => slug);
      if (!known.includes(change.priority)) {
        throw refused(
          "priority",
          known.length === 0
            ? "Its contract knows no priorities."
            : `Its contract knows ${known.join(", ")}.`,
        );
      }
      return change;
    }
    case "assigned": {
      const { customer, contract } = change;
      if ((await readCustomers(tx, [customer])).get(customer)?.archived !== false) {
        throw refused("customer", `There is no customer "${customer}".`);
      }
      const { contracts, termsOf } = await readSupportAgreed(tx, { customer });
      if (contract !== null && !contracts.has(contract)) {
        throw refused("contract", `${customer} has no contract "${contract}".`);
      }
      const terms = termsOf(contract, request.openedAt);
      const isKnown = terms !== null && prioritiesOf(terms).some(({ slug }) => slug === request.priority);
      return { ...change, priority: isKnown || terms === null ? null : startPriority(terms) };
    }
    default:
      return change;
  }
}

function customerOnly({ customer }: SupportRequest): { customer?: string } {
  return customer === null ? {} : { customer };
}

function refused(field: string, detail: string): InvalidInput {
  return new InvalidInput("invalid_request_change", "This cannot be recorded like this.", [
    { pointer: `/${field}`, detail },
  ]);
}
