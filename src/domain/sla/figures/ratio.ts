/**
 * Shares of time and percentages (sla-semantics 10): compared by cross-multiplication, printed truncated, never a float. Every percentage
 * of the product, on a page or in a report, is printed by this file.
 */
import { InvalidInput } from "../../errors.ts";
import type { Exact, Fraction, Rounding } from "./exact.ts";
import { compare, parseDecimal, printDecimal, product, round, toFraction, withPoint } from "./exact.ts";

/** What was promised: the text as written and the share it means. */
export interface Target {
  /** "99.99", as written. */
  percent: string;
  /** 9999/10000. */
  share: Fraction;
}

/** For contracts that promise a rounded percentage ("two decimals"): verdict and credit band use it instead of the exact one. */
export interface VerdictRounding {
  decimals: number;
  mode: Rounding;
}

/** A target from its decimal string: above 0, at most 100, at most 9 decimals. */
export function parseTarget(percent: string): Target {
  const share = /^\d{1,3}(\.\d{1,9})?$/.test(percent) ? parsePercent(percent) : null;
  if (share === null || share.numerator <= 0n || share.numerator > share.denominator) {
    throw new InvalidInput(
      "target_percent",
      `A target is a percentage above 0 and at most 100 with at most 9 decimals, like 99.99, not "${percent}".`,
    );
  }
  return { percent, share };
}

/** The share a decimal percent means: "99.99" → 9999/10000; null when it is not written as a decimal. */
export function parsePercent(percent: string): Fraction | null {
  const value = parseDecimal(percent);
  return value && { numerator: value.numerator, denominator: value.denominator * 100n };
}

/** The share of `eligibleMs` (> 0) that was available. */
export function availableShare(eligibleMs: number, down: Exact): Fraction {
  const { numerator, denominator } = toFraction(down);
  const eligible = BigInt(eligibleMs) * denominator;
  return { numerator: eligible - numerator, denominator: eligible };
}

/** A share as if it had been printed as a percentage with so many decimals, and read again. */
export function roundedShare(share: Fraction, { decimals, mode }: VerdictRounding): Fraction {
  const scale = 100n * 10n ** BigInt(decimals);
  const scaled = round({ numerator: share.numerator * scale, denominator: share.denominator }, mode);
  return { numerator: scaled, denominator: scale };
}

/** (eligible - down) / eligible >= target, rounded first where the contract says so; exactly at the target is met. Nothing eligible: nothing missed. */
export function meets(
  eligibleMs: number,
  down: Exact,
  target: Target,
  rounding: VerdictRounding | null = null,
): boolean {
  if (down === 0 || eligibleMs === 0) {
    return true;
  }
  // For whole downtime the same (sla-semantics 10), and without multiplying big integers.
  if (typeof down === "number" && rounding === null) {
    return down <= allowedDownMs(eligibleMs, target);
  }
  const share = availableShare(eligibleMs, down);
  return compare(rounding === null ? share : roundedShare(share, rounding), target.share) >= 0;
}

/** floor(eligible x (1 - target)) in ms: how long it may be down and still meet the target. */
export function allowedDownMs(eligibleMs: number, target: Target): number {
  const { numerator, denominator } = target.share;
  const missing = denominator - numerator;
  const product = eligibleMs * Number(missing);
  return Number.isSafeInteger(product) && denominator <= safeFactor
    ? wholeQuotient(product, Number(denominator))
    : Number((BigInt(eligibleMs) * missing) / denominator);
}

/**
 * The availability as a decimal percent, truncated: an outage is never rounded away, "100.000000" stands for no downtime at all.
 * `eligibleMs` > 0 and `down` at most that.
 */
export function percentFloor(eligibleMs: number, down: Exact, decimals: number): string {
  // Most services on most days: worth not dividing big integers for.
  if (down === 0) {
    return decimals === 0 ? "100" : `100.${"0".repeat(decimals)}`;
  }
  if (typeof down === "number" && decimals === 6 && eligibleMs <= longestInMillionths) {
    return millionthsFloor(eligibleMs - down, eligibleMs);
  }
  return shareFloor(availableShare(eligibleMs, down), decimals);
}

/** Whole numbers up to here stay exact when they are multiplied by ten thousand: 28 years of ms. */
const longestInMillionths = Math.floor(Number.MAX_SAFE_INTEGER / 10_000);
const safeFactor = BigInt(Number.MAX_SAFE_INTEGER);

/** A share as a percentage cut at 6 decimals, by long division of whole numbers, four digits at a time. */
function millionthsFloor(part: number, whole: number): string {
  const tenThousandths = wholeQuotient(part * 10_000, whole);
  const rest = part * 10_000 - tenThousandths * whole;
  const digits = tenThousandths * 10_000 + wholeQuotient(rest * 10_000, whole);
  const decimals = digits % 1_000_000;
  return `${wholeQuotient(digits, 1_000_000)}.${String(decimals).padStart(6, "0")}`;
}

/** Of safe whole numbers, not negative: what remains is taken off first, so that nothing is ever rounded. */
function wholeQuotient(dividend: number, divisor: number): number {
  return (dividend - (dividend % divisor)) / divisor;
}

/** The same rounded half up; only for results that ask for it, a page never does. */
export function percentHalfUp(eligibleMs: number, down: Exact, decimals: number): string {
  const scaled = product(availableShare(eligibleMs, down), {
    numerator: 100n * 10n ** BigInt(decimals),
    denominator: 1n,
  });
  return withPoint(round(scaled, "half_up"), decimals);
}

/** Any share as a decimal percent, truncated toward zero: 1/3 → "33.333333". */
export function shareFloor(share: Fraction, decimals: number): string {
  return printDecimal({ numerator: share.numerator * 100n, denominator: share.denominator }, decimals);
}
