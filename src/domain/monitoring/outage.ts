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

/** The outage with edges that may be wrong by this much at least. */
export function withUncertainty(outage: Outage, uncertaintyMs: number): Outage {
  return uncertaintyMs <= (outage.uncertaintyMs ?? 0) ? outage : { ...outage, uncertaintyMs };
}

/**
 * The interval of an outage under one figure: lower = first to last failing round (may be empty), observed = first fail to first ok,
 * upper = last ok before to first ok after. What was not seen is replaced by the edges of the observation. Where clocks were wrong, lower
 * gives way by as much at both ends (empty when nothing is left of it) and upper reaches so much further, but not beyond the
 * observation's end: nobody has asked later than that. Observed stays what was observed.
 */
export function outageInterval(outage: Outage, figure: OutageFigure, observed: Interval): Interval {
  const { uncertaintyMs = 0, lastOkBeforeAt, firstOkAfterAt } = outage;
  switch (figure) {
    case "lower": {
      const start = outage.start + uncertaintyMs;
      return {
        start,
        end: uncertaintyMs === 0 ? outage.lastFailAt : Math.max(start, outage.lastFailAt - uncertaintyMs),
      };
    }
    case "observed":
      return { start: outage.start, end: outage.end ?? observed.end };
    case "upper": {
      const latest = Math.max(firstOkAfterAt ?? observed.end, observed.end);
      return {
        start: lastOkBeforeAt === null ? observed.start : lastOkBeforeAt - uncertaintyMs,
        end: firstOkAfterAt === null ? observed.end : Math.min(firstOkAfterAt + uncertaintyMs, latest),
      };
    }
  }
}
