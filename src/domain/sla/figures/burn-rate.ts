/**
 * Burn rates (sla-semantics 13): how many times faster than allowed the error budget is being spent, over a long window that shows it is
 * serious and a short one that shows it is still going on.
 */
import { InvalidInput } from "../../errors.ts";
import type { Instant, IntervalSet } from "../../time/interval.ts";
import { clip, measure } from "../../time/interval.ts";
import type { Exact, Fraction } from "./exact.ts";
import { compare, difference, product, quotient } from "./exact.ts";
import type { Target } from "./ratio.ts";

export interface BurnAlert {
  name: string;
  longMs: number;
  shortMs: number;
  threshold: Exact;
}

export interface BurnReading {
  name: string;
  /** 1 spends exactly the budget. */
  longBurn: Fraction;
  shortBurn: Fraction;
  /** Both are at or above the threshold. */
  fires: boolean;
}

/**
 * What each alert reads at an instant.
 *
 * @throws InvalidInput burn_without_budget for a target of 100 %, which leaves nothing to burn
 */
export function burnReadings(
  down: IntervalSet,
  alerts: readonly BurnAlert[],
  target: Target,
  asOf: Instant,
): BurnReading[] {
  const allowedShare = difference(1, target.share);
  if (compare(allowedShare, 0) === 0) {
    throw new InvalidInput("burn_without_budget", burnWithoutBudget);
  }
  const burn = (windowMs: number) => {
    const downMs = measure(clip(down, { start: asOf - windowMs, end: asOf }));
    return quotient(product(downMs), product(windowMs, allowedShare));
  };
  return alerts.map(({ name, longMs, shortMs, threshold }) => {
    const [longBurn, shortBurn] = [burn(longMs), burn(shortMs)];
    const fires = [longBurn, shortBurn].every((rate) => compare(rate, threshold) >= 0);
    return { name, longBurn, shortBurn, fires };
  });
}

/** The rule, for whoever has to say it. */
export const burnWithoutBudget = "A target of 100 % leaves no budget that could burn.";
