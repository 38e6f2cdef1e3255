/**
 * Priorities of incidents: what ops choose between, and which state of a service each stands for (policy rule 26). Their slugs are those of
 * the severity tables in contracts, so that deadlines follow from them.
 */
import type { IncidentImpact } from "./incident.ts";

export interface IncidentPriority {
  slug: string;
  title: string;
  /** When it applies, in a sentence; "": nothing is said. */
  meaning: string;
  /** What it proposes for the affected services. */
  shows: IncidentImpact;
}

/** Where the platform names none: five, by how many are hit and how hard (policy rules 17–21, 26). */
export const usualPriorities: readonly IncidentPriority[] = [
  { slug: "p1", title: "P1", meaning: "Work has stopped for all or most users.", shows: "major_outage" },
  {
    slug: "p2",
    title: "P2",
    meaning: "Many users, or a business function, are hit.",
    shows: "partial_outage",
  },
  {
    slug: "p3",
    title: "P3",
    meaning: "Some users are hit, or there is a way around.",
    shows: "degraded_performance",
  },
  { slug: "p4", title: "P4", meaning: "One or two users are hit.", shows: "degraded_performance" },
  { slug: "p5", title: "P5", meaning: "Nobody is hit yet: a potential disturbance.", shows: "operational" },
];
