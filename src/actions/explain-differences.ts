/** Explains why what was measured and what was declared differ; it holds for every contract that covers the service. */
import { Conflict, InvalidInput } from "../domain/errors.ts";
import { type Difference, isExplained } from "../domain/sla/close/cycle-state.ts";
import { messageFaults, refuseFaults, tidyWords } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { insertExplanations } from "../store/cycle-words.ts";
import type { Database } from "../store/database.ts";
import { draftCycle, type Engine } from "./draft-cycle.ts";
import { onlyContract, readGround } from "./read-ground.ts";

/** Which differences of a cycle are meant; absent fields: whatever. */
export interface DifferenceChoice {
  service: string;
  /** Reference; null: an outage. */
  incident: string | null;
  /** Start of the outage; null: every unexplained one of the service. */
  start: Instant | null;
}

/**
 * Explains differences of a contract's cycle with one reason. Returns those that were explained; explained again, the new reason stands
 * beside the old.
 *
 * @throws InvalidInput no_such_difference
 * @throws Conflict nothing_unexplained
 */
export async function explainDifferences(
  db: Database,
  engine: Engine,
  wanted: { contract: string; label: string; choices: readonly DifferenceChoice[]; reason: string },
  author: string,
  now: Instant,
): Promise<Difference[]> {
  refuseFaults(
    "invalid_explanation",
    "It cannot be explained like this.",
    messageFaults(wanted.reason, "/reason"),
  );
  const ground = await readGround(db, wanted.label, { contract: wanted.contract });
  const { differences } = await draftCycle(db, ground, onlyContract(ground), engine, now);
  const chosen = new Set<Difference>();
  wanted.choices.forEach((choice, i) => {
    const meant = differences.filter((difference) => isMeant(difference, choice));
    if (meant.length === 0) {
      throw new InvalidInput("no_such_difference", "There is no such difference in this cycle.", [
        {
          pointer: `/differences/${i}`,
          detail: "What was measured and what was declared do not differ there.",
        },
      ]);
    }
    meant
      .filter((difference) => choice.start !== null || !isExplained(difference, ground.explanations))
      .forEach((difference) => chosen.add(difference));
  });
  if (chosen.size === 0) {
    throw new Conflict("nothing_unexplained", "All of it is explained already.");
  }
  const explained = [...chosen];
  const reason = tidyWords(wanted.reason);
  await db.transaction(async (tx) => {
    await insertExplanations(tx, explained, { reason, author, recordedAt: now });
    await appendAudit(
      tx,
      ...explained.map((difference) => ({
        ...{ kind: "explanation" as const, subject: difference.incident ?? difference.service },
        ...{ event: "explained" as const, author, recordedAt: now },
        before: null,
        after: { ...difference, reason },
      })),
    );
  });
  return explained;
}

function isMeant({ service, incident, start }: Difference, choice: DifferenceChoice): boolean {
  return (
    service === choice.service &&
    incident === choice.incident &&
    (incident !== null || choice.start === null || choice.start === start)
  );
}
