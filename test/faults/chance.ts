/**
 * Chance that can be repeated: every draw of a fault run comes from one seed, by name, so that a draw more in one place moves none in
 * another. The schedule of a run is thereby fixed; what the machine makes of it is not.
 */
import { createHash } from "node:crypto";

export interface Chance {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [from, to]. */
  between(from: number, to: number): number;
  oneOf<T>(list: readonly T[]): T;
  /** Chance of its own for one purpose; the same name gives the same draws. */
  of(name: string): Chance;
}

/** The draws that a seed stands for. */
export function chanceFrom(seed: string): Chance {
  let drawn = 0;
  let pool = Buffer.alloc(0);
  const next = (): number => {
    if (pool.length === 0) {
      pool = createHash("sha256").update(`${seed}\n${drawn++}`).digest();
    }
    const word = pool.readUInt32BE();
    pool = pool.subarray(4);
    return word / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    oneOf: (list) => list[Math.floor(next() * list.length)]!,
    of: (name) => chanceFrom(`${seed}/${name}`),
  };
}
