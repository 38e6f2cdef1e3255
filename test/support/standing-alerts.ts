/** Alerts that are not over and what is known beside them, for tests of what becomes of them. */
import type { Circumstances } from "../../src/domain/alerting/attention.ts";
import { noAlertRules } from "../../src/domain/alerting/alert-rules.ts";
import type { AlertRoute } from "../../src/domain/alerting/route.ts";
import type { EscalationStep } from "../../src/domain/alerting/escalation.ts";
import type { StandingAlert } from "../../src/domain/alerting/standing-alert.ts";

export const openedAt = Date.UTC(2026, 6, 3, 8, 15);
export const minute = 60_000;

/** An alert about a service that is down, opened just now. */
export function standing(id: number, service: string, more: Partial<StandingAlert> = {}): StandingAlert {
  return {
    id,
    key: `service_down ${service}`,
    kind: "service_down",
    severity: "critical",
    facts: { service, title: service },
    openedAt,
    closedAt: null,
    heldBackBy: null,
    memberOf: null,
    mutedBy: null,
    flappingSince: null,
    callingSince: null,
    round: 0,
    route: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    acknowledgedUntil: null,
    ...more,
  };
}

export function route(slug: string, more: Partial<AlertRoute> = {}): AlertRoute {
  return {
    ...{ slug, services: [], groups: [], kinds: [], severities: [], hours: null, waitsFor: null },
    escalation: "duty",
    ...more,
  };
}

export function step(
  afterMinutes: number,
  tell: string[],
  unless: EscalationStep["unless"] = "acknowledged",
) {
  return { afterMs: afterMinutes * minute, unless, tell };
}

/** Nothing is known beside the alerts: no rules, nothing silenced; what there is goes to the mail of the configuration. */
export function circumstances(more: Partial<Circumstances> = {}): Circumstances {
  return {
    rules: noAlertRules,
    silences: [],
    windows: [],
    groupOf: new Map(),
    isOpen: () => true,
    overrides: [],
    openTimeOf: (_, within) => [within],
    personOf: (name) => (name.startsWith("p_") ? name : undefined),
    causesOf: () => [],
    openingsOf: () => [openedAt],
    takenOf: () => [],
    fallback: ["mail"],
    ...more,
  };
}
