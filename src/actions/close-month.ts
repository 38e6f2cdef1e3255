/**
 * Closes all contracts of a month together, telling how far it is: those that need a person are singled out before anything is issued,
 * the others follow one by one, each in a transaction of its own.
 */
import { Conflict, Refusal } from "../domain/errors.ts";
import type { CycleNeed } from "../domain/sla/close/cycle-state.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readContracts } from "../store/agreements.ts";
import { beginClosing, noteClosing } from "../store/closings.ts";
import type { Database } from "../store/database.ts";
import type { IssuedReport } from "../store/reports.ts";
import { draftCycle } from "./draft-cycle.ts";
import { issueReport, type ReportOffice } from "./issue-report.ts";
import { cyclesOf, readGrounds } from "./read-ground.ts";
import { surveyCycles } from "./survey-month.ts";

/** How far a closing is. */
export type ClosingProgress =
  /** Nobody else closes it: now each of so many cycles is looked at. */
  | { step: "begun"; total: number }
  /** Looked at all: so many can be closed, are closed already, and wait for time or for a person. */
  | { step: "looked"; total: number; ready: number; final: number; waiting: number }
  | { step: "waiting"; contract: string; needs: readonly CycleNeed[] }
  | { step: "issued"; report: IssuedReport }
  /** Somebody else did something about it meanwhile, or its terms cannot be judged. */
  | { step: "refused"; contract: string; code: string; message: string }
  | { step: "done"; issued: number; final: number; waiting: number; refused: number };

/** How long a closing goes on before it is noted again how far it is: people watch it move. */
const notedEveryMs = 1_000;

/**
 * Closes every contract that has the cycle. Safe to ask for again: what is final stays so.
 *
 * @throws Conflict closing_under_way, month_open: not one of its cycles is over
 */
export async function* closeMonth(
  db: Database,
  office: ReportOffice,
  { label, author }: { label: string; author: string },
  now: () => Instant,
): AsyncGenerator<ClosingProgress> {
  const agreed = await readContracts(db);
  const cycles = [...cyclesOf(label, null, agreed).values()];
  const until = cycles.reduce((last, { cycle }) => Math.max(last, cycle.end), 0);
  if (cycles.length > 0 && cycles.every(({ period }) => now() < period.end)) {
    throw new Conflict("month_open", `No contract's cycle ${label} is over.`);
  }
  const total = cycles.length;
  const closing = await beginClosing(db, { label, contractId: null, author, until, total }, now());
  const far = { closed: 0, waiting: 0 };
  const counts = { issued: 0, final: 0, waiting: 0, refused: 0 };
  try {
    yield { step: "begun", total };
    const ground = (await readGrounds(db, [{ label, among: null }], undefined, agreed))[0]!;
    const ready: string[] = [];
    for await (const { contract, standing, needs, refusal } of surveyCycles(db, ground, office.engine, now)) {
      if (standing === "ready") {
        ready.push(contract);
      } else if (standing === "final") {
        counts.final++;
      } else if (refusal !== null) {
        counts.refused++;
        yield { step: "refused", contract, ...refusal };
      } else {
        counts.waiting++;
        yield { step: "waiting", contract, needs };
      }
    }
    let notedAt = now();
    far.waiting = counts.waiting;
    await noteClosing(db, closing, { ...far, total: ready.length }, notedAt, false);
    yield { step: "looked", total, ready: ready.length, final: counts.final, waiting: counts.waiting };
    for (const slug of ready) {
      const of = ground.contracts.get(slug)!;
      try {
        const draft = await draftCycle(db, ground, of, office.engine, now());
        const issue = { reason: "", author, approver: null };
        const report = await db.transaction((tx) =>
          issueReport(tx, { ground, of, draft }, issue, office.seal, now()),
        );
        counts.issued++;
        yield { step: "issued", report };
      } catch (error) {
        counts.refused++;
        yield refusedBy(slug, error);
      }
      far.closed = counts.issued;
      if (now() - notedAt >= notedEveryMs) {
        notedAt = now();
        await noteClosing(db, closing, far, notedAt, false);
      }
    }
    yield { step: "done", ...counts };
  } finally {
    await noteClosing(db, closing, far, now(), true);
  }
}

/** A refusal is told; a defect ends the closing. */
function refusedBy(contract: string, error: unknown): Extract<ClosingProgress, { step: "refused" }> {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  return { step: "refused", contract, code: error.code, message: error.message };
}
