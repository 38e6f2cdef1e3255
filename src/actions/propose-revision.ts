/** Proposes to restate a report: a person does, or the clock where something changed in a cycle that was final (look-for-changes.ts). */
import { Conflict } from "../domain/errors.ts";
import { proposalState, type RevisionCause } from "../domain/sla/close/proposal.ts";
import { messageFaults, refuseFaults, tidyWords } from "../domain/status/public-words.ts";
import { referencePrefixes } from "../domain/status/reference.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { getContractId } from "../store/covered-services.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import {
  getRevisionProposal,
  insertRevisionProposal,
  listRevisionProposals,
  type StoredRevisionProposal,
} from "../store/proposals.ts";
import { drawReference } from "../store/references.ts";
import { listReports } from "../store/reports.ts";
import { revisionProposals } from "../store/tables/settlement.ts";

/**
 * @throws NotFound contract_not_found
 * @throws Conflict cycle_not_final, revision_proposed
 */
export async function proposeRevision(
  db: Database,
  wanted: { contract: string; label: string; cause: RevisionCause; reason: string },
  author: string,
  now: Instant,
): Promise<StoredRevisionProposal> {
  const { contract, label, cause } = wanted;
  refuseFaults(
    "invalid_proposal",
    "It cannot be proposed like this.",
    messageFaults(wanted.reason, "/reason"),
  );
  return db.transaction(async (tx) => {
    const contractId = await getContractId(tx, contract);
    await lockInTransaction(tx, `report ${contract} ${label}`);
    const last = (await listReports(tx, { contract, label })).at(-1);
    if (last === undefined) {
      throw new Conflict("cycle_not_final", `No report of ${contract} has been issued for ${label}.`);
    }
    const open = (await listRevisionProposals(tx, { contract, label })).find(
      (proposal) => proposalState(proposal) === "proposed",
    );
    if (open !== undefined) {
      throw new Conflict("revision_proposed", `${open.reference} proposes to restate it already.`);
    }
    const reference = await drawReference(tx, revisionProposals, referencePrefixes.revision, now);
    const reason = tidyWords(wanted.reason);
    const supersedes = last.revision;
    const drawn = { reference, author, recordedAt: now };
    await insertRevisionProposal(tx, { ...drawn, contractId, label, supersedes, cause, reason });
    await appendAudit(tx, {
      ...{ kind: "revision", subject: reference, event: "proposed", author, recordedAt: now },
      before: null,
      after: { contract, label, supersedes, cause, reason },
    });
    return getRevisionProposal(tx, reference);
  });
}
