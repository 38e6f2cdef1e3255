/**
 * Closes all contracts of a month together, telling how far it is: those that need a person are singled out before anything is issued,
 * the others follow one by one, each in a transaction of its own.
 */
import { Conflict, Refusal } from "../domain/errors.ts";
import type { CycleNeed } from "../domain/sla/close/cycle-state.ts";
import type { Instant } from "../domain/time/interval.ts";
import { beginClosing, noteClosing } from "../store/closings.ts";
import type { Database } from "../store/database.ts";
import type { IssuedReport } from "../store/reports.ts";
import { draftCycle } from "./draft-cycle.ts";
import { issueReport, type ReportOffice } from "./issue-report.ts";
import { type Ground, lastRevision, readGround } from "./read-ground.ts";

/** How far a closing is. */
export type ClosingProgress =
  /** Looked at all: so many can be closed, are closed already, and wait for time or for a person. */
  | { step: "looked"; total: number; ready: number; final: number; waiting: number }
  | { step: "waiting"; contract: string; needs: CycleNeed[] }
  | { step: "issued"; report: IssuedReport }
  /** Somebody else did something about it meanwhile, or its terms cannot be judged. */
  | { step: "refused"; contract: string; code: string; message: string }
  | { step: "done"; issued: number; final: number; waiting: number; refused: number };

/** How many contracts pass before the closing is noted again. */
const notedEvery = 50;

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
  const early = await readGround(db, label, null);
  const cycles = [...early.contracts.values()];
  const until = cycles.reduce((last, { cycle }) => Math.max(last, cycle.end), 0);
  if (cycles.length > 0 && cycles.every(({ period }) => now() < period.end)) {
    throw new Conflict("month_open", `No contract's cycle ${label} is over.`);
  }
  const total = cycles.length;
  const closing = await beginClosing(db, { label, contractId: null, author, until, total }, now());
  const far = { closed: 0, waiting: 0 };
  const counts = { issued: 0, final: 0, waiting: 0, refused: 0 };
  try {
    const ground = await readGround(db, label, null);
    const ready: string[] = [];
    for await (const looked of look(db, ground, office, now)) {
      if (looked.step === "ready") {
        ready.push(looked.contract);
      } else if (looked.step === "final") {
        counts.final++;
      } else {
        counts[looked.step === "waiting" ? "waiting" : "refused"]++;
        yield looked;
      }
    }
    far.waiting = counts.waiting;
    await noteClosing(db, closing, far, now(), false);
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
      if (counts.issued % notedEvery === 0) {
        await noteClosing(db, closing, far, now(), false);
      }
    }
    yield { step: "done", ...counts };
  } finally {
    await noteClosing(db, closing, far, now(), true);
  }
}

type Looked =
  | Extract<ClosingProgress, { contract: string }>
  | { step: "ready"; contract: string }
  | { step: "final"; contract: string };

async function* look(
  db: Database,
  ground: Ground,
  { engine }: ReportOffice,
  now: () => Instant,
): AsyncGenerator<Looked> {
  for (const [contract, of] of ground.contracts) {
    if (lastRevision(of) > 0) {
      yield { step: "final", contract };
      continue;
    }
    try {
      const { needs } = await draftCycle(db, ground, of, engine, now());
      yield needs.length === 0 ? { step: "ready", contract } : { step: "waiting", contract, needs };
    } catch (error) {
      yield refusedBy(contract, error);
    }
  }
}

/** A refusal is told; a defect ends the closing. */
function refusedBy(contract: string, error: unknown): Extract<ClosingProgress, { step: "refused" }> {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  return { step: "refused", contract, code: error.code, message: error.message };
}
