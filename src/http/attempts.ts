/**
 * How often somebody may try and fail: beyond that they are refused for a while without a look at what they bring. Counted for each
 * address, for whom they say they are, and for everybody together: guesses that come from many places are as good as those from one.
 */
import type { Context } from "hono";
import type { Instant } from "../domain/time/interval.ts";
import { type Limit, rememberLately } from "./lately.ts";
import { addressOf } from "./origin.ts";
import { countedAs } from "./proxies.ts";
import { TooOften } from "./too-often.ts";

export interface Attempts {
  /**
   * Throws 429 for whoever has failed too often lately.
   *
   * @param as whom they say they are; absent: they do not say
   */
  mayTry(c: Context, now: Instant, as?: string): void;
  failed(c: Context, now: Instant, as?: string): void;
  /**
   * The same for what takes a while to look at: those that are being looked at count like failures until they are over, so that nobody
   * gets more guesses by sending them all at once.
   */
  begin(c: Context, now: Instant, as?: string): BegunAttempt;
}

export interface BegunAttempt {
  failed(now: Instant): void;
  /** However it ended. */
  over(): void;
}

/** How many of one address's share all together have, where nothing else is said: room for everybody who really is here. */
const everybodysShare = 30;

/**
 * @param most failures of one address, or as one person, within `perMs`
 * @param inTotal of all together
 */
export function limitAttempts(most: number, perMs: number, inTotal = most * everybodysShare): Attempts {
  const failures = rememberLately(perMs);
  const limitsOf = (c: Context, as?: string) => [
    { name: `from ${countedAs(addressOf(c))}`, most },
    ...(as === undefined ? [] : [{ name: `as ${as.slice(0, 300)}`, most }]),
    { name: "all", most: inTotal },
  ];
  const lookedAt = new Map<string, number>();
  const refuse = (): never => {
    throw new TooOften("Too many attempts have failed", perMs);
  };
  return {
    mayTry(c, now, as) {
      if (failures.isUsedUp(limitsOf(c, as), now)) {
        refuse();
      }
    },
    failed: (c, now, as) => failures.count(limitsOf(c, as), now),
    begin(c, now, as) {
      const limits = limitsOf(c, as);
      const isUsedUp = ({ name, most: allowed }: Limit) =>
        failures.howOften(name, now) + (lookedAt.get(name) ?? 0) >= allowed;
      if (limits.some(isUsedUp)) {
        refuse();
      }
      const step = (by: 1 | -1) => {
        for (const { name } of limits) {
          const left = (lookedAt.get(name) ?? 0) + by;
          if (left === 0) {
            lookedAt.delete(name);
          } else {
            lookedAt.set(name, left);
          }
        }
      };
      step(1);
      return { failed: (at) => failures.count(limits, at), over: () => step(-1) };
    },
  };
}
