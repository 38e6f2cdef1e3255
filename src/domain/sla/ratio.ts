/**
 * Exact shares and percentages (sla-semantics 10): compared by cross-multiplication, printed truncated, never a float. Every percentage
 * of the product, on a page or in a report, is printed by this file.
 */
import { InvalidInput } from "../errors.ts";

/** numerator / denominator; denominator > 0. Lowest terms are not promised. */
export interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/** An exact number: an integer, or a fraction where a clause divides (weights, degraded share). */
export type Exact = number | Fraction;

/** What was promised: the text as written and the share it means. */
export interface Target {
  /** "99.99", as written. */
  percent: string;
  /** 9999/10000. */
  share: Fraction;
}

/** A target from its decimal string: above 0, at most 100, at most 9 decimals. */
export function parseTarget(percent: string): Target {
  const share = /^\d{1,3}(\.\d{1,9})?$/.test(percent) ? percentToShare(percent) : null;
  if (share === null || share.numerator <= 0n || share.numerator > share.denominator) {
    throw new InvalidInput(
      "target_percent",
      `A target is a percentage above 0 and at most 100 with at most 9 decimals, like 99.99, not "${percent}".`,
    );
  }
  return { percent, share };
}

/** The share a decimal percent means: "99.99" → 9999/10000. */
function percentToShare(percent: string): Fraction {
  const [whole = "", decimals = ""] = percent.split(".");
  return { numerator: BigInt(whole + decimals), denominator: 100n * 10n ** BigInt(decimals.length) };
}

/** An exact number as a fraction. */
export function toFraction(value: Exact): Fraction {
  return typeof value === "number" ? { numerator: BigInt(value), denominator: 1n } : value;
}

/** (eligible - down) / eligible >= target; exactly at the target is met. Nothing eligible: nothing missed. */
export function meets(eligibleMs: number, down: Exact, target: Target): boolean {
  if (down === 0) {
    return true;
  }
  const { numerator, denominator } = toFraction(down);
  const eligible = BigInt(eligibleMs) * denominator;
  return (eligible - numerator) * target.share.denominator >= target.share.numerator * eligible;
}

/** floor(eligible x (1 - target)) in ms: how long it may be down and still meet the target. */
export function allowedDownMs(eligibleMs: number, target: Target): number {
  const { numerator, denominator } = target.share;
  return Number((BigInt(eligibleMs) * (denominator - numerator)) / denominator);
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
  const { numerator, denominator } = toFraction(down);
  const eligible = BigInt(eligibleMs) * denominator;
  return shareFloor({ numerator: eligible - numerator, denominator: eligible }, decimals);
}

/** The same rounded half up; only for results that ask for it, a page never does. */
export function percentHalfUp(eligibleMs: number, down: Exact, decimals: number): string {
  const { numerator, denominator } = toFraction(down);
  const eligible = BigInt(eligibleMs) * denominator;
  const scaled = 2n * (eligible - numerator) * 100n * 10n ** BigInt(decimals);
  return withPoint((scaled + eligible) / (2n * eligible), decimals);
}

/** Any share as a decimal percent, truncated toward zero: 1/3 → "33.333333". */
export function shareFloor(share: Fraction, decimals: number): string {
  return withPoint((share.numerator * 100n * 10n ** BigInt(decimals)) / share.denominator, decimals);
}

/** The least whole number that is not below: a fraction of a ms of downtime never disappears. */
export function ceil(value: Exact): number {
  if (typeof value === "number") {
    return value;
  }
  const whole = value.numerator / value.denominator;
  return Number(whole * value.denominator < value.numerator ? whole + 1n : whole);
}

function withPoint(scaled: bigint, decimals: number): string {
  const digits = String(scaled).padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
