/**
 * Approves, rejects or revokes a correction or an exclusion. What is approved or revoked counts from now on in every figure that is not
 * final; a final cycle is looked at soon, and a restatement proposed where something has changed.
 */
import { contractCycle, contractLabels } from "../domain/sla/promise/contract-cycle.ts";
import { coveredServices } from "../domain/sla/promise/clauses.ts";
import { type Proposal, type ProposalStep, proposalState, refuseLate } from "../domain/sla/close/proposal.ts";
import { messageFaults, refuseFaults, tidyWords } from "../domain/status/public-words.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { readContracts } from "../store/agreements.ts";
import { appendAudit } from "../store/audit.ts";
import { noteLateChange } from "../store/closings.ts";
import { listCoverableServices } from "../store/covered-services.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import {
  getCorrection,
  getExclusion,
  insertStep,
  type StoredCorrection,
  type StoredExclusion,
} from "../store/proposals.ts";
import { refuseStepOf } from "./four-eyes.ts";

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

interface Reach {
  services: "*" | readonly string[];
  /** Null: every contract. */
  contract: string | null;
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
    refuseLate(await touchedCycles(tx, proposal, reach), now, asAdmin);
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

/** Cycles of contracts that cover what is touched, with how long they may be corrected. */
async function touchedCycles(tx: Database, within: Interval, { services, contract: only }: Reach) {
  const coverable = await listCoverableServices(tx);
  const cycles: { contract: string; label: string; end: Instant; correctionDays: number }[] = [];
  for (const [slug, { versions, particulars, archived }] of await readContracts(tx)) {
    if (archived || (only !== null && only !== slug)) {
      continue;
    }
    const time = { versions, endsAt: particulars.endsAt };
    for (const label of contractLabels(time, within)) {
      const { period, parts } = contractCycle(label, time)!;
      const isCovered = parts.some(({ version }) =>
        coveredServices(version.clauses.covers, coverable).some(
          (service) => services === "*" || services.includes(service.slug),
        ),
      );
      if (isCovered) {
        const { correctionDays } = parts.at(-1)!.version.clauses;
        cycles.push({ contract: slug, label, end: period.end, correctionDays });
      }
    }
  }
  return cycles;
}
