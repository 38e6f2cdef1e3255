/**
 * Puts down the mails that bring an issued report to those it goes to, in the transaction that issues it: there is no report without its
 * mails, and no mail of a report that was not issued. When they go out stands in the contract.
 */
import { randomBytes } from "node:crypto";
import { sendAt } from "../domain/sla/promise/send-rule.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { putMailings, withdrawEarlierReports } from "../store/mailings.ts";
import type { Ground, GroundContract } from "./read-ground.ts";

/** Mails of an earlier revision that nobody has tried to send yet are withdrawn: nobody is told what was superseded already. */
export async function putReportMailings(
  tx: Database,
  { ground, of }: { ground: Ground; of: GroundContract },
  revision: number,
  now: Instant,
): Promise<void> {
  const { contract, customer, cycle, parts } = of;
  const { particulars } = contract;
  await withdrawEarlierReports(tx, { contractId: of.id, label: cycle.label, before: revision }, now);
  const { timeZone } = parts[0]!.version.clauses;
  const dueAt = sendAt(particulars.send, { end: cycle.end, timeZone }, ground.calendarOf, now);
  if (dueAt === null) {
    return;
  }
  const recipients = particulars.recipients.length > 0 ? particulars.recipients : customer.recipients;
  await putMailings(
    tx,
    recipients.map((recipient) => ({
      id: mailingId(),
      ...{ kind: "report" as const, contract: of.slug, contractId: of.id, label: cycle.label, revision },
      ...{ recipient, language: particulars.language ?? customer.language, linkId: null, facts: null, dueAt },
    })),
    now,
  );
}

/** Random, so that no two installations give mails the same Message-ID. */
export function mailingId(): string {
  return `mail_${randomBytes(12).toString("base64url")}`;
}
