/** How often something may be done that anybody may do: so often from one address, and so often by everybody together. Beyond that it is refused for a while. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Instant } from "../domain/time/interval.ts";
import { addressOf } from "./origin.ts";

export interface Rate {
  /** Throws 429 when it was done too often lately. */
  mayGoOn(c: Context, now: Instant): void;
  /** It was done. */
  count(c: Context, now: Instant): void;
}

const rememberedAddresses = 10_000;

/** @param most from one address, `inTotal` from all together, within `perMs` */
export function limitRate({ most, inTotal, perMs }: { most: number; inTotal: number; perMs: number }): Rate {
  const done = new Map<string, Instant[]>();
  const recent = (name: string, now: Instant) => (done.get(name) ?? []).filter((at) => at > now - perMs);
  const names = (c: Context) => [
    { name: `from ${addressOf(c)}`, allowed: most },
    { name: "all", allowed: inTotal },
  ];
  return {
    mayGoOn(c, now) {
      if (names(c).some(({ name, allowed }) => recent(name, now).length >= allowed)) {
        const message = `That is too often; try again in ${Math.ceil(perMs / 1000)} s.`;
        throw new HTTPException(429, { message });
      }
    },
    count(c, now) {
      for (const { name } of names(c)) {
        const list = [...recent(name, now), now];
        done.delete(name);
        done.set(name, list);
      }
      while (done.size > rememberedAddresses) {
        done.delete(done.keys().next().value!);
      }
    },
  };
}
