/**
 * A service as the page and the API speak of it: what it is, what its checks measured, and its state in the page's words.
 */
import type { Outage } from "../monitoring/outage.ts";
import type { ReadingState, Segment } from "../monitoring/timeline.ts";
import type { Instant } from "../time/interval.ts";

/** Service states on the page (the Statuspage vocabulary). Presentation only: no figure is made of them. */
export const serviceStates = [
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
  "under_maintenance",
] as const;
export type ServiceState = (typeof serviceStates)[number];

/** An outage of one check of the service. */
export interface CheckOutage extends Outage {
  checkSlug: string;
}

/** A service with what was measured of it. */
export interface MeasuredService {
  slug: string;
  title: string;
  description: string;
  groupSlug: string | null;
  createdAt: Instant;
  archivedAt: Instant | null;
  /** Instant of the first conclusive round ever; null: nothing measured yet. */
  observedFrom: Instant | null;
  /** Instant of the latest sample of any of its checks; null: none yet. */
  lastSampleAt: Instant | null;
  /** What the counting checks together say now, and since when. */
  reading: ReadingState;
  readingSince: Instant | null;
  /** Non-up time since `observedFrom`, in order, disjoint; the last one may still be running (`end` = as far as is known). Time not listed, from `observedFrom` to now, is up. */
  segments: Segment[];
  /** Outages of its counting checks, in order of start. */
  outages: CheckOutage[];
  checks: MeasuredCheck[];
}

/** One check of a service, as the service's page tells of it. */
export interface MeasuredCheck {
  slug: string;
  kind: string;
  intervalMs: number;
  counts: boolean;
  reading: ReadingState;
  /** Why the latest failing sample failed, in words; null when it does not fail. */
  trouble: string | null;
}
