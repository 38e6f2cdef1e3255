/**
 * Corrections: a later, reasoned reclassification of measured time, laid over the timeline and never into it (sla-semantics 7). After the
 * timeline, before exclusions.
 */
import type { Instant } from "../time/interval.ts";
import type { ReadingState, Segment } from "./timeline.ts";
import { appendSegment } from "./timeline.ts";

export interface Correction {
  start: Instant;
  /** Null: until whatever still runs is taken to end. */
  end: Instant | null;
  state: ReadingState;
  recordedAt: Instant;
}

/**
 * The non-up time of a service with its corrections: at every ms the last recorded one wins, of several recorded at one instant the one
 * listed last.
 */
export function corrected(
  timeline: readonly Segment[],
  corrections: readonly Correction[],
  openEnd: Instant,
): Segment[] {
  let segments = [...timeline];
  for (const correction of corrections.toSorted((a, b) => a.recordedAt - b.recordedAt)) {
    segments = withStretch(segments, { ...correction, end: correction.end ?? openEnd });
  }
  const merged: Segment[] = [];
  segments.forEach((segment) => appendSegment(merged, segment));
  return merged;
}

function withStretch(segments: readonly Segment[], { start, end, state }: Segment): Segment[] {
  if (start >= end) {
    return [...segments];
  }
  const before: Segment[] = [];
  const after: Segment[] = [];
  for (const segment of segments) {
    if (segment.start < start) {
      before.push({ ...segment, end: Math.min(segment.end, start) });
    }
    if (segment.end > end) {
      after.push({ ...segment, start: Math.max(segment.start, end) });
    }
  }
  return [...before, ...(state === "up" ? [] : [{ start, end, state }]), ...after];
}
