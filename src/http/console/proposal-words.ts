/** Proposals of all three kinds in words: corrections, exclusions and restatements of reports, as lists and pages tell them. */
import { type Proposal, proposalState, type ProposalState } from "../../domain/sla/close/proposal.ts";
import { referencePrefixes } from "../../domain/status/reference.ts";
import { NotFound } from "../../domain/errors.ts";
import type { Interval } from "../../domain/time/interval.ts";
import type { Database } from "../../store/database.ts";
import {
  getCorrection,
  getExclusion,
  getRevisionProposal,
  listCorrections,
  listExclusions,
  listRevisionProposals,
  type StoredCorrection,
  type StoredExclusion,
  type StoredRevisionProposal,
} from "../../store/proposals.ts";
import { joinNames, timeMarkup } from "../pages/markup.ts";
import type { AuthorNames } from "./author-names.ts";
import { monthName } from "./months.ts";
import { reportWords } from "./report-words.ts";
import type { ConsoleContext } from "./room.ts";

export type AnyProposal =
  | { kind: "correction"; proposal: StoredCorrection }
  | { kind: "exclusion"; proposal: StoredExclusion }
  | { kind: "revision"; proposal: StoredRevisionProposal };

/** All there are, in no order. */
export async function listProposals(db: Database): Promise<AnyProposal[]> {
  return [
    ...(await listCorrections(db)).map((proposal) => ({ kind: "correction" as const, proposal })),
    ...(await listExclusions(db)).map((proposal) => ({ kind: "exclusion" as const, proposal })),
    ...(await listRevisionProposals(db)).map((proposal) => ({ kind: "revision" as const, proposal })),
  ];
}

/** @throws NotFound correction_not_found, exclusion_not_found, revision_not_found, unknown_address */
export async function getProposal(db: Database, reference: string): Promise<AnyProposal> {
  switch (reference.slice(0, 3)) {
    case referencePrefixes.correction:
      return { kind: "correction", proposal: await getCorrection(db, reference) };
    case referencePrefixes.exclusion:
      return { kind: "exclusion", proposal: await getExclusion(db, reference) };
    case referencePrefixes.revision:
      return { kind: "revision", proposal: await getRevisionProposal(db, reference) };
    default:
      throw new NotFound("unknown_address", `There is no proposal ${reference}.`);
  }
}

const stateWords = {
  proposed: "console.proposal.proposed",
  approved: "console.proposal.approved",
  rejected: "console.proposal.rejected",
  revoked: "console.proposal.revoked",
} as const satisfies Record<ProposalState, string>;

export function stateWord(state: ProposalState, { language }: Pick<ConsoleContext, "language">): string {
  return language.say(stateWords[state]);
}

/** What it wants, in a line. */
export function wantedWords({ kind, proposal }: AnyProposal, context: ConsoleContext): string {
  const { say } = context.language;
  switch (kind) {
    case "correction":
      return say("console.proposal.correction", {
        service: proposal.service,
        state: say(`reading.${proposal.state}`),
        length: lengthOf(proposal, context),
      });
    case "exclusion":
      return say("console.proposal.exclusion", {
        kind: reportWords(context).name("kind", proposal.kind),
        services:
          proposal.services === "*"
            ? say("console.proposal.allServices")
            : joinNames(proposal.services, context.language),
        length: lengthOf(proposal, context),
      });
    case "revision":
      return say("console.proposal.revision", {
        contract: proposal.contract,
        month: monthName(proposal.label, context),
        revision: proposal.supersedes,
      });
  }
}

function lengthOf({ start, end }: Interval, context: ConsoleContext): string {
  return reportWords(context).duration(end - start);
}

/** A proposal as a row of a list. */
export function proposalRow(one: AnyProposal, nameOf: AuthorNames["of"], context: ConsoleContext) {
  const { reference, author, recordedAt, reason, steps } = one.proposal;
  const last = steps.at(-1);
  const state = proposalState(one.proposal);
  return {
    ...{ reference, author: nameOf(author), reason, state },
    address: `${context.base}/proposals/${reference}`,
    stateWord: stateWord(state, context),
    wanted: wantedWords(one, context),
    at: timeMarkup(recordedAt, "moment", context),
    settled:
      last === undefined
        ? null
        : { author: nameOf(last.author), at: timeMarkup(last.recordedAt, "moment", context) },
    isOwn: author === context.author,
  };
}

/** Every step that was taken, oldest first, the proposal itself before them. */
export function traceOf(
  { author, recordedAt, steps }: Proposal,
  reason: string,
  nameOf: AuthorNames["of"],
  context: ConsoleContext,
) {
  return [{ step: "proposed" as const, author, recordedAt, reason }, ...steps].map((taken) => ({
    ...{ word: stateWord(taken.step, context), author: nameOf(taken.author), reason: taken.reason },
    at: timeMarkup(taken.recordedAt, "full", context),
  }));
}
