/** Which cycles of which contracts some stretches of time of some services lie in: what a correction, an exclusion or a window reaches. */
import type { StandingContract } from "../domain/sla/promise/agreement-plan.ts";
import type { ContractClauses } from "../domain/sla/promise/clauses.ts";
import { contractCycle, contractLabels } from "../domain/sla/promise/contract-cycle.ts";
import { coverageOver } from "../domain/sla/promise/coverage.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { readContracts } from "../store/agreements.ts";
import { listCoverableServices, listCoveringContracts } from "../store/covered-services.ts";
import type { Database } from "../store/database.ts";

/** What of the platform and its contracts is meant. */
export interface Reach {
  services: "*" | readonly string[];
  /** Null: every contract. */
  contract: string | null;
}

export interface TouchedCycle {
  contract: string;
  label: string;
  /** Of the cycle clipped to the contract. */
  end: Instant;
  /** Days after it in which corrections need no admin. */
  correctionDays: number;
  /** Under which the cycle ends. */
  clauses: ContractClauses;
}

/**
 * Cycles of contracts that cover what is touched, in order of contract and time; of archived contracts none.
 *
 * @param agreed the contracts that are reached, where they were read before
 */
export async function touchedCycles(
  db: Database,
  stretches: readonly Interval[],
  { services, contract: only }: Reach,
  agreed?: ReadonlyMap<string, StandingContract>,
): Promise<TouchedCycle[]> {
  const touched = services === "*" ? "*" : { services: [...services], groups: [] };
  const touchedBy = coverageOver(await listCoverableServices(db, touched));
  const cycles: TouchedCycle[] = [];
  const contracts = agreed ?? (await readReached(db, services, only));
  for (const [slug, { versions, particulars, archived }] of contracts) {
    if (archived) {
      continue;
    }
    const time = { versions, endsAt: particulars.endsAt };
    const labels = new Set(stretches.flatMap((stretch) => contractLabels(time, stretch)));
    for (const label of [...labels].sort()) {
      const { period, parts } = contractCycle(label, time)!;
      const isCovered = parts.some(({ version }) => touchedBy(version.clauses.covers).length > 0);
      if (isCovered) {
        const { clauses } = parts.at(-1)!.version;
        const { correctionDays } = clauses;
        cycles.push({ contract: slug, label, end: period.end, correctionDays, clauses });
      }
    }
  }
  return cycles;
}

async function readReached(
  db: Database,
  services: Reach["services"],
  only: string | null,
): Promise<ReadonlyMap<string, StandingContract>> {
  const covering = services === "*" ? undefined : await listCoveringContracts(db, services);
  const slugs = only === null ? covering : [only].filter((slug) => covering?.includes(slug) ?? true);
  return readContracts(db, slugs && { slugs });
}
