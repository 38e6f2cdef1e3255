/** Moves a credit one step on in the ledger: claimed, approved, rejected, issued, void. */
import { type CreditState, refuseCreditStep } from "../domain/sla/close/credit-ledger.ts";
import { messageFaults, refuseFaults, tidyWords } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { getContractId } from "../store/covered-services.ts";
import { getCredit, insertCreditEntries, type StoredCreditLine } from "../store/credits.ts";
import { type Database, lockInTransaction } from "../store/database.ts";

/** Which line of the ledger. */
export interface CreditName {
  contract: string;
  label: string;
  revision: number;
}

/**
 * @param reason needed to reject or void; else it may be empty
 * @throws NotFound credit_not_found
 * @throws Conflict credit_transition, claim_window_over
 */
export async function moveCredit(
  db: Database,
  { contract, label, revision }: CreditName,
  { to, reason, author }: { to: CreditState; reason: string; author: string },
  now: Instant,
): Promise<StoredCreditLine> {
  const isReasoned = to === "rejected" || to === "void" || reason.trim() !== "";
  refuseFaults(
    "invalid_credit_step",
    "The credit cannot be moved like this.",
    isReasoned ? messageFaults(reason, "/reason") : [],
  );
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `credit ${contract} ${label} ${revision}`);
    const line = await getCredit(tx, contract, label, revision);
    refuseCreditStep(line, to, now);
    const contractId = await getContractId(tx, contract);
    const words = tidyWords(reason);
    const { amountMinor, currency, mode, claimUntil } = line;
    const kept = { contract, label, revision, amountMinor, currency, mode, claimUntil, state: to };
    await insertCreditEntries(tx, contractId, kept, [{ state: to, reason: words, author, recordedAt: now }]);
    await appendAudit(tx, {
      ...{ kind: "credit", subject: `${contract} ${label} ${revision}`, event: to, author, recordedAt: now },
      before: { state: line.state },
      after: { state: to, amountMinor, currency, reason: words },
    });
    return getCredit(tx, contract, label, revision);
  });
}
