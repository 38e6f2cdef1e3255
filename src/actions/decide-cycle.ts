/** Records what a person decided of a cycle whose verdict hangs on unmeasured time: that it stands as the contract reads it, and why. */
import { Conflict } from "../domain/errors.ts";
import type { DecidedFigures } from "../domain/sla/close/cycle-state.ts";
import { messageFaults, refuseFaults, tidyWords } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import { insertDecision } from "../store/cycle-words.ts";
import type { Database } from "../store/database.ts";
import { draftCycle, type Engine } from "./draft-cycle.ts";
import { onlyContract, readGround } from "./read-ground.ts";

/**
 * The figures that were decided on. Should they change before the cycle is final, a new decision is needed.
 *
 * @throws Conflict nothing_to_decide: the cycle runs, or its verdict is the same either way
 */
export async function decideCycle(
  db: Database,
  engine: Engine,
  { contract, label, reason }: { contract: string; label: string; reason: string },
  author: string,
  now: Instant,
): Promise<DecidedFigures> {
  refuseFaults("invalid_decision", "It cannot be decided like this.", messageFaults(reason, "/reason"));
  const ground = await readGround(db, label, { contract });
  const of = onlyContract(ground);
  const { report, figures } = await draftCycle(db, ground, of, engine, now);
  if (!report.result.sensitive_to_unknown || now < of.period.end) {
    throw new Conflict(
      "nothing_to_decide",
      now < of.period.end
        ? `The cycle ${label} of ${contract} still runs.`
        : `The verdict of ${contract} for ${label} is the same whatever unmeasured time was.`,
    );
  }
  const words = tidyWords(reason);
  await db.transaction(async (tx) => {
    await insertDecision(tx, of.id, label, figures, { reason: words, author, recordedAt: now });
    await appendAudit(tx, {
      ...{ kind: "decision", subject: `${contract} ${label}`, event: "decided", author, recordedAt: now },
      before: ground.decisions.get(contract) ?? null,
      after: { ...figures, reason: words },
    });
  });
  return figures;
}
