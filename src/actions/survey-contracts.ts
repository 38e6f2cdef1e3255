/**
 * How the contracts stand, told beside a week of operations: what is spent of each one's budget in the cycle that ran at an instant, and
 * which months are over and wait to be closed, and for what.
 */
import { Refusal } from "../domain/errors.ts";
import type { ClosingMonth, ContractWeek } from "../domain/mailing/operations-week.ts";
import type { StandingContract } from "../domain/sla/promise/agreement-plan.ts";
import { contractCycle, contractLabels } from "../domain/sla/promise/contract-cycle.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { readContracts } from "../store/agreements.ts";
import type { Database } from "../store/database.ts";
import { listReports } from "../store/reports.ts";
import { draftCycle, type Engine } from "./draft-cycle.ts";
import { type Ground, type GroundContract, readGround } from "./read-ground.ts";
import { surveyCycles } from "./survey-month.ts";

/** Months that are looked back on, as for account managers. */
const lookedBackMs = 6 * 31 * 86_400_000;

/** Every contract with a target that held just before `at`, as its cycle stood then; one whose terms cannot be judged is left out. */
export async function readContractBudgets(
  db: Database,
  engine: Engine,
  at: Instant,
): Promise<ContractWeek[]> {
  const moment = { start: at - 1, end: at };
  const told: ContractWeek[] = [];
  for (const [label, contracts] of await contractsByLabel(db, moment)) {
    const ground = await readGround(db, label, { contracts });
    for (const of of ground.contracts.values()) {
      told.push(...(await budgetOf(db, ground, of, engine, at)));
    }
  }
  return told.sort((a, b) => (a.slug < b.slug ? -1 : 1));
}

async function budgetOf(
  db: Database,
  ground: Ground,
  of: GroundContract,
  engine: Engine,
  at: Instant,
): Promise<ContractWeek[]> {
  try {
    const { result, parts } = (await draftCycle(db, ground, of, engine, at)).report;
    const budgets = parts.flatMap(({ budget }) => budget ?? []);
    const { targetPercent } = of.parts.at(-1)!.version.clauses;
    if (targetPercent === null || budgets.length === 0) {
      return [];
    }
    const sum = (key: "allowed_ms" | "spent_ms" | "left_ms") =>
      budgets.reduce((all, budget) => all + budget[key], 0);
    return [
      {
        ...{ slug: of.slug, title: of.contract.particulars.title, customer: of.customer.name },
        ...{ label: of.cycle.label, percent: result.percent, targetPercent },
        ...{ allowedMs: sum("allowed_ms"), spentMs: sum("spent_ms"), leftMs: sum("left_ms") },
      },
    ];
  } catch (error) {
    if (error instanceof Refusal) {
      return [];
    }
    throw error;
  }
}

/** Months with cycles that are over and not final, oldest first. */
export async function readClosingMonths(db: Database, engine: Engine, now: Instant): Promise<ClosingMonth[]> {
  const over = await contractsByLabel(db, { start: now - lookedBackMs, end: now }, ({ end }) => end <= now);
  const months: ClosingMonth[] = [];
  for (const [label, contracts] of over) {
    const final = new Set((await listReports(db, { label })).map(({ contract }) => contract));
    const open = contracts.filter((slug) => !final.has(slug));
    if (open.length > 0) {
      const ground = await readGround(db, label, { contracts: open });
      const month = { label, person: 0, ready: 0, time: 0, refused: 0 };
      for await (const { standing } of surveyCycles(db, ground, engine, () => now)) {
        if (standing !== "final") {
          month[standing] += 1;
        }
      }
      months.push(month);
    }
  }
  return months;
}

/** Slugs of the contracts that are not archived by the labels of their cycles in a stretch, in order of label. */
async function contractsByLabel(
  db: Database,
  within: Interval,
  isWanted: (period: Interval) => boolean = () => true,
): Promise<Map<string, string[]>> {
  const found = [...(await readContracts(db))]
    .filter(([, { archived }]) => !archived)
    .flatMap(([slug, contract]) => labelsOf(contract, within, isWanted).map((label) => ({ slug, label })))
    .sort((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0));
  const slugs = Map.groupBy(found, ({ label }) => label);
  return new Map([...slugs].map(([label, all]) => [label, all.map(({ slug }) => slug)]));
}

function labelsOf(
  { versions, particulars: { endsAt } }: StandingContract,
  within: Interval,
  isWanted: (period: Interval) => boolean,
): string[] {
  return contractLabels({ versions, endsAt }, within).filter((label) =>
    isWanted(contractCycle(label, { versions, endsAt })!.period),
  );
}
