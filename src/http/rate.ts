/** How often something may be done that anybody may do: so often from one address, and so often by everybody together. Beyond that it is refused for a while. */
import type { Context } from "hono";
import type { Instant } from "../domain/time/interval.ts";
import { rememberLately } from "./lately.ts";
import { addressOf } from "./origin.ts";
import { countedAs } from "./proxies.ts";
import { TooOften } from "./too-often.ts";

export interface Rate {
  /** Throws 429 when it was done too often lately. */
  mayGoOn(c: Context, now: Instant): void;
  /** It was done. */
  count(c: Context, now: Instant): void;
}

/** @param most from one address, `inTotal` from all together, within `perMs` */
export function limitRate({ most, inTotal, perMs }: { most: number; inTotal: number; perMs: number }): Rate {
  const done = rememberLately(perMs);
  const limitsOf = (c: Context) => [
    { name: `from ${countedAs(addressOf(c))}`, most },
    { name: "all", most: inTotal },
  ];
  return {
    mayGoOn(c, now) {
      if (done.isUsedUp(limitsOf(c), now)) {
        throw new TooOften("That is too often", perMs);
      }
    },
    count: (c, now) => done.count(limitsOf(c), now),
  };
}
