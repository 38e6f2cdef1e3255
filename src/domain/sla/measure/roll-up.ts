/**
 * From the timelines of several services to the one a commitment is judged by (sla-semantics 8), in three values: time that may or may
 * not have been down stays unknown. One sweep over the segments; time that nobody lists is up.
 */
import { InvalidInput } from "../../errors.ts";
import type { ReadingState, Segment } from "../../monitoring/timeline.ts";
import { appendSegment } from "../../monitoring/timeline.ts";
import type { Instant } from "../../time/interval.ts";

/** Down when at least k services are: one (any_down), all of them (all_down), or k between (k_of_n). */
export type CountingRule = { kind: "any_down" } | { kind: "all_down" } | { kind: "k_of_n"; k: number };

/** Or weighted: each service's time by its weight, so that no single timeline comes of it. */
export type RollUpRule = CountingRule | { kind: "weighted" };

/** A measured stretch of one service; `end` null = still running. */
export interface MeasuredSegment {
  start: Instant;
  end: Instant | null;
  state: ReadingState;
}

/**
 * The non-up time of one service, in order, touching stretches of one state merged. Running stretches end at `openEnd`; refused when two
 * overlap, a running one overlapping every later one (sla-semantics 7).
 */
export function nonUpTime(segments: readonly MeasuredSegment[], openEnd: Instant): Segment[] {
  const inOrder = isSorted(segments) ? segments : segments.toSorted((a, b) => a.start - b.start);
  if (overlapIn(inOrder) !== null) {
    throw new InvalidInput("segments_overlap", segmentsOverlap);
  }
  const timeline: Segment[] = [];
  for (const { start, end, state } of inOrder) {
    if (state !== "up") {
      appendSegment(timeline, { start, end: end ?? openEnd, state });
    }
  }
  return timeline;
}

/** The rule of `overlapIn`, for whoever has to say it. */
export const segmentsOverlap = "Measured segments of one service may not overlap.";

/** The first segment, in order of start, that begins before the one before it has ended; null: there is none. */
export function overlapIn(inOrder: readonly MeasuredSegment[]): MeasuredSegment | null {
  let takenUntil = -Infinity;
  for (const segment of inOrder) {
    if (segment.start < takenUntil) {
      return segment;
    }
    takenUntil = segment.end ?? Infinity;
  }
  return null;
}

/** The non-up time of all services under the rule. Each timeline is the non-up time of one service, as `nonUpTime` gives it. */
export function rollUpServices(timelines: readonly (readonly Segment[])[], rule: CountingRule): Segment[] {
  const needed = servicesNeeded(rule, timelines.length);
  if (timelines.length === 1) {
    return [...timelines[0]!];
  }
  const edges = timelines
    .flat()
    .flatMap(({ start, end, state }) => [
      { at: start, state, change: 1 },
      { at: end, state, change: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  const counts: Record<ReadingState, number> = { up: timelines.length, degraded: 0, down: 0, unknown: 0 };
  const rolledUp: Segment[] = [];
  for (const [i, { at, state, change }] of edges.entries()) {
    counts[state] += change;
    counts.up -= change;
    const rolledUpState = stateOf(counts, needed, timelines.length);
    if (rolledUpState !== "up") {
      appendSegment(rolledUp, { start: at, end: edges[i + 1]?.at ?? at, state: rolledUpState });
    }
  }
  return rolledUp;
}

/** How many of n services have to be down. */
function servicesNeeded(rule: CountingRule, n: number): number {
  const k = rule.kind === "k_of_n" ? rule.k : rule.kind === "all_down" ? n : 1;
  if (n === 0) {
    throw new InvalidInput("services_none", "A commitment has to cover at least one service.");
  }
  if (!Number.isInteger(k) || k < 1 || k > n) {
    throw new InvalidInput("roll_up_k", `k has to be between 1 and the ${n} covered services, not ${k}.`);
  }
  return k;
}

function stateOf(counts: Record<ReadingState, number>, needed: number, n: number): ReadingState {
  if (counts.down >= needed) {
    return "down";
  }
  if (counts.down + counts.unknown >= needed) {
    return "unknown";
  }
  // Where all have to be down, one that is up carries the whole.
  const degraded = needed === n ? counts.degraded > 0 && counts.up === 0 : counts.degraded + counts.down > 0;
  return degraded ? "degraded" : "up";
}

function isSorted(segments: readonly MeasuredSegment[]): boolean {
  return segments.every((segment, i) => i === 0 || segments[i - 1]!.start <= segment.start);
}
