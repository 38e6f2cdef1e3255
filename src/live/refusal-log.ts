/** What is refused to probes, told in the log with its reason: once, then at most every few minutes with how often it came again. */
import type { Refusal } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";

/** What of a probe was refused. */
export type RefusedThing = "batch" | "request" | "registration";

export interface RefusalLine {
  what: RefusedThing;
  /** Who it says it is: nothing vouches for that. Null: it does not say. */
  probe: string | null;
  code: string;
  reason: string;
  /** The same, since the line before. */
  times: number;
}

const againAfterMs = 5 * 60_000;
const rememberedRefusals = 1_000;
const longestName = 200;

/** @param tell writes a line */
export function openRefusalLog(tell: (line: RefusalLine) => void) {
  const told = new Map<string, { at: Instant; untold: number }>();
  return {
    note(
      what: RefusedThing,
      named: string | null,
      { code, message }: Pick<Refusal, "code" | "message">,
      now: Instant,
    ): void {
      const probe = named === null ? null : named.slice(0, longestName);
      const key = JSON.stringify([what, probe, code]);
      const last = told.get(key);
      if (last !== undefined && now - last.at < againAfterMs) {
        last.untold++;
        return;
      }
      tell({ what, probe, code, reason: message, times: 1 + (last?.untold ?? 0) });
      told.delete(key);
      told.set(key, { at: now, untold: 0 });
      if (told.size > rememberedRefusals) {
        told.delete(told.keys().next().value!);
      }
    },
  };
}
