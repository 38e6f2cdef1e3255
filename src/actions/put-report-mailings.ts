/**
 * Puts down the mails that bring an issued report to those it goes to, in the transaction that issues it: there is no report without its
 * mails, and no mail of a report that was not issued. When they go out stands in the contract.
 */
import { sendAt } from "../domain/sla/promise/send-rule.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findCustomerId } from "../store/agreements.ts";
import type { Database } from "../store/database.ts";
import { putMailings, type WantedMailing, withdrawEarlierReports } from "../store/mailings.ts";
import { makeAccessLink } from "./access-link.ts";
import { newLetterId } from "./letter-id.ts";
import type { Ground, GroundContract } from "./read-ground.ts";

/** Mails of an earlier revision that nobody has tried to send yet are withdrawn: nobody is told what was superseded already. */
export async function putReportMailings(
  tx: Database,
  { ground, of }: { ground: Ground; of: GroundContract },
  { revision, author }: { revision: number; author: string },
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
  const hasPortal = (await findCustomerId(tx, customer.slug)) !== undefined;
  const wanted: WantedMailing[] = [];
  for (const recipient of recipientsOf(of)) {
    // Each has a link of its own, so that it can be revoked for one alone.
    const link = hasPortal ? await makeAccessLink(tx, { customer: customer.slug }, author, now) : null;
    wanted.push({
      id: newLetterId("mailing"),
      ...{ kind: "report", contract: of.slug, contractId: of.id, label: cycle.label, revision, recipient },
      ...{
        language: particulars.language ?? customer.language,
        linkId: link?.id ?? null,
        facts: null,
        dueAt,
      },
    });
  }
  await putMailings(tx, wanted, now);
}

/** Whom the report of a contract goes to: its own recipients, else those of its customer. */
export function recipientsOf({
  contract,
  customer,
}: Pick<GroundContract, "contract" | "customer">): string[] {
  const { recipients } = contract.particulars;
  return recipients.length > 0 ? recipients : customer.recipients;
}
