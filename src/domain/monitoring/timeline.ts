/**
 * The measured timeline of a check or a service: what it was when, from change points. After outages, before any overlay;
 * nothing here knows of maintenance, incidents or contracts (sla-semantics 2 and 3).
 */
import type { Instant, Interval } from "../time/interval.ts";

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
