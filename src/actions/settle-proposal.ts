/**
 * Approves, rejects or revokes a correction or an exclusion. What is approved or revoked counts from now on in every figure that is not
 * final; a final cycle is looked at soon, and a restatement proposed where something has changed.
 */
import { type Proposal, type ProposalStep, proposalState, refuseLate } from "../domain/sla/close/proposal.ts";
import { messageFaults, refuseFaults, tidyWords } from "../domain/status/public-words.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { noteLateChange } from "../store/closings.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import {
  getCorrection,
  getExclusion,
  insertStep,
  type StoredCorrection,
  type StoredExclusion,
} from "../store/proposals.ts";
import { refuseStepOf } from "./four-eyes.ts";
import { type Reach, touchedCycles } from "./touched-cycles.ts";

/** What a person does with a proposal. */
export interface Settlement {
  step: ProposalStep;
  /** Why; may be empty for an approval. */
  reason: string;
  author: string;
  /** The person may change time of which the correction window is over. */
  asAdmin: boolean;
}

/** @throws NotFound, Conflict proposal_settled, Forbidden same_person, correction_window_over */
export function settleCorrection(
  db: Database,
  reference: string,
  settlement: Settlement,
  now: Instant,
): Promise<StoredCorrection> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `proposal ${reference}`);
    const correction = await getCorrection(tx, reference);
    await settle(
      tx,
      "correction",
      correction,
      { services: [correction.service], contract: null },
      settlement,
      now,
    );
    return getCorrection(tx, reference);
  });
}

/** @throws NotFound, Conflict proposal_settled, Forbidden same_person, correction_window_over */
export function settleExclusion(
  db: Database,
  reference: string,
  settlement: Settlement,
  now: Instant,
): Promise<StoredExclusion> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, `proposal ${reference}`);
    const exclusion = await getExclusion(tx, reference);
    await settle(tx, "exclusion", exclusion, exclusion, settlement, now);
    return getExclusion(tx, reference);
  });
}

async function settle(
  tx: Database,
  kind: "correction" | "exclusion",
  proposal: Proposal & Interval,
  reach: Reach,
  { step, reason, author, asAdmin }: Settlement,
  now: Instant,
): Promise<void> {
  refuseFaults("invalid_settlement", "It cannot be settled like this.", [
    ...(step === "approved" && reason.trim() === "" ? [] : messageFaults(reason, "/reason")),
  ]);
  await refuseStepOf(tx, proposal, step, author);
  const { reference, start } = proposal;
  if (step !== "rejected") {
    refuseLate(await touchedCycles(tx, [proposal], reach), now, asAdmin);
    for (const service of reach.services === "*" ? [null] : reach.services) {
      await noteLateChange(tx, service, { fromAt: start, cause: kind, subject: reference });
    }
  }
  const words = tidyWords(reason);
  await insertStep(tx, reference, { step, reason: words, author, recordedAt: now });
  await appendAudit(tx, {
    ...{ kind, subject: reference, event: step, author, recordedAt: now },
    before: { state: proposalState(proposal) },
    after: { state: step, reason: words, asAdmin },
  });
}
