/**
 * Downtime: the part of the measured time that counts against a commitment (sla-semantics 4 and 8), in one cycle's eligible time. Between
 * measured time and availability.
 */
import { clipTimeline, timesIn } from "../../monitoring/timeline.ts";
import type { Interval, IntervalSet } from "../../time/interval.ts";
import { intersect, measure, subtract } from "../../time/interval.ts";
import type { Commitment } from "./commitment.ts";
import type { Exact } from "../figures/exact.ts";
import { product, simplest, sum } from "../figures/exact.ts";
import type { RolledUp } from "./measured-time.ts";
import { countedMinutes, type Granularity } from "../figures/minute-rule.ts";

/** What counts in one view of the measured time. */
export interface Tally {
  downMs: Exact;
  degradedMs: Exact;
  /** Time the unknown rule takes out of the denominator. */
  removedMs: number;
  eligibleMs: number;
}

/**
 * Steps 6 to 8 of the order of evaluation: clip to eligible time, apply the minute rule, add the share of degraded time. What is asked
 * twice is counted once.
 *
 * @param elapsed eligible time so far, from which unknown time may still be removed
 * @param excluded when every covered service is excluded
 */
export function tallier(
  elapsed: IntervalSet,
  excluded: IntervalSet,
  commitment: Commitment,
): (rolledUp: RolledUp) => Tally {
  const { granularity, degradedWeightPpm } = commitment;
  const degradedWeight = { numerator: BigInt(degradedWeightPpm), denominator: 1_000_000n };
  const elapsedMs = measure(elapsed);
  const known = new Map<RolledUp, Tally>();
  const tally = (rolledUp: RolledUp): Tally => {
    const removed =
      commitment.unknown === "remove"
        ? rolledUp.flatMap(({ timeline }) => within("unknown", timeline, elapsed))
        : [];
    const eligible = removed.length === 0 ? elapsed : subtract(elapsed, removed);
    const removedMs = measure(removed);
    let [downMs, degradedMs]: [Exact, Exact] = [0, 0];
    for (const { share, timeline } of rolledUp) {
      const { down, minutes, counted } = countedTime(timeline, eligible, excluded, granularity);
      downMs = simplest(sum(downMs, weighed(share, measure(counted))));
      if (degradedWeightPpm > 0) {
        const degraded = subtract(within("degraded", timeline, eligible), minutes ?? down);
        degradedMs = simplest(sum(degradedMs, weighed(share, measure(degraded))));
      }
    }
    return {
      downMs: simplest(degradedMs === 0 ? downMs : sum(downMs, product(degradedMs, degradedWeight))),
      degradedMs,
      removedMs,
      eligibleMs: elapsedMs - removedMs,
    };
  };
  return (rolledUp) => {
    const tallied = known.get(rolledUp) ?? tally(rolledUp);
    known.set(rolledUp, tallied);
    return tallied;
  };
}

/** When it was down in eligible time, and what of that counts by the minute rule; `minutes` null: it counts by the ms. */
function countedTime(
  timeline: RolledUp[number]["timeline"],
  eligible: IntervalSet,
  excluded: IntervalSet,
  granularity: Granularity,
): { down: Interval[]; minutes: Interval[] | null; counted: Interval[] } {
  const down = within("down", timeline, eligible);
  if (granularity === "exact_ms") {
    return { down, minutes: null, counted: down };
  }
  const minutes = countedMinutes(down, granularity);
  return { down, minutes, counted: subtract(intersect(minutes, eligible), excluded) };
}

/** Downtime of one timeline, and what of it counts, with its share of the whole. */
export interface CountedStretches {
  share: Exact;
  down: IntervalSet;
  counted: IntervalSet;
}

/** When the downtime was that a tally counts, degraded time apart: the same sets that `tallier` measures. */
export function countedStretches(
  rolledUp: RolledUp,
  elapsed: IntervalSet,
  excluded: IntervalSet,
  commitment: Commitment,
): CountedStretches[] {
  const removed =
    commitment.unknown === "remove"
      ? rolledUp.flatMap(({ timeline }) => within("unknown", timeline, elapsed))
      : [];
  const eligible = subtract(elapsed, removed);
  return rolledUp.map(({ share, timeline }) => {
    const { down, counted } = countedTime(timeline, eligible, excluded, commitment.granularity);
    return { share, down, counted };
  });
}

/** How long it was in a state within a set of times, each timeline by its share. */
export function timeIn(
  state: "down" | "degraded" | "unknown",
  rolledUp: RolledUp,
  times: IntervalSet,
): Exact {
  return rolledUp.reduce<Exact>(
    (total, { share, timeline }) =>
      simplest(sum(total, weighed(share, measure(within(state, timeline, times))))),
    0,
  );
}

/** When it was in a state within a set of times. */
function within(
  state: "down" | "degraded" | "unknown",
  timeline: RolledUp[number]["timeline"],
  times: IntervalSet,
): Interval[] {
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined || timeline.length === 0) {
    return [];
  }
  return intersect(timesIn(state, clipTimeline(timeline, { start: first.start, end: last.end })), times);
}

function weighed(share: Exact, ms: number): Exact {
  return share === 1 ? ms : product(share, ms);
}
