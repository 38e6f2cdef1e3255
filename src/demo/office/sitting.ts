/**
 * A sitting of the demo's office over one month: whatever can be closed is closed, what needs a person is explained and decided, and the
 * rest is closed with it. By the same actions as the console and the API; held again, it changes nothing.
 */
import { closeMonth } from "../../actions/close-month.ts";
import { decideCycle } from "../../actions/decide-cycle.ts";
import { explainDifferences } from "../../actions/explain-differences.ts";
import type { ReportOffice } from "../../actions/issue-report.ts";
import { readGround } from "../../actions/read-ground.ts";
import { Conflict } from "../../domain/errors.ts";
import type { CycleNeed, Difference } from "../../domain/sla/close/cycle-state.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { Database } from "../../store/database.ts";
import { minuteMs, monthOf, type Origin } from "../history/span.ts";
import { ida, lars, mette } from "./people.ts";
import { decisionOn, explanationOf, isUnexplained } from "./reasons.ts";

export interface Sitting {
  db: Database;
  office: ReportOffice;
  origin: Origin;
  /** The month, "YYYY-MM". */
  label: string;
  /** When it begins. */
  at: Instant;
}

/** Holds it. Of the latest month, decisions and one explanation are left for whoever looks at the demo. */
export async function holdSitting(sitting: Sitting): Promise<void> {
  const { origin, label, at } = sitting;
  const isLatest = label === monthOf(origin, 1);
  const waiting = await close(sitting, at);
  if (waiting.size === 0) {
    return;
  }
  await explain(sitting, waiting, at + 40 * minuteMs);
  if (!isLatest) {
    await decide(sitting, waiting, at + 70 * minuteMs);
  }
  await close(sitting, at + 95 * minuteMs);
}

/** What each contract that could not be closed still needs of a person. */
async function close(
  { db, office, label }: Sitting,
  at: Instant,
): Promise<Map<string, readonly CycleNeed[]>> {
  const waiting = new Map<string, readonly CycleNeed[]>();
  try {
    for await (const progress of closeMonth(db, office, { label, author: mette }, () => at)) {
      if (progress.step === "waiting") {
        waiting.set(progress.contract, progress.needs);
      } else if (progress.step === "refused") {
        throw new Error(
          `the demo's month ${label} was not closed for ${progress.contract}: ${progress.message}`,
        );
      }
    }
  } catch (error) {
    // Nobody's cycle of that month is over yet, or a person is at it: then there is nothing to sit over.
    if (!(error instanceof Conflict)) {
      throw error;
    }
  }
  return waiting;
}

/** Every difference once: an explanation holds for all contracts that cover the service. */
async function explain(
  { db, office, origin, label }: Sitting,
  waiting: ReadonlyMap<string, readonly CycleNeed[]>,
  at: Instant,
): Promise<void> {
  const done = new Set<string>();
  for (const [contract, needs] of waiting) {
    for (const need of needs) {
      if (need.need !== "explanation" || isUnexplained(need, origin) || done.has(nameOf(need.difference))) {
        continue;
      }
      const { service, incident, start } = need.difference;
      const choices = [{ service, incident, start: incident === null ? start : null }];
      const reason = explanationOf(need.difference, origin);
      await explainDifferences(db, office.engine, { contract, label, choices, reason }, ida, at);
      done.add(nameOf(need.difference));
    }
  }
}

function nameOf({ service, incident, start }: Difference): string {
  return `${service} ${incident ?? start}`;
}

async function decide(
  { db, office, origin, label }: Sitting,
  waiting: ReadonlyMap<string, readonly CycleNeed[]>,
  at: Instant,
): Promise<void> {
  const undecided = [...waiting].filter(([, needs]) => needs.some(({ need }) => need === "decision"));
  if (undecided.length === 0) {
    return;
  }
  const contracts = undecided.map(([contract]) => contract);
  const ground = await readGround(db, label, { contracts });
  for (const contract of contracts) {
    const { period, services } = ground.contracts.get(contract)!;
    const reason = decisionOn({ ...period, services: services.map(({ slug }) => slug) }, origin);
    await decideCycle(db, office.engine, { contract, label, reason }, lars, at);
  }
}
