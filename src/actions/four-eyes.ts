/** Two pairs of eyes are those of two people: whatever somebody signs in with, and whatever token they made, it is them. */
import { isPersonId } from "../domain/people/person.ts";
import { type Proposal, type ProposalStep, refuseStep } from "../domain/sla/close/proposal.ts";
import type { Database } from "../store/database.ts";
import { findPersonBehind } from "../store/tokens.ts";

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
  const isSame = (await personBehind(db, proposal.author)) === (await personBehind(db, author));
  refuseStep(proposal, step, isSame ? proposal.author : author);
}

/** The person who stands behind an author: whose token it is, or who made it; the author itself where nobody is known to. */
async function personBehind(db: Database, author: string): Promise<string> {
  const seen = new Set<string>();
  for (
    let one: string | null = author;
    one !== null && !seen.has(one);
    one = await findPersonBehind(db, one)
  ) {
    if (isPersonId(one)) {
      return one;
    }
    seen.add(one);
  }
  return author;
}
