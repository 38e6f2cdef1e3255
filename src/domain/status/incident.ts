/**
 * What people say publicly about trouble: an incident, its updates, and its impact on services over time. Words, not measurement:
 * an incident never changes an outage, nor an outage an incident.
 */
import type { Instant } from "../time/interval.ts";

export const incidentStates = ["investigating", "identified", "monitoring", "resolved"] as const;
export type IncidentState = (typeof incidentStates)[number];

/** What an incident does to a service: a service state of the page, or none (a potential disturbance). */
export const incidentImpacts = [
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
] as const;
export type IncidentImpact = (typeof incidentImpacts)[number];

export interface IncidentUpdate {
  state: IncidentState;
  message: string;
  at: Instant;
  author: string;
}

/** Impact on one service from `start` until `end` (null: it lasts). */
export interface ServiceImpact {
  serviceSlug: string;
  impact: IncidentImpact;
  start: Instant;
  end: Instant | null;
}

export interface Incident {
  reference: string;
  title: string;
  startedAt: Instant;
  declaredAt: Instant;
  resolvedAt: Instant | null;
  /** The latest update's state. */
  state: IncidentState;
  /** In order of time, oldest first; at least one. */
  updates: IncidentUpdate[];
  impacts: ServiceImpact[];
}
