/** Proposals as the API tells them: who proposed what, what became of it, and the step that a second person takes. */
import { z } from "@hono/zod-openapi";
import { type Proposal, proposalState, proposalStates } from "../../domain/sla/close/proposal.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { referenceInput } from "../input.ts";
import { instantOutput } from "./answer.ts";

export const proposalFields = {
  reference: z.string().openapi({ example: "COR-2026-0001" }),
  state: z.enum(proposalStates),
  author: z.string(),
  recorded_at: instantOutput,
  steps: z
    .array(
      z.object({
        step: z.enum(["approved", "rejected", "revoked"]),
        reason: z.string(),
        author: z.string(),
        recorded_at: instantOutput,
      }),
    )
    .openapi({ description: "What became of it, oldest first." }),
};

export function toProposalJson({ reference, author, recordedAt, steps }: Proposal) {
  return {
    reference,
    state: proposalState({ steps }),
    author,
    recorded_at: isoInstant(recordedAt),
    steps: steps.map((taken) => ({
      step: taken.step,
      reason: taken.reason,
      author: taken.author,
      recorded_at: isoInstant(taken.recordedAt),
    })),
  };
}

/** Words that every proposal needs. */
export const reasonInput = z.string().openapi({ description: "Why, for people who read it later." });
export const evidenceInput = z
  .string()
  .default("")
  .openapi({ description: "Where it is shown to be so: a log, a letter, an address." });

export const referenceParameter = z.object({ reference: referenceInput });

export const settlementInput = z
  .strictObject({
    step: z.enum(["approved", "rejected", "revoked"]),
    reason: z.string().default(""),
    as_admin: z.boolean().default(false).openapi({
      description: "Approve although the time to correct is over; needs the right to do so.",
    }),
  })
  .openapi("Settlement");
