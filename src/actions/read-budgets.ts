/**
 * The budgets of all contracts in their running cycles, as alerts look at them. Only contracts whose services were anything but up in the
 * cycle are computed: of all others nothing is spent. A thousand contracts cost as much as those that were hit. Each is told as of when
 * its services were last heard of: what came after may still arrive, and whoever is silent has an alert of their own.
 */
import {
  burnWindows,
  projectsAfterShare,
  ratesFromAllowedMs,
  type WatchedBudget,
} from "../domain/alerting/budget-troubles.ts";
import { Refusal } from "../domain/errors.ts";
import { floor } from "../domain/sla/figures/exact.ts";
import { projectedDown } from "../domain/sla/figures/projection.ts";
import type { StandingContract } from "../domain/sla/promise/agreement-plan.ts";
import { coveredServices } from "../domain/sla/promise/clauses.ts";
import { contractCycle, contractLabels } from "../domain/sla/promise/contract-cycle.ts";
import type { MeasuredService } from "../domain/status/service.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readContracts } from "../store/agreements.ts";
import { type CoverableService, listCoverableServices } from "../store/covered-services.ts";
import type { Database } from "../store/database.ts";
import { draftCycle, type Engine } from "./draft-cycle.ts";
import { type Ground, type GroundContract, readGround } from "./read-ground.ts";

/** How many contracts share a ground, so that everything else gets its turn in between. */
const atOnce = 50;

/** What is known of a service from memory: enough to tell whether anything of it can have been spent. */
export type MeasuredNow = Pick<MeasuredService, "slug" | "segments" | "outages" | "reading" | "readingSince">;

/** What is agreed, and on which services it may be. */
export interface AgreedNow {
  contracts: ReadonlyMap<string, StandingContract>;
  /** Those that stand. */
  services: readonly CoverableService[];
}

export async function readAgreedNow(db: Database): Promise<AgreedNow> {
  const contracts = await readContracts(db);
  const services = (await listCoverableServices(db)).filter(({ archivedAt }) => archivedAt === null);
  return { contracts, services };
}

/** @param measured services as the board has them */
export async function readBudgets(
  db: Database,
  engine: Engine,
  measured: readonly MeasuredNow[],
  agreed: AgreedNow,
  now: Instant,
): Promise<WatchedBudget[]> {
  const hit = new Map(measured.map((service) => [service.slug, lastHitAt(service, now)]));
  const heard = new Map(measured.map((service) => [service.slug, heardUntil(service, now)]));
  const byLabel = contractsHit(agreed, hit, now);
  const budgets: WatchedBudget[] = [];
  for (const [label, contracts] of byLabel) {
    for (let i = 0; i < contracts.length; i += atOnce) {
      const ground = await readGround(db, label, { contracts: contracts.slice(i, i + atOnce) });
      for (const of of ground.contracts.values()) {
        const heardAt = Math.max(-Infinity, ...of.services.map(({ slug }) => heard.get(slug) ?? -Infinity));
        if (heardAt > of.period.start) {
          budgets.push(...(await budgetOf(db, ground, of, engine, heardAt)));
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
  return budgets;
}

/** When a service was last anything but up; -Infinity: never, as far as is known. */
function lastHitAt({ segments, outages, reading }: MeasuredNow, now: Instant): Instant {
  if (reading === "down" || reading === "degraded") {
    return now;
  }
  // What is not up is listed, in order: unknown time too, as terms may count it.
  return Math.max(segments.at(-1)?.end ?? -Infinity, ...outages.slice(-1).map(({ end }) => end ?? now));
}

/** Until when it is known how a service is; -Infinity: nothing has been heard of it. */
function heardUntil({ reading, readingSince }: MeasuredNow, now: Instant): Instant {
  return reading === "unknown" ? (readingSince ?? -Infinity) : now;
}

function contractsHit(
  { contracts, services }: AgreedNow,
  hit: ReadonlyMap<string, Instant>,
  now: Instant,
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [slug, contract] of contracts) {
    const running = contract.archived ? null : runningCycle(contract, now);
    if (running === null) {
      continue;
    }
    const { label, period, clauses } = running;
    const isHit = coveredServices(clauses.covers, services).some(
      (service) => (hit.get(service.slug) ?? -Infinity) > period.start,
    );
    if (isHit && clauses.targetPercent !== null) {
      found.set(label, [...(found.get(label) ?? []), slug]);
    }
  }
  return found;
}

/** The cycle that runs now, and the terms in force; null: the contract does not hold now. */
export function runningCycle({ versions, particulars: { endsAt } }: StandingContract, now: Instant) {
  const terms = { versions, endsAt };
  const label = contractLabels(terms, { start: now, end: now + 1 })[0];
  const held = label === undefined ? null : contractCycle(label, terms);
  const part = held?.parts.findLast(({ startsAt }) => startsAt <= now);
  return held === null || held === undefined || part === undefined
    ? null
    : { label: label!, period: held.period, clauses: part.version.clauses };
}

/** As of an instant; none where its terms cannot be judged, or it promises nothing that could be spent. */
async function budgetOf(
  db: Database,
  ground: Ground,
  of: GroundContract,
  engine: Engine,
  now: Instant,
): Promise<WatchedBudget[]> {
  try {
    const sums = await sumsAt(db, ground, of, engine, now);
    const { targetPercent } = of.parts.at(-1)!.version.clauses;
    if (sums === null || targetPercent === null) {
      return [];
    }
    const { start, end } = of.period;
    const { allowedMs, spentMs, leftMs, eligibleMs, wholeMs } = sums;
    const isEarly = now - start < projectsAfterShare * (end - start);
    const projected = isEarly ? null : projectedDown(spentMs, eligibleMs, wholeMs);
    const burns: WatchedBudget["burns"] = [];
    if (allowedMs >= ratesFromAllowedMs && spentMs > 0) {
      for (const windowMs of Object.values(burnWindows)) {
        const from = now - windowMs;
        const before = from <= start ? 0 : ((await sumsAt(db, ground, of, engine, from))?.spentMs ?? 0);
        burns.push({ windowMs, spentMs: Math.max(0, spentMs - before) });
      }
    }
    return [
      {
        ...{ contract: of.slug, title: of.contract.particulars.title, customer: of.customer.name },
        ...{ label: of.cycle.label, target: targetPercent, start, end, allowedMs, spentMs, leftMs, burns },
        projectedMs:
          projected === null ? null : Number(typeof projected === "number" ? projected : floor(projected)),
      },
    ];
  } catch (error) {
    if (error instanceof Refusal) {
      return [];
    }
    throw error;
  }
}

/** Over all parts of the cycle, as it stood at an instant; null: nothing is promised. */
async function sumsAt(db: Database, ground: Ground, of: GroundContract, engine: Engine, at: Instant) {
  const { parts } = (await draftCycle(db, ground, of, engine, at)).report;
  const budgeted = parts.flatMap(({ budget, eligible_ms }) =>
    budget === null ? [] : [{ ...budget, eligible_ms }],
  );
  const sum = (key: "allowed_ms" | "spent_ms" | "left_ms" | "of_ms" | "eligible_ms") =>
    budgeted.reduce((all, part) => all + part[key], 0);
  return budgeted.length === 0
    ? null
    : {
        ...{ allowedMs: sum("allowed_ms"), spentMs: sum("spent_ms"), leftMs: sum("left_ms") },
        ...{ eligibleMs: sum("eligible_ms"), wholeMs: sum("of_ms") },
      };
}
