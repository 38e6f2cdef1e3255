/**
 * How often something happened lately under some names (an address, a person, everybody), in the memory of this server: what limits of
 * rates and of attempts are held against. Names of which nothing was heard for longest are forgotten first.
 */
import type { Instant } from "../domain/time/interval.ts";

export interface Lately {
  /** How often it happened under a name. */
  howOften(name: string, now: Instant): number;
  /** Whether it happened as often as is allowed under any of the names. */
  isUsedUp(limits: readonly Limit[], now: Instant): boolean;
  /** It happened, under all of the names. */
  count(limits: readonly Limit[], now: Instant): void;
}

/** How often it may happen under a name. */
export interface Limit {
  name: string;
  most: number;
}

const rememberedNames = 10_000;

/** @param perMs how long something is remembered */
export function rememberLately(perMs: number): Lately {
  const happened = new Map<string, Instant[]>();
  const recent = (name: string, now: Instant) => (happened.get(name) ?? []).filter((at) => at > now - perMs);
  return {
    howOften: (name, now) => recent(name, now).length,
    isUsedUp: (limits, now) => limits.some(({ name, most }) => recent(name, now).length >= most),
    count(limits, now) {
      for (const { name } of limits) {
        const list = [...recent(name, now), now];
        happened.delete(name);
        happened.set(name, list);
      }
      while (happened.size > rememberedNames) {
        happened.delete(happened.keys().next().value!);
      }
    },
  };
}
