/** Two pairs of eyes are those of two people: whatever somebody signs in with, and whatever token they made, it is them. */
import { isPersonId } from "../domain/people/person.ts";
import { type Proposal, type ProposalStep, refuseStep } from "../domain/sla/close/proposal.ts";
import type { Database } from "../store/database.ts";
import { findPersonBehind } from "../store/tokens.ts";
import { reservedAuthors } from "./create-token.ts";

/**
 * Refuses a step that cannot be taken, or not by this person (domain/sla/close/proposal.ts).
 *
 * @throws Conflict proposal_settled; Forbidden same_person
 */
export async function refuseStepOf(
  db: Database,
  proposal: Proposal,
  step: ProposalStep,
  author: string,
): Promise<void> {
  const isSame = (await whoStandsBehind(db, proposal.author)) === (await whoStandsBehind(db, author));
  refuseStep(proposal, step, isSame ? proposal.author : author);
}

/**
 * Who stands behind an author: the person whose token it is, or who made it, over however many tokens; where no person is known, the
 * first token of those. What the command line makes has nobody in common but the machine: each of its tokens stands for itself.
 */
export async function whoStandsBehind(db: Database, author: string): Promise<string> {
  const tokens = new Set<string>();
  let last = author;
  for (
    let one: string | null = author;
    one !== null && !tokens.has(one) && !reservedAuthors.includes(one);
    one = await findPersonBehind(db, one)
  ) {
    last = one;
    if (isPersonId(one)) {
      break;
    }
    tokens.add(one);
  }
  return last;
}
