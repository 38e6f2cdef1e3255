/**
 * An alert that is not over: whether it calls people, or another one speaks for it, or something keeps it quiet. What the steps after
 * following a trouble (alert.ts) work on: muting, grouping, flapping, escalation.
 */
import type { Instant } from "../time/interval.ts";
import type { AlertFacts, AlertKind, AlertSeverity } from "./alert.ts";

export interface StandingAlert {
  id: number;
  key: string;
  kind: AlertKind;
  severity: AlertSeverity;
  facts: AlertFacts;
  openedAt: Instant;
  /** When its own trouble ended; null: it stands. */
  closedAt: Instant | null;
  /** Key of the alert it is held back behind. */
  heldBackBy: string | null;
  /** Id of the alert that speaks for it. */
  memberOf: number | null;
  /** What mutes it: `silence 12`, `maintenance MW-2026-0007`, `hours office`. */
  mutedBy: string | null;
  flappingSince: Instant | null;
  /** From when the delays of its escalation count; null: it calls nobody. */
  callingSince: Instant | null;
  round: number;
  /** Slug of the route it took in this round; null: none fits, or it calls nobody. */
  route: string | null;
  acknowledgedBy: string | null;
  acknowledgedAt: Instant | null;
  /** Null: it is acknowledged until it is over. */
  acknowledgedUntil: Instant | null;
}

/** How an alert stands, for people: the first that holds. */
export const alertStandings = ["over", "held_back", "member", "muted", "acknowledged", "calling"] as const;
export type AlertStanding = (typeof alertStandings)[number];

export function alertStanding(alert: StandingAlert & { overAt: Instant | null }): AlertStanding {
  if (alert.overAt !== null) {
    return "over";
  }
  if (alert.heldBackBy !== null) {
    return "held_back";
  }
  if (alert.memberOf !== null) {
    return "member";
  }
  if (alert.mutedBy !== null) {
    return "muted";
  }
  return isAcknowledged(alert) ? "acknowledged" : "calling";
}

export function isAcknowledged({ acknowledgedAt }: Pick<StandingAlert, "acknowledgedAt">): boolean {
  return acknowledgedAt !== null;
}

/** Whether it is told for itself, and not with another one. */
export function speaksForItself({ heldBackBy, memberOf }: StandingAlert): boolean {
  return heldBackBy === null && memberOf === null;
}

/** Slug of the service it is about; null: it is about none. */
export function serviceOf({ facts: { service } }: Pick<StandingAlert, "facts">): string | null {
  return typeof service === "string" ? service : null;
}

/** What is asked of an alert to choose a route or a silence for it. */
export interface AlertSubject {
  kind: AlertKind;
  severity: AlertSeverity;
  service: string | null;
  /** Slug of the group of its service; null: it is in none. */
  group: string | null;
}

export function subjectOf(
  alert: Pick<StandingAlert, "kind" | "severity" | "facts">,
  groupOf: ReadonlyMap<string, string | null>,
): AlertSubject {
  const service = serviceOf(alert);
  const group = service === null ? null : (groupOf.get(service) ?? null);
  return { kind: alert.kind, severity: alert.severity, service, group };
}
