/**
 * What stands that is looked at more rarely than everything else: what is spent of what contracts allow, what is promised and not watched,
 * what is watched and told nobody. Reads, and lets domain/alerting decide.
 */
import type { Trouble } from "../domain/alerting/alert.ts";
import { budgetTroubles } from "../domain/alerting/budget-troubles.ts";
import { promiseTroubles, type PromisedService } from "../domain/alerting/promise-troubles.ts";
import { slowKinds } from "../domain/alerting/troubles.ts";
import { coveredServices } from "../domain/sla/promise/clauses.ts";
import type { MeasuredService } from "../domain/status/service.ts";
import type { Instant } from "../domain/time/interval.ts";
import { readAlertRules } from "../store/alert-rules.ts";
import { listClosedKeys } from "../store/alerts.ts";
import type { Database } from "../store/database.ts";
import { type AgreedNow, readAgreedNow, readBudgets, runningCycle } from "./read-budgets.ts";
import type { Engine } from "./draft-cycle.ts";

/** Longer than any cycle: what was told in it is known. */
const longestCycleMs = 100 * 86_400_000;

/**
 * @param measured services as the board has them
 * @param fallback names of the channels to which whatever fits no route goes
 */
export async function readSlowTroubles(
  db: Database,
  engine: Engine,
  measured: readonly MeasuredService[],
  fallback: readonly string[],
  now: Instant,
): Promise<Trouble[]> {
  const agreed = await readAgreedNow(db);
  const budgets = await readBudgets(db, engine, measured, agreed, now);
  const toldBefore = await listClosedKeys(db, slowKinds, now - longestCycleMs);
  const promised = promisedServices(agreed, measured, now);
  return [
    ...budgetTroubles(budgets, toldBefore),
    ...promiseTroubles(promised, await readAlertRules(db), fallback),
  ];
}

function promisedServices(
  { contracts, services }: AgreedNow,
  measured: readonly MeasuredService[],
  now: Instant,
): PromisedService[] {
  const promisedBy = new Map<string, string>();
  for (const [slug, contract] of contracts) {
    const running = contract.archived ? null : runningCycle(contract, now);
    for (const service of running === null ? [] : coveredServices(running.clauses.covers, services)) {
      promisedBy.set(service.slug, promisedBy.get(service.slug) ?? slug);
    }
  }
  const checks = new Map(measured.map((service) => [service.slug, service.checks]));
  return services.map(({ slug, title, groupSlug }) => ({
    ...{ slug, title, groupSlug },
    isWatched: checks.get(slug)?.some(({ counts }) => counts) ?? false,
    contract: promisedBy.get(slug) ?? null,
  }));
}
