/**
 * An outage: a measured interval of "down" whose edges are known only to within the asking interval, hence three lengths
 * (sla-semantics 3). Between confirmation and the timeline.
 */
import type { Instant, Interval } from "../time/interval.ts";

export interface Outage {
  /** The first failing round of the streak that confirmed it. */
  start: Instant;
  /** The first ok round of the streak that ended it, or when the reading went unknown; null while it lasts. */
  end: Instant | null;
  lastFailAt: Instant;
  /** The last ok round before `start`; null: none was seen. */
  lastOkBeforeAt: Instant | null;
  /** The first ok round after it; null: none was seen yet. */
  firstOkAfterAt: Instant | null;
  /** By how many ms its edges may be wrong, for the clocks of the probes that saw them; absent = they were right. */
  uncertaintyMs?: number;
}

/** Which of the three figures of an outage is meant. */
export type OutageFigure = "lower" | "observed" | "upper";

/**
 * The interval of an outage under one figure: lower = first to last failing round (may be empty), observed = first fail to first ok,
 * upper = last ok before to first ok after. What was not seen is replaced by the edges of the observation.
 */
export function outageInterval(outage: Outage, figure: OutageFigure, observed: Interval): Interval {
  switch (figure) {
    case "lower":
      return { start: outage.start, end: outage.lastFailAt };
    case "observed":
      return { start: outage.start, end: outage.end ?? observed.end };
    case "upper":
      return {
        start: outage.lastOkBeforeAt ?? observed.start,
        end: outage.firstOkAfterAt ?? observed.end,
      };
  }
}
