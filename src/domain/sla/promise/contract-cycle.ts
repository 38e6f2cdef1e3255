/** Which billing cycle of a contract a label stands for, and which versions hold in it. */
import { type BillingCycle, cycleOf, cyclesBetween } from "../../time/billing-cycle.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import { type VersionDefinition, versionsIn } from "./contract-versions.ts";

/** A contract as far as time is concerned. */
export interface ContractTime<V extends VersionDefinition = VersionDefinition> {
  /** In order of effect. */
  versions: readonly V[];
  endsAt: Instant | null;
}

export interface ContractCycle<V extends VersionDefinition = VersionDefinition> {
  cycle: BillingCycle;
  /** The cycle clipped to the contract. */
  period: Interval;
  parts: { version: V; startsAt: Instant; endsAt: Instant | null }[];
}

/** The cycle of a label ("2026-06"); null: the contract does not hold in it. Its bounds are those of the version it begins under. */
export function contractCycle<V extends VersionDefinition>(
  label: string,
  contract: ContractTime<V>,
): ContractCycle<V> | null {
  for (const { clauses } of contract.versions) {
    const cycle = cycleOf(label, clauses);
    const parts = versionsIn(contract, cycle);
    const first = parts[0]?.version.clauses;
    if (first?.anchorDay === clauses.anchorDay && first.timeZone === clauses.timeZone) {
      const start = Math.max(cycle.start, contract.versions[0]!.effectiveAt);
      const end = Math.min(cycle.end, contract.endsAt ?? cycle.end);
      return start < end ? { cycle, period: { start, end }, parts } : null;
    }
  }
  return null;
}

/** Labels of the cycles of a contract that share time with a stretch, oldest first. */
export function contractLabels(contract: ContractTime, within: Interval): string[] {
  const labels = contract.versions.flatMap(({ clauses }) =>
    cyclesBetween(within.start, within.end, clauses).map(({ label }) => label),
  );
  return [...new Set(labels)].sort().filter((label) => {
    const found = contractCycle(label, contract);
    return found !== null && found.period.start < within.end && within.start < found.period.end;
  });
}
