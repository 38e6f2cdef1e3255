/**
 * When what a promise leaves to be spent is a matter for somebody: a quarter, a half, three quarters and all of it gone; a cycle that will
 * not keep its promise at this rate; a budget that burns too fast. Pure, from the figures of the running cycle. Beside troubles.ts.
 */
import type { Instant } from "../time/interval.ts";
import { type AlertFacts, type AlertKind, alertKey, type OpenAlert, type Trouble } from "./alert.ts";

/** The budget of a contract in its running cycle. */
export interface WatchedBudget {
  contract: string;
  title: string;
  customer: string;
  /** "2026-11". */
  label: string;
  /** "99.9". */
  target: string;
  start: Instant;
  end: Instant;
  allowedMs: number;
  spentMs: number;
  /** Below 0 when the promise is broken. */
  leftMs: number;
  /** What will be spent when it goes on as it has so far; null: too little of the cycle has passed to say. */
  projectedMs: number | null;
  /** What was spent in the last stretches (burnWindows); empty where a rate would say nothing. */
  burns: { windowMs: number; spentMs: number }[];
}

/** Each is told once in a cycle; percent of the budget. */
export const budgetShares = [25, 50, 75, 100] as const;

/** Before so much of a cycle has passed, one short outage would foretell a broken promise. */
export const projectsAfterShare = 0.1;

const hourMs = 3_600_000;
/**
 * A rate tells something new only of budgets that are spent bit by bit: where the budget is small, the outage itself is told long before.
 * So rates are looked at from a budget of so much on.
 */
export const ratesFromAllowedMs = 100 * 60_000;
/** Twice at least the allowed rate over the long stretch, and still at it in the short one (as in sla-semantics 13). */
export const burnWindows = { longMs: 6 * hourMs, shortMs: 0.5 * hourMs } as const;
const burnsFrom = 6;

/**
 * What stands of these budgets.
 *
 * @param toldBefore keys of alerts of their kinds that are over: what was told in a cycle is not told in it again
 */
export function budgetTroubles(
  budgets: readonly WatchedBudget[],
  toldBefore: ReadonlySet<string>,
): Trouble[] {
  return budgets.flatMap((budget) => {
    const { contract, label, allowedMs, spentMs, projectedMs } = budget;
    const share = budgetShares.findLast((percent) => isSpent(budget, percent));
    const burn = burnOf(budget);
    const troubles = [
      ...(share === undefined
        ? []
        : [trouble("budget_spent", `${contract} ${label} ${share}`, budget, { percent: share })]),
      ...(projectedMs !== null && projectedMs > allowedMs && spentMs <= allowedMs
        ? [trouble("budget_projected", `${contract} ${label}`, budget, { projected_ms: projectedMs })]
        : []),
      ...(burn === null
        ? []
        : [
            trouble("budget_burning", `${contract} ${label}`, budget, {
              ...{ burn: burn.toFixed(1), window_ms: burnWindows.longMs, down_ms: budget.burns[0]!.spentMs },
            }),
          ]),
    ];
    return troubles.filter((one) => one.kind === "budget_burning" || !toldBefore.has(alertKey(one)));
  });
}

/**
 * The percent of the same budget that is told now in the place of an alert whose trouble has ended: it did not get better, but worse. Null:
 * nothing took its place.
 */
export function outgrownBy(
  { kind, facts }: Pick<OpenAlert, "kind" | "facts">,
  troubles: readonly Trouble[],
): number | null {
  const share = kind === "budget_spent" ? Number(facts.percent) : kind === "budget_projected" ? 99 : null;
  const next = troubles.find(
    (one) =>
      one.kind === "budget_spent" && one.facts.contract === facts.contract && one.facts.label === facts.label,
  );
  const percent = Number(next?.facts.percent ?? 0);
  return share !== null && percent > share ? percent : null;
}

/** All of it is spent when the promise is broken, not when it is just kept. */
function isSpent({ allowedMs, spentMs }: WatchedBudget, percent: number): boolean {
  return percent === 100 ? spentMs > allowedMs : spentMs > 0 && spentMs * 100 >= allowedMs * percent;
}

/** How many times faster than allowed it is being spent; null: not too fast, or a rate says nothing. */
function burnOf({ allowedMs, start, end, burns }: WatchedBudget): number | null {
  if (allowedMs < ratesFromAllowedMs || burns.length === 0) {
    return null;
  }
  const rates = burns.map(({ windowMs, spentMs }) => (spentMs * (end - start)) / (windowMs * allowedMs));
  return rates.every((rate) => rate >= burnsFrom) ? rates[0]! : null;
}

function trouble(kind: AlertKind, subject: string, budget: WatchedBudget, more: AlertFacts): Trouble {
  const { contract, title, customer, label, target, end, allowedMs, spentMs, leftMs } = budget;
  const facts = {
    ...{ contract, title, customer, label, target, end },
    ...{ allowed_ms: allowedMs, spent_ms: spentMs, left_ms: leftMs, ...more },
  };
  return { kind, subject, facts, certain: true, behind: [], parents: [] };
}
