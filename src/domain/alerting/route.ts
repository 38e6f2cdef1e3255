/**
 * Which way an alert takes: the first route that fits it, by service, group, kind, severity and the hour, says whose escalation it is.
 */
import type { AlertKind, AlertSeverity } from "./alert.ts";

export interface AlertRoute {
  slug: string;
  /** What it fits, by slug or name; an empty list fits all. */
  services: string[];
  groups: string[];
  kinds: AlertKind[];
  severities: AlertSeverity[];
  /** It fits only inside, or only outside, the hours of a calendar (policy rule 90); null: at any time. */
  hours: { calendar: string; side: "inside" | "outside" } | null;
  /** Calendar in whose hours it calls; what comes at another time waits for them; null: it calls at any time. */
  waitsFor: string | null;
  /** Slug of the escalation that it takes. */
  escalation: string;
}
