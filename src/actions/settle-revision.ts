/** Approves a proposed restatement, which issues the next revision of the report, or rejects it. The old revision stays as it was. */
import { Conflict } from "../domain/errors.ts";
import { messageFaults, refuseFaults, tidyWords } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { beginClosing, noteClosing } from "../store/closings.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { getRevisionProposal, insertStep, type StoredRevisionProposal } from "../store/proposals.ts";
import type { IssuedReport } from "../store/reports.ts";
import { refuseNeeds } from "./close-cycle.ts";
import { draftCycle } from "./draft-cycle.ts";
import { refuseStepOf } from "./four-eyes.ts";
import { issueReport, type ReportOffice } from "./issue-report.ts";
import { onlyContract, readGround } from "./read-ground.ts";

/**
 * The revision that restates it.
 *
 * @throws NotFound revision_not_found
 * @throws Forbidden same_person
 * @throws Conflict proposal_settled, revision_superseded, nothing_changed, cycle_not_ready, closing_under_way
 */
export async function approveRevision(
  db: Database,
  office: ReportOffice,
  { reference, approver }: { reference: string; approver: string },
  now: Instant,
): Promise<IssuedReport> {
  const proposal = await getRevisionProposal(db, reference);
  await refuseStepOf(db, proposal, "approved", approver);
  const { contract, label } = proposal;
  const before = onlyContract(await readGround(db, label, { contract }));
  const wanted = { label, contractId: before.id, author: approver, until: before.cycle.end, total: 1 };
  const closing = await beginClosing(db, wanted, now);
  let closed = 0;
  try {
    const ground = await readGround(db, label, { contract });
    const of = onlyContract(ground);
    const draft = await draftCycle(db, ground, of, office.engine, now);
    const last = of.reports.at(-1)!;
    if (last.revision !== proposal.supersedes) {
      throw new Conflict(
        "revision_superseded",
        `${reference} would restate revision ${proposal.supersedes}, and revision ${last.revision} was issued since.`,
      );
    }
    if (last.factsDigest === draft.factsDigest) {
      throw new Conflict(
        "nothing_changed",
        `Revision ${last.revision} of ${contract} for ${label} says what would be said again.`,
      );
    }
    refuseNeeds(contract, label, draft.needs);
    const issue = { reason: proposal.reason, author: proposal.author, approver };
    const report = await db.transaction(async (tx) => {
      await lockInTransaction(tx, `proposal ${reference}`);
      await refuseStepOf(tx, await getRevisionProposal(tx, reference), "approved", approver);
      const issued = await issueReport(tx, { ground, of, draft }, issue, office.seal, now);
      await takeStep(tx, reference, "approved", `revision ${issued.revision}`, approver, now);
      return issued;
    });
    closed = 1;
    return report;
  } finally {
    await noteClosing(db, closing, { closed, waiting: 1 - closed }, now, true);
  }
}

/** @throws NotFound revision_not_found, Conflict proposal_settled */
export async function rejectRevision(
  db: Database,
  { reference, reason, author }: { reference: string; reason: string; author: string },
  now: Instant,
): Promise<StoredRevisionProposal> {
  refuseFaults("invalid_settlement", "It cannot be settled like this.", messageFaults(reason, "/reason"));
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `proposal ${reference}`);
    await refuseStepOf(tx, await getRevisionProposal(tx, reference), "rejected", author);
    await takeStep(tx, reference, "rejected", tidyWords(reason), author, now);
    return getRevisionProposal(tx, reference);
  });
}

async function takeStep(
  tx: Database,
  reference: string,
  step: "approved" | "rejected",
  reason: string,
  author: string,
  now: Instant,
): Promise<void> {
  await insertStep(tx, reference, { step, reason, author, recordedAt: now });
  await appendAudit(tx, {
    ...{ kind: "revision", subject: reference, event: step, author, recordedAt: now },
    before: { state: "proposed" },
    after: { state: step, reason },
  });
}
