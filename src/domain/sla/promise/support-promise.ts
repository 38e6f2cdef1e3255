/**
 * Which contract's support holds for something that was reported or declared: the terms of the version in force when it began, and of
 * several contracts of a customer the one under which an answer is due first. In doubt for the customer.
 */
import type { SupportTerms } from "../../support/support-plan.ts";
import { plansInForce, supportDue } from "../../support/support-plan.ts";
import type { Instant } from "../../time/interval.ts";
import type { StandingContract } from "./agreement-plan.ts";
import type { CalendarOf } from "./clause-terms.ts";
import { coveredServices, type HoursClause } from "./clauses.ts";
import { versionAt } from "./contract-versions.ts";

export type ContractSupport = SupportTerms<HoursClause>;

/** What a contract promises of support at an instant; null: nothing, or it does not hold then. */
export function supportAt(contract: StandingContract, at: Instant): ContractSupport | null {
  const { endsAt } = contract.particulars;
  const holds = !contract.archived && (endsAt === null || at < endsAt);
  return holds ? (versionAt(contract.versions, at)?.clauses.support ?? null) : null;
}

/** The priority a request has under the contract before anybody assessed it; null: none is said. */
export function startPriority({ plans, plan }: ContractSupport): string | null {
  return plans.find(({ slug }) => slug === plan)?.starts ?? null;
}

/** Every priority that the contract's plans know, each once, in their order. */
export function prioritiesOf(terms: ContractSupport): { slug: string; title: string; meaning: string }[] {
  const all = plansInForce(terms).flatMap(({ priorities }) => priorities);
  return [...new Map(all.map((one) => [one.slug, one])).values()];
}

/**
 * The contract that a request of a customer falls under; null: none of theirs promises support. One that covers the service comes before
 * others; of those, the one under which it is due first.
 *
 * @param service null: none was named
 */
export function contractFor(
  contracts: ReadonlyMap<string, StandingContract>,
  about: { customer: string; service: { slug: string; groupSlug: string | null } | null },
  calendarOf: CalendarOf,
  at: Instant,
): string | null {
  const { customer, service } = about;
  const candidates = [...contracts].flatMap(([slug, contract]) => {
    const terms = contract.particulars.customer === customer ? supportAt(contract, at) : null;
    if (terms === null) {
      return [];
    }
    const covers = versionAt(contract.versions, at)!.clauses.covers;
    const isCovered = service !== null && coveredServices(covers, [service]).length > 0;
    const due = supportDue(terms, startPriority(terms), at, calendarOf).responseAt ?? Infinity;
    return [{ slug, isCovered, due }];
  });
  candidates.sort(
    (a, b) =>
      Number(b.isCovered) - Number(a.isCovered) || compare(a.due, b.due) || (a.slug < b.slug ? -1 : 1),
  );
  return candidates[0]?.slug ?? null;
}

/** Infinity less infinity is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
