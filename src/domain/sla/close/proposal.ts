/**
 * Proposals: a correction, an exclusion, a restatement of a report. One person proposes, another approves or rejects; what was approved
 * can be revoked, by a step of its own, and nothing is ever deleted (sla-semantics 6, 7 and 12).
 */
import { Conflict, type Fault, Forbidden } from "../../errors.ts";
import type { ReadingState } from "../../monitoring/timeline.ts";
import { messageFaults, refuseFaults } from "../../status/public-words.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import type { ExclusionKind } from "../promise/clauses.ts";

export const proposalStates = ["proposed", "approved", "rejected", "revoked"] as const;
export type ProposalState = (typeof proposalStates)[number];
export type ProposalStep = Exclude<ProposalState, "proposed">;

/** Why a report is proposed to be restated. */
export const revisionCauses = ["late_evidence", "correction", "exclusion", "person"] as const;
export type RevisionCause = (typeof revisionCauses)[number];

export interface TakenStep {
  step: ProposalStep;
  reason: string;
  author: string;
  recordedAt: Instant;
}

/** A proposal with what became of it, in order. */
export interface Proposal {
  reference: string;
  author: string;
  recordedAt: Instant;
  steps: readonly TakenStep[];
}

/** How it stands: as its last step says. */
export function proposalState({ steps }: Pick<Proposal, "steps">): ProposalState {
  return steps.at(-1)?.step ?? "proposed";
}

const steppingFrom: Record<ProposalState, readonly ProposalStep[]> = {
  proposed: ["approved", "rejected"],
  approved: ["revoked"],
  rejected: [],
  revoked: [],
};

/**
 * Refuses a step that cannot be taken, or not by this person: whoever proposed may take a proposal back (reject it), never approve it.
 *
 * @throws Conflict proposal_settled
 * @throws Forbidden same_person
 */
export function refuseStep(proposal: Proposal, step: ProposalStep, author: string): void {
  const state = proposalState(proposal);
  if (!steppingFrom[state].includes(step)) {
    throw new Conflict(
      "proposal_settled",
      `${proposal.reference} is ${state}; it cannot be ${step}. Possible from here: ${steppingFrom[state].join(", ") || "nothing"}.`,
    );
  }
  if (step === "approved" && proposal.author === author) {
    throw new Forbidden(
      "same_person",
      `${proposal.reference} was proposed by ${author}: another person has to approve it.`,
    );
  }
}

/** What somebody wants measured time of a service to be read as. */
export interface CorrectionDraft extends Interval {
  service: string;
  state: ReadingState;
  reason: string;
  evidence: string;
}

/** What somebody wants taken out of the count. */
export interface ExclusionDraft extends Interval {
  kind: ExclusionKind;
  /** Slug; null: every contract that allows the kind. */
  contract: string | null;
  services: "*" | string[];
  reason: string;
  evidence: string;
}

/** Refuses a draft whose time lies ahead or whose words are missing. */
export function refuseDraft(
  draft: Pick<CorrectionDraft, "start" | "end" | "reason" | "evidence">,
  now: Instant,
): void {
  const { start, end, reason, evidence } = draft;
  const faults: Fault[] = [
    ...messageFaults(reason, "/reason"),
    ...(evidence === "" ? [] : messageFaults(evidence, "/evidence")),
  ];
  if (start >= end) {
    faults.push({ pointer: "/end", detail: "The end lies after the start." });
  }
  if (end > now) {
    faults.push({ pointer: "/end", detail: "Only time that is over can be judged anew." });
  }
  refuseFaults("invalid_proposal", "It cannot be proposed like this.", faults);
}

const dayMs = 86_400_000;

/** Until when a cycle's time is corrected without an admin, inclusive: so many days after its end (sla-semantics 12). */
export function correctionWindowEnd(cycleEnd: Instant, correctionDays: number): Instant {
  return cycleEnd + correctionDays * dayMs;
}

/**
 * Refuses to change time of a cycle whose correction window is over, unless an admin approves.
 *
 * @throws Forbidden correction_window_over
 */
export function refuseLate(
  cycles: readonly { contract: string; label: string; end: Instant; correctionDays: number }[],
  now: Instant,
  asAdmin: boolean,
): void {
  const late = cycles.filter(({ end, correctionDays }) => now > correctionWindowEnd(end, correctionDays));
  if (late.length > 0 && !asAdmin) {
    const named = late.slice(0, 5).map(({ contract, label }) => `${contract} ${label}`);
    throw new Forbidden(
      "correction_window_over",
      `The time to correct is over for ${named.join(", ")}${late.length > 5 ? " and others" : ""}: an admin has to approve.`,
    );
  }
}
