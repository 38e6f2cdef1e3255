/** Incidents and maintenance windows as the Statuspage API tells them: both are "incidents" there, with their updates newest first. */
import type { Incident, IncidentImpact } from "../../domain/status/incident.ts";
import { type MaintenanceWindow, maintenanceStateAt } from "../../domain/status/maintenance-window.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { publishedPostmortem } from "../../domain/status/postmortem.ts";
import type { Component } from "./components.ts";
import type { StatuspageIds } from "./statuspage-id.ts";

type Impact = "none" | "minor" | "major" | "critical" | "maintenance";

interface AffectedComponent {
  code: string;
  name: string;
  old_status: string;
  new_status: string;
}

interface Update {
  id: string;
  status: string;
  body: string;
  incident_id: string;
  created_at: string;
  updated_at: string;
  display_at: string;
  affected_components: AffectedComponent[] | null;
  deliver_notifications: boolean;
  custom_tweet: null;
  tweet_id: null;
}

export interface StatuspageIncident {
  id: string;
  name: string;
  status: string;
  created_at: string;
  updated_at: string;
  monitoring_at: string | null;
  resolved_at: string | null;
  impact: Impact;
  shortlink: string;
  started_at: string;
  page_id: string;
  incident_updates: Update[];
  components: Component[];
  reminder_intervals: null;
}

export interface StatuspageMaintenance extends StatuspageIncident {
  scheduled_for: string;
  scheduled_until: string;
}

/** What both kinds are told with. */
export interface Telling {
  ids: StatuspageIds;
  /** Address of the page, without a slash at the end. */
  address: string;
  /** Components of services by slug. */
  components: ReadonlyMap<string, Component>;
  now: Instant;
}

export function toStatuspageIncident(incident: Incident, telling: Telling): StatuspageIncident {
  const { reference, title, state, declaredAt, startedAt, resolvedAt, updates, impacts } = incident;
  const learned = state === "resolved" ? learnedOf(incident) : null;
  const { ids } = telling;
  const id = ids.of("incident", reference);
  const slugs = [...new Set(impacts.map(({ serviceSlug }) => serviceSlug))];
  return {
    id,
    name: title,
    status: learned === null ? state : learned.state,
    created_at: isoInstant(declaredAt),
    updated_at: isoInstant(Math.max(updates.at(-1)!.at, learned?.at ?? 0)),
    monitoring_at: momentOf(updates.findLast((update) => update.state === "monitoring")?.at),
    resolved_at: momentOf(resolvedAt),
    impact: impactOf(impacts.map(({ impact }) => impact)),
    shortlink: `${telling.address}/incidents/${reference}`,
    started_at: isoInstant(startedAt),
    page_id: ids.page,
    incident_updates: [
      ...updates.map((update, i) => ({
        ...updateOf(ids, id, reference, i, update),
        affected_components: affectedAt(incident, update.at, i === 0, telling),
      })),
      ...(learned === null
        ? []
        : [{ ...updateOf(ids, id, reference, "postmortem", learned), affected_components: null }]),
    ].reverse(),
    components: componentsFor(slugs, telling),
    reminder_intervals: null,
  };
}

export function toStatuspageMaintenance(window: MaintenanceWindow, telling: Telling): StatuspageMaintenance {
  const { reference, title, message, author: _, announcedAt, plannedStart, plannedEnd, updates } = window;
  const { ids } = telling;
  const id = ids.of("maintenance", reference);
  const told = updates.length === 0 ? [{ state: "scheduled", message, at: announcedAt }] : updates;
  const state = maintenanceStateAt(window, telling.now);
  return {
    id,
    name: title,
    status: state,
    created_at: isoInstant(told[0]!.at),
    updated_at: isoInstant(told.at(-1)!.at),
    monitoring_at: null,
    resolved_at: state === "completed" ? isoInstant(window.actualEnd ?? plannedEnd) : null,
    impact: "maintenance",
    shortlink: `${telling.address}/maintenance/${reference}`,
    started_at: isoInstant(window.actualStart ?? plannedStart),
    page_id: ids.page,
    incident_updates: told
      .map((update, i) => ({ ...updateOf(ids, id, reference, i, update), affected_components: null }))
      .reverse(),
    components: componentsFor(window.serviceSlugs, telling),
    reminder_intervals: null,
    scheduled_for: isoInstant(plannedStart),
    scheduled_until: isoInstant(plannedEnd),
  };
}

/** The original tells what was learned as one more update, and calls the incident by it from then on. */
function learnedOf(incident: Incident) {
  const postmortem = publishedPostmortem(incident);
  return (
    postmortem && {
      ...{ state: "postmortem" as const, message: postmortem.message },
      at: postmortem.publishedAt!,
    }
  );
}

/** Whether an incident is over in the original's words. */
export function isOver({ status }: Pick<StatuspageIncident, "status">): boolean {
  return status === "resolved" || status === "postmortem";
}

function updateOf(
  ids: StatuspageIds,
  incidentId: string,
  reference: string,
  place: number | "postmortem",
  { state, message, at }: { state: string; message: string; at: Instant },
): Omit<Update, "affected_components"> {
  const when = isoInstant(at);
  return {
    id: ids.of("update", `${reference} ${place}`),
    status: state,
    body: message,
    incident_id: incidentId,
    created_at: when,
    updated_at: when,
    display_at: when,
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  };
}

/** What an update changed for each service of the incident: its impact just before, and from then on. */
function affectedAt(
  { impacts }: Incident,
  at: Instant,
  isFirst: boolean,
  { components }: Telling,
): AffectedComponent[] {
  const slugs = [...new Set(impacts.map(({ serviceSlug }) => serviceSlug))];
  const impactOn = (slug: string, holds: (start: Instant, end: Instant | null) => boolean): IncidentImpact =>
    impacts.find(({ serviceSlug, start, end }) => serviceSlug === slug && holds(start, end))?.impact ??
    "operational";
  return slugs.flatMap((slug) => {
    const component = components.get(slug);
    return component === undefined
      ? []
      : [
          {
            code: component.id,
            name: component.name,
            old_status: isFirst
              ? "operational"
              : impactOn(slug, (start, end) => start < at && (end === null || end >= at)),
            new_status: impactOn(slug, (start, end) => start <= at && (end === null || end > at)),
          },
        ];
  });
}

function componentsFor(slugs: readonly string[], { components }: Telling): Component[] {
  return slugs.flatMap((slug) => components.get(slug) ?? []);
}

/** As the original derives it from component states: the worst that an incident ever did. */
export function impactOf(impacts: readonly IncidentImpact[]): Exclude<Impact, "maintenance"> {
  const order = ["operational", "degraded_performance", "partial_outage", "major_outage"] as const;
  const worst = Math.max(0, ...impacts.map((impact) => order.indexOf(impact)));
  return (["none", "minor", "major", "critical"] as const)[worst]!;
}

function momentOf(at: Instant | null | undefined): string | null {
  return at == null ? null : isoInstant(at);
}
