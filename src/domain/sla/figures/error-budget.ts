/**
 * What a promise of less than 100 % leaves to be spent: the downtime a cycle may have, how much of it is gone, and what is left.
 */
import type { Exact } from "./exact.ts";
import { ceil } from "./exact.ts";
import type { Target } from "./ratio.ts";
import { allowedDownMs, shareFloor } from "./ratio.ts";

export interface ErrorBudget {
  /** floor(eligible x (1 - target)), ms. */
  allowedMs: number;
  /** Counted downtime, ms. */
  spentMs: number;
  /** Allowed less spent, ms; below 0 when the commitment is broken, 0 when it is exactly kept. */
  leftMs: number;
  /** The share spent, percent truncated at 2 decimals, above 100 when overspent; null when nothing was allowed. */
  burnPercent: string | null;
}

/** The budget of so much eligible time, ms, after so much downtime. */
export function errorBudget(eligibleMs: number, down: Exact, target: Target): ErrorBudget {
  const allowedMs = allowedDownMs(eligibleMs, target);
  const spentMs = ceil(down);
  return {
    allowedMs,
    spentMs,
    leftMs: allowedMs - spentMs,
    burnPercent:
      allowedMs === 0 ? null : shareFloor({ numerator: BigInt(spentMs), denominator: BigInt(allowedMs) }, 2),
  };
}
