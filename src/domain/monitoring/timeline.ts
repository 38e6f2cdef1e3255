/**
 * The measured timeline of a check or a service: what it was when, from change points. After outages, before any overlay;
 * nothing here knows of maintenance, incidents or contracts (sla-semantics 2 and 3).
 */
import type { Instant, Interval, IntervalSet } from "../time/interval.ts";

/** What all locations together say (design.md, "reading"). */
export const readingStates = ["up", "degraded", "down", "unknown"] as const;
export type ReadingState = (typeof readingStates)[number];

/** From this instant on, this state. Stored, per check, in order; before the first one: unknown. */
export interface ReadingChange {
  at: Instant;
  state: ReadingState;
}

/** A stretch of one state. */
export interface Segment extends Interval {
  state: ReadingState;
}

/** Segments in order, each beginning where the one before ends, neighbours differing in state. */
export type Timeline = readonly Segment[];

/** The timeline of one check and the time in which it was asked; `activeUntil` null = still is. */
export interface ActiveTimeline {
  timeline: Timeline;
  activeFrom: Instant;
  activeUntil: Instant | null;
}

/** The timeline that change points (in order) make of a window: unknown before the first one, the last one holds. */
export function segmentsFrom(changes: readonly ReadingChange[], window: Interval): Segment[] {
  const segments: Segment[] = [];
  let state: ReadingState = "unknown";
  let from = window.start;
  for (const change of changes) {
    const until = Math.min(change.at, window.end);
    appendSegment(segments, { start: from, end: until, state });
    from = Math.max(from, until);
    state = change.state;
  }
  appendSegment(segments, { start: from, end: window.end, state });
  return segments;
}

/**
 * From checks to their service (sla-semantics 3): down if any is down, else unknown if any is unknown, else degraded if any is, else up.
 * A check has a say only while it is active, and is unknown where its timeline is silent; while none is active: unknown.
 */
export function rollUp(checks: readonly ActiveTimeline[], window: Interval): Segment[] {
  const edges: { at: Instant; state: ReadingState; change: 1 | -1 }[] = [
    { at: window.start, state: "up", change: 1 },
  ];
  for (const { timeline, activeFrom, activeUntil } of checks) {
    const active = {
      start: Math.max(activeFrom, window.start),
      end: Math.min(activeUntil ?? window.end, window.end),
    };
    for (const { start, end, state } of withoutGaps(clipTimeline(timeline, active), active)) {
      edges.push({ at: start, state, change: 1 }, { at: end, state, change: -1 });
    }
  }
  edges.sort((a, b) => a.at - b.at);
  // The first edge only makes the sweep begin with the window.
  const counts: Record<ReadingState, number> = { up: -1, degraded: 0, down: 0, unknown: 0 };
  const segments: Segment[] = [];
  for (const [i, { at, state, change }] of edges.entries()) {
    counts[state] += change;
    appendSegment(segments, { start: at, end: edges[i + 1]?.at ?? window.end, state: worstOf(counts) });
  }
  return segments;
}

function worstOf(counts: Record<ReadingState, number>): ReadingState {
  if (counts.down > 0) {
    return "down";
  }
  if (counts.unknown > 0) {
    return "unknown";
  }
  if (counts.degraded > 0) {
    return "degraded";
  }
  return counts.up > 0 ? "up" : "unknown";
}

/** The part of a window, or of segments in order with gaps between them, that lies in an interval; found by bisection. */
export function clipTimeline(timeline: readonly Segment[], to: Interval): Segment[] {
  const clipped: Segment[] = [];
  for (let i = firstEndingAfter(timeline, to.start); i < timeline.length; i++) {
    const { start, end, state } = timeline[i]!;
    if (start >= to.end) {
      break;
    }
    appendSegment(clipped, { start: Math.max(start, to.start), end: Math.min(end, to.end), state });
  }
  return clipped;
}

/** When it was in a state, as a set. */
export function timesIn(state: ReadingState, timeline: readonly Segment[]): Interval[] {
  const set: Interval[] = [];
  for (const { start, end, state: itsState } of timeline) {
    const last = set.at(-1);
    if (itsState !== state) {
      continue;
    }
    if (last !== undefined && last.end === start) {
      last.end = end;
    } else {
      set.push({ start, end });
    }
  }
  return set;
}

/** Ms spent in a state within an interval. */
export function timeIn(state: ReadingState, timeline: readonly Segment[], within: Interval): number {
  return clipTimeline(timeline, within).reduce(
    (sum, segment) => sum + (segment.state === state ? segment.end - segment.start : 0),
    0,
  );
}

/** Ms spent in each state during each of the intervals (in order, disjoint: days, say), in one pass; time not listed counts nowhere. */
export function timeInStates(
  timeline: readonly Segment[],
  intervals: IntervalSet,
): Record<ReadingState, number>[] {
  let i = firstEndingAfter(timeline, intervals[0]?.start ?? 0);
  return intervals.map(({ start, end }) => {
    const times = { up: 0, degraded: 0, down: 0, unknown: 0 };
    while (i < timeline.length && timeline[i]!.end <= start) {
      i++;
    }
    for (let j = i; j < timeline.length && timeline[j]!.start < end; j++) {
      const segment = timeline[j]!;
      times[segment.state] += Math.min(segment.end, end) - Math.max(segment.start, start);
    }
    return times;
  });
}

/** Adds the next stretch in order: empty ones vanish, one of the state before it that it touches is merged with it. */
export function appendSegment(segments: Segment[], { start, end, state }: Segment): void {
  const last = segments.at(-1);
  if (start >= end) {
    return;
  }
  if (last !== undefined && last.end === start && last.state === state) {
    last.end = end;
  } else {
    segments.push({ start, end, state });
  }
}

function withoutGaps(segments: readonly Segment[], whole: Interval): Segment[] {
  const filled: Segment[] = [];
  let from = whole.start;
  for (const segment of segments) {
    appendSegment(filled, { start: from, end: segment.start, state: "unknown" });
    appendSegment(filled, segment);
    from = segment.end;
  }
  appendSegment(filled, { start: from, end: whole.end, state: "unknown" });
  return filled;
}

function firstEndingAfter(timeline: readonly Segment[], at: Instant): number {
  let low = 0;
  let high = timeline.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timeline[middle]!.end <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
