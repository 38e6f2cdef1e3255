/** How a cycle ends if the rest of it goes as it has gone so far: no promise, a way to see trouble coming. */
import { type Exact, product, simplest } from "./exact.ts";

/**
 * Downtime of the whole cycle, ms, when it goes on at the same rate; null: no time has counted yet.
 *
 * @param eligibleMs time that has counted so far
 * @param wholeMs time that counts of the whole cycle
 */
export function projectedDown(down: Exact, eligibleMs: number, wholeMs: number): Exact | null {
  return eligibleMs === 0
    ? null
    : simplest(product(down, { numerator: BigInt(wholeMs), denominator: BigInt(eligibleMs) }));
}
