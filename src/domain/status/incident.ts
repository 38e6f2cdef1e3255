/**
 * What people say publicly about trouble: an incident, its updates, and its impact on services over time. Words, not measurement:
 * an incident never changes an outage, nor an outage an incident.
 */
import { Conflict, type Fault } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import { messageFaults, refuseFaults, tidyWords, titleFaults } from "./public-words.ts";

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

/** A service and what the incident does to it now. */
export interface AffectedService {
  serviceSlug: string;
  impact: IncidentImpact;
}

/** What somebody declares. */
export interface IncidentDeclaration {
  title: string;
  state: IncidentState;
  message: string;
  services: AffectedService[];
  /** Null: it begins now. Earlier: the trouble was there before it was declared. */
  startedAt: Instant | null;
  /** Only for an incident that is declared when it is over already (state resolved); null: now. */
  resolvedAt: Instant | null;
}

/** What somebody says further. What is left out (null) stays as it is. */
export interface IncidentChange {
  title: string | null;
  state: IncidentState | null;
  message: string;
  /** Impacts that change from now on; services that are not named keep theirs. */
  services: AffectedService[] | null;
  /** A resolved incident is only opened again by saying so. */
  reopen: boolean;
}

export const affectedServicesLimit = 500;

/** A new incident. Its declaration is always now, however far back it began. */
export function declareIncident(
  declaration: IncidentDeclaration,
  identity: { reference: string; author: string },
  now: Instant,
): Incident {
  refuseFaults(
    "invalid_incident",
    "The incident cannot be declared like this.",
    declarationFaults(declaration, now),
  );
  const startedAt = declaration.startedAt ?? now;
  const resolvedAt = declaration.state === "resolved" ? (declaration.resolvedAt ?? now) : null;
  return {
    reference: identity.reference,
    title: tidyWords(declaration.title),
    startedAt,
    declaredAt: now,
    resolvedAt,
    state: declaration.state,
    updates: [
      { state: declaration.state, message: tidyWords(declaration.message), at: now, author: identity.author },
    ],
    impacts: declaration.services.map((service) => ({ ...service, start: startedAt, end: resolvedAt })),
  };
}

/**
 * The incident after another update. Resolving ends every impact; reopening lets the impacts that lasted until then begin anew,
 * unless services are named.
 */
export function updateIncident(
  incident: Incident,
  change: IncidentChange,
  author: string,
  now: Instant,
): Incident {
  refuseFaults("invalid_incident_update", "The update cannot be published like this.", changeFaults(change));
  // Another server's clock may be a little ahead: updates never go back in time, and no impact is ever empty.
  const at = Math.max(now, incident.updates.at(-1)!.at + 1);
  const reopened = incident.state === "resolved";
  const state = change.state ?? (reopened ? "investigating" : incident.state);
  refuseReopening(incident, change.reopen);

  const standing = reopened ? resume(incident, at) : incident.impacts;
  // What resolves ends everything; an impact that would begin and end at once is not one.
  const impacts =
    state === "resolved" ? endImpacts(standing, at) : changeImpacts(standing, change.services ?? [], at);
  return {
    ...incident,
    title: change.title === null ? incident.title : tidyWords(change.title),
    state,
    resolvedAt: state === "resolved" ? at : null,
    updates: [...incident.updates, { state, message: tidyWords(change.message), at, author }],
    impacts,
  };
}

/** Impacts that hold at an instant, one a service. */
export function impactsAt(incident: Incident, at: Instant): ServiceImpact[] {
  return incident.impacts.filter(({ start, end }) => start <= at && (end === null || at < end));
}

/** The worse of two impacts. */
export function worstImpact(impacts: readonly IncidentImpact[]): IncidentImpact {
  return incidentImpacts[Math.max(0, ...impacts.map((impact) => incidentImpacts.indexOf(impact)))]!;
}

function declarationFaults(declaration: IncidentDeclaration, now: Instant): Fault[] {
  const { startedAt, resolvedAt, state } = declaration;
  const faults = [
    ...titleFaults(declaration.title, "/title"),
    ...messageFaults(declaration.message, "/message"),
    ...serviceFaults(declaration.services),
  ];
  if (startedAt !== null && startedAt > now) {
    faults.push({
      pointer: "/started_at",
      detail: "An incident cannot begin in the future; planned work is maintenance.",
    });
  }
  if (startedAt !== null && startedAt < now - backdatingLimitMs) {
    faults.push({ pointer: "/started_at", detail: "An incident can be dated back by at most 400 days." });
  }
  if (resolvedAt !== null && state !== "resolved") {
    faults.push({ pointer: "/resolved_at", detail: "Only an incident in state resolved has an end." });
  }
  if (resolvedAt !== null && (resolvedAt > now || resolvedAt <= (startedAt ?? now))) {
    faults.push({
      pointer: "/resolved_at",
      detail: "The end lies after the beginning and not in the future.",
    });
  } else if (state === "resolved" && (startedAt ?? now) >= (resolvedAt ?? now)) {
    faults.push({
      pointer: "/started_at",
      detail: "An incident that is over already needs a beginning in the past.",
    });
  }
  return faults;
}

const backdatingLimitMs = 400 * 86_400_000;

function changeFaults(change: IncidentChange): Fault[] {
  return [
    ...(change.title === null ? [] : titleFaults(change.title, "/title")),
    ...messageFaults(change.message, "/message"),
    ...(change.services === null ? [] : serviceFaults(change.services)),
    ...(change.reopen && change.state === "resolved"
      ? [{ pointer: "/reopen", detail: "An incident cannot be opened again and resolved in one update." }]
      : []),
  ];
}

function serviceFaults(services: readonly AffectedService[]): Fault[] {
  if (services.length > affectedServicesLimit) {
    return [{ pointer: "/services", detail: `At most ${affectedServicesLimit} services at once.` }];
  }
  const seen = new Set<string>();
  const faults: Fault[] = [];
  for (const [i, { serviceSlug }] of services.entries()) {
    if (seen.has(serviceSlug)) {
      faults.push({
        pointer: `/services/${i}/service`,
        detail: `The service "${serviceSlug}" is named twice.`,
      });
    }
    seen.add(serviceSlug);
  }
  return faults;
}

function refuseReopening(incident: Incident, reopen: boolean): void {
  if (incident.state === "resolved" && !reopen) {
    throw new Conflict(
      "incident_resolved",
      `${incident.reference} is resolved. To say more about it, open it again: "reopen": true.`,
      [{ pointer: "/reopen", detail: "Needed to update a resolved incident." }],
    );
  }
  if (incident.state !== "resolved" && reopen) {
    throw new Conflict(
      "incident_open",
      `${incident.reference} is not resolved; there is nothing to open again.`,
      [{ pointer: "/reopen", detail: "Only for a resolved incident." }],
    );
  }
}

/** What lasted until the resolution lasts again from now on. */
function resume(incident: Incident, at: Instant): ServiceImpact[] {
  const lasted = incident.impacts.filter(({ end }) => end === incident.resolvedAt);
  return lasted.reduce(
    (impacts, { serviceSlug, impact }) => changeImpacts(impacts, [{ serviceSlug, impact }], at),
    incident.impacts,
  );
}

function changeImpacts(
  impacts: readonly ServiceImpact[],
  services: readonly AffectedService[],
  at: Instant,
): ServiceImpact[] {
  let changed = [...impacts];
  for (const { serviceSlug, impact } of services) {
    const running = changed.find((one) => one.serviceSlug === serviceSlug && one.end === null);
    if (running?.impact === impact) {
      continue;
    }
    changed = changed.map((one) => (one === running ? { ...one, end: at } : one));
    changed.push({ serviceSlug, impact, start: at, end: null });
  }
  return changed;
}

function endImpacts(impacts: readonly ServiceImpact[], at: Instant): ServiceImpact[] {
  return impacts.map((one) => (one.end === null ? { ...one, end: at } : one));
}
