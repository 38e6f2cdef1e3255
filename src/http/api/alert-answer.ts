/** Alerts, silences and duties as the API tells them. */
import { z } from "@hono/zod-openapi";
import { alertKinds, alertSeverities } from "../../domain/alerting/alert.ts";
import { alertHappenings, type AlertHistoryEntry } from "../../domain/alerting/alert-history.ts";
import { type AlertSilence, silenceState } from "../../domain/alerting/silence.ts";
import { alertStanding, alertStandings } from "../../domain/alerting/standing-alert.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import type { Alert } from "../../store/alerts.ts";
import type { AlertTelling, MemberCount } from "../../store/told-alerts.ts";
import { instantOutput } from "./answer.ts";

const facts = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

export const alertOutput = z
  .object({
    id: z.int(),
    kind: z.enum(alertKinds),
    severity: z.enum(alertSeverities),
    standing: z.enum(alertStandings).openapi({
      description:
        "calling: waits for somebody; acknowledged; muted; held_back behind another one; member: told with another one; over.",
    }),
    facts: facts.openapi({ description: "What it is about; instants as epoch ms." }),
    opened_at: instantOutput,
    ended_at: instantOutput.nullable().openapi({ description: "When its own trouble ended." }),
    over_at: instantOutput.nullable(),
    held_back_by: z.string().nullable(),
    member_of: z.int().nullable(),
    members: z.object({ all: z.int(), standing: z.int() }),
    muted_by: z.string().nullable().openapi({ example: "silence 12" }),
    flapping_since: instantOutput.nullable(),
    calling_since: instantOutput.nullable(),
    round: z.int().openapi({ description: "How often it began to call anew." }),
    route: z.string().nullable(),
    acknowledged_by: z.string().nullable(),
    acknowledged_at: instantOutput.nullable(),
    acknowledged_until: instantOutput.nullable().openapi({ description: "Null: until it is over." }),
  })
  .openapi("Alert");

const tellingOutput = z.object({
  event: z.enum(["opened", "escalated", "acknowledged", "closed"]),
  channel: z.string(),
  person: z.string().nullable(),
  round: z.int(),
  step: z.int(),
  attempts: z.int(),
  due_at: instantOutput.nullable(),
  told_at: instantOutput.nullable(),
  withdrawn_at: instantOutput.nullable(),
  given_up_at: instantOutput.nullable(),
  failure: z.string().nullable(),
});

export const wholeAlertOutput = alertOutput
  .extend({
    history: z
      .array(
        z.object({ event: z.enum(alertHappenings), at: instantOutput, author: z.string().nullable(), facts }),
      )
      .openapi({ description: "Oldest first." }),
    tellings: z.array(tellingOutput),
    next: z
      .object({
        step: z.int(),
        at: instantOutput,
        unless: z.enum(["acknowledged", "over"]),
        channels: z.array(z.string()),
      })
      .nullable()
      .openapi({ description: "What comes next if nothing changes; null: nothing." }),
  })
  .openapi("WholeAlert");

export function toAlertJson(alert: Alert, members: MemberCount = { all: 0, standing: 0 }) {
  return {
    id: alert.id,
    kind: alert.kind,
    severity: alert.severity,
    standing: alertStanding(alert),
    facts: alert.facts,
    opened_at: isoInstant(alert.openedAt),
    ended_at: isoInstant(alert.closedAt),
    over_at: isoInstant(alert.overAt),
    held_back_by: alert.heldBackBy,
    member_of: alert.memberOf,
    members,
    muted_by: alert.mutedBy,
    flapping_since: isoInstant(alert.flappingSince),
    calling_since: isoInstant(alert.callingSince),
    round: alert.round,
    route: alert.route,
    acknowledged_by: alert.acknowledgedBy,
    acknowledged_at: isoInstant(alert.acknowledgedAt),
    acknowledged_until: isoInstant(alert.acknowledgedUntil),
  };
}

export function toHistoryJson({ event, at, author, facts: said }: AlertHistoryEntry) {
  return { event, at: isoInstant(at), author, facts: said };
}

export function toTellingJson(telling: AlertTelling) {
  const { event, channel, person, round, step, attempts, failure } = telling;
  return {
    ...{ event, channel, person, round, step, attempts, failure },
    due_at: isoInstant(telling.dueAt),
    told_at: isoInstant(telling.toldAt),
    withdrawn_at: isoInstant(telling.withdrawnAt),
    given_up_at: isoInstant(telling.givenUpAt),
  };
}

export const silenceOutput = z
  .object({
    id: z.int(),
    state: z.enum(["coming", "holding", "over", "lifted"]),
    services: z.array(z.string()),
    groups: z.array(z.string()),
    kinds: z.array(z.enum(alertKinds)),
    start: instantOutput,
    end: instantOutput,
    reason: z.string(),
    author: z.string(),
    created_at: instantOutput,
    lifted_by: z.string().nullable(),
    lifted_at: instantOutput.nullable(),
    mutes: z.array(z.int()).openapi({ description: "Alerts that it mutes now." }),
  })
  .openapi("Silence");

export function toSilenceJson(silence: AlertSilence, mutes: readonly number[], now: Instant) {
  const { id, services, groups, kinds, reason, author, liftedBy } = silence;
  return {
    ...{ id, state: silenceState(silence, now), services, groups, kinds, reason, author },
    start: isoInstant(silence.start),
    end: isoInstant(silence.end),
    created_at: isoInstant(silence.createdAt),
    lifted_by: liftedBy,
    lifted_at: isoInstant(silence.liftedAt),
    mutes: [...mutes],
  };
}
