/**
 * Numbers that stay exact (sla-semantics 1): whole where they can be, fractions of big integers where a clause divides. Every ratio, weight
 * and amount of money rests on this file; nothing here is ever a float.
 */

/** numerator / denominator; denominator > 0. Lowest terms are not promised. */
export interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/** An exact number: a whole one, or a fraction where a clause divides (weights, degraded share). */
export type Exact = number | Fraction;

/** How a value between two whole ones becomes one: to the nearest, a tie to the even one or up; or always down. */
export const roundings = ["half_even", "half_up", "floor"] as const;
export type Rounding = (typeof roundings)[number];

export function toFraction(value: Exact): Fraction {
  return typeof value === "number" ? { numerator: BigInt(value), denominator: 1n } : value;
}

/** Of many numbers one after another, take the `simplest` of each sum: denominators multiply. */
export function sum(a: Exact, b: Exact): Exact {
  if (typeof a === "number" && typeof b === "number") {
    return a + b;
  }
  const [left, right] = [toFraction(a), toFraction(b)];
  if (left.denominator === right.denominator) {
    return { numerator: left.numerator + right.numerator, denominator: left.denominator };
  }
  return {
    numerator: left.numerator * right.denominator + right.numerator * left.denominator,
    denominator: left.denominator * right.denominator,
  };
}

export function difference(a: Exact, b: Exact): Exact {
  return typeof a === "number" && typeof b === "number" ? a - b : sum(a, product(b, -1));
}

/** Always a fraction, since the product of two safe integers need not be one. */
export function product(...factors: readonly Exact[]): Fraction {
  const fractions = factors.map(toFraction);
  return {
    numerator: fractions.reduce((total, { numerator }) => total * numerator, 1n),
    denominator: fractions.reduce((total, { denominator }) => total * denominator, 1n),
  };
}

/** `divisor` is not 0. */
export function quotient(dividend: Exact, divisor: Exact): Fraction {
  const { numerator, denominator } = toFraction(divisor);
  return product(
    dividend,
    numerator < 0n
      ? { numerator: -denominator, denominator: -numerator }
      : { numerator: denominator, denominator: numerator },
  );
}

/** Below 0 when a < b, 0 when they are the same number, above 0 when a > b. */
export function compare(a: Exact, b: Exact): number {
  if (typeof a === "number" && typeof b === "number") {
    return a - b;
  }
  const [left, right] = [toFraction(a), toFraction(b)];
  const cross = left.numerator * right.denominator - right.numerator * left.denominator;
  return cross < 0n ? -1 : cross > 0n ? 1 : 0;
}

/** The same number as a whole one, or else as a fraction in lowest terms. */
export function simplest(value: Exact): Exact {
  if (typeof value === "number") {
    return value;
  }
  const divisor = greatestCommonDivisor(value.numerator, value.denominator);
  const [numerator, denominator] = [value.numerator / divisor, value.denominator / divisor];
  return denominator === 1n ? Number(numerator) : { numerator, denominator };
}

/** The greatest whole number that is not above. */
export function floor(value: Exact): bigint {
  const { numerator, denominator } = toFraction(value);
  const whole = numerator / denominator;
  return numerator < whole * denominator ? whole - 1n : whole;
}

/** The least whole number that is not below: a fraction of a ms of downtime never disappears. */
export function ceil(value: Exact): number {
  return typeof value === "number" ? value : Number(-floor(product(value, -1)));
}

/** The whole number it is rounded to; of two equally near ones, half_up takes the greater. */
export function round(value: Exact, rounding: Rounding): bigint {
  const below = floor(value);
  const { numerator, denominator } = toFraction(value);
  const twiceOver = 2n * (numerator - below * denominator);
  if (rounding === "floor" || twiceOver < denominator) {
    return below;
  }
  if (twiceOver === denominator && rounding === "half_even" && below % 2n === 0n) {
    return below;
  }
  return below + 1n;
}

/** The fraction a decimal stands for: "0.3" → 3/10; null when it is not written as one. */
export function parseDecimal(text: string): Fraction | null {
  const parts = /^(-?)(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text);
  if (parts === null) {
    return null;
  }
  const [, sign, whole = "", decimals = ""] = parts;
  return { numerator: BigInt(`${sign}${whole}${decimals}`), denominator: 10n ** BigInt(decimals.length) };
}

/** A number with so many decimals, truncated toward zero. */
export function printDecimal(value: Exact, decimals: number): string {
  const { numerator, denominator } = toFraction(value);
  const scaled = (numerator * 10n ** BigInt(decimals)) / denominator;
  return withPoint(scaled, decimals);
}

/** `scaled` / 10^decimals: 1205 with 2 decimals → "12.05". */
export function withPoint(scaled: bigint, decimals: number): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(decimals + 1, "0");
  const unsigned = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return scaled < 0n ? `-${unsigned}` : unsigned;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [left, right] = [a < 0n ? -a : a, b];
  while (right !== 0n) {
    [left, right] = [right, left % right];
  }
  return left;
}
