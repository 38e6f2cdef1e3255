/**
 * Whether the database of a running server can be used: one place that every failure and every success is told to, so that the page
 * says so, and the log says it once when it goes, once if it gets worse, and once when it is back.
 */
import type { Instant } from "../domain/time/interval.ts";
import { databaseTrouble } from "../store/database-away.ts";

export interface DatabaseWatch {
  /** True when the error says that the database cannot be used at the moment; false: it means something else. */
  failed(error: unknown, now: Instant): boolean;
  /** Something succeeded; `wrote`: it stored something. A database without room answers, and is away all the same. */
  succeeded(now: Instant, wrote: boolean): void;
  isAway(): boolean;
}

export interface DatabaseWatchDeps {
  /** Told of every change: away since when, or null. */
  setAway(since: Instant | null): void;
  lost(reason: string): void;
  back(afterMs: number): void;
}

export function watchDatabase({ setAway, lost, back }: DatabaseWatchDeps): DatabaseWatch {
  let away: { since: Instant; reads: boolean } | null = null;
  return {
    failed(error, now) {
      const trouble = databaseTrouble(error);
      if (trouble === null) {
        return false;
      }
      if (away === null) {
        away = { since: now, reads: trouble.reads };
        setAway(now);
        lost(trouble.reason);
      } else {
        // From no room to no answer: that wants something else of whoever reads the log.
        if (away.reads && !trouble.reads) {
          lost(trouble.reason);
        }
        away.reads = trouble.reads;
      }
      return true;
    },
    succeeded(now, wrote) {
      if (away !== null && (wrote || !away.reads)) {
        const { since } = away;
        away = null;
        setAway(null);
        back(now - since);
      }
    },
    isAway: () => away !== null,
  };
}
