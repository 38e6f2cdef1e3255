/**
 * What people say publicly about trouble: an incident, its updates, and its impact on services over time. Words, not measurement:
 * an incident never changes an outage, nor an outage an incident. This file holds what an incident is and how it begins; what is done to
 * it later stands in the files beside it (incident-update, incident-impacts, incident-dates, incident-merge, incident-words).
 */
import { Conflict, type Fault } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import { nextUpdateFaults } from "./next-update.ts";
import { messageFaults, refuseFaults, tidyWords, titleFaults } from "./public-words.ts";
import { type Translations, translationFaults, tidyTranslations } from "./translations.ts";

export const incidentStates = ["investigating", "identified", "monitoring", "resolved"] as const;
export type IncidentState = (typeof incidentStates)[number];

/** What an incident does to a service: a service state of the page, or none (a potential disturbance, policy rule 107). */
export const incidentImpacts = [
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
] as const;
export type IncidentImpact = (typeof incidentImpacts)[number];

export interface IncidentUpdate {
  state: IncidentState;
  /** Markdown. */
  message: string;
  at: Instant;
  author: string;
  /** Code of the language in which the message is written. */
  language: string;
  translations: Translations;
  /** When its words were last corrected; null: they stand as they were said. */
  editedAt: Instant | null;
  /** Until when more was promised; null or absent: nothing was (next-update.ts). */
  nextUpdateAt?: Instant | null;
  /** Reference of the incident in which it was said and that became part of this one; null: it was said in this one. */
  from: string | null;
}

/** Impact on one service from `start` until `end` (null: it lasts). */
export interface ServiceImpact {
  serviceSlug: string;
  impact: IncidentImpact;
  start: Instant;
  end: Instant | null;
}

/** An incident that became part of another one. */
export interface IncidentPart {
  reference: string;
  title: string;
  mergedAt: Instant;
}

/** What was learned of an incident. Nobody outside sees it before it is published. */
export interface Postmortem {
  /** Markdown. */
  message: string;
  language: string;
  translations: Translations;
  author: string;
  savedAt: Instant;
  /** Null: it is a draft. */
  publishedAt: Instant | null;
}

export interface Incident {
  reference: string;
  title: string;
  /** Code of the language in which the title is written. */
  language: string;
  /** The title in other languages. */
  titles: Translations;
  /** Slug of its priority; null: none was given. */
  priority: string | null;
  startedAt: Instant;
  declaredAt: Instant;
  resolvedAt: Instant | null;
  /** State of the latest update that was said in this incident itself. */
  state: IncidentState;
  /** In order of time, oldest first; at least one is its own. */
  updates: IncidentUpdate[];
  /** Those of one service never overlap. */
  impacts: ServiceImpact[];
  /** Incidents that became part of it, in the order in which they did. */
  parts: IncidentPart[];
  /** The incident that it became part of; null: it stands by itself. */
  mergedInto: string | null;
  postmortem: Postmortem | null;
  /** Counts its changes, from 1. */
  version: number;
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
  /** Absent: none. */
  priority?: string | null | undefined;
  /** Code of the language of title and message; absent: the first of the platform. */
  language?: string | undefined;
  /** The title and the message in other languages; absent: in none. */
  titles?: Translations | undefined;
  translations?: Translations | undefined;
  /** Until when more is promised; null or absent: nothing is. */
  nextUpdateAt?: Instant | null | undefined;
}

/** What an incident is declared among: languages of the page (the first is the default) and slugs of the priorities there are. */
export interface IncidentSurroundings {
  languages: readonly string[];
  priorities: readonly string[];
}

export const affectedServicesLimit = 500;
const backdatingLimitMs = 400 * 86_400_000;

/** A new incident. Its declaration is always now, however far back it began. */
export function declareIncident(
  declaration: IncidentDeclaration,
  identity: { reference: string; author: string },
  surroundings: IncidentSurroundings,
  now: Instant,
): Incident {
  refuseFaults(
    "invalid_incident",
    "The incident cannot be declared like this.",
    declarationFaults(declaration, surroundings, now),
  );
  const { reference, author } = identity;
  const { state, titles = {}, translations = {}, language = surroundings.languages[0]! } = declaration;
  const startedAt = declaration.startedAt ?? now;
  const resolvedAt = state === "resolved" ? (declaration.resolvedAt ?? now) : null;
  const first: IncidentUpdate = {
    ...{ state, at: now, author, language },
    message: tidyWords(declaration.message),
    translations: tidyTranslations(translations),
    ...{ editedAt: null, nextUpdateAt: declaration.nextUpdateAt ?? null, from: null },
  };
  return {
    ...{ reference, language, startedAt, declaredAt: now, resolvedAt, state },
    title: tidyWords(declaration.title),
    titles: tidyTranslations(titles),
    priority: declaration.priority ?? null,
    updates: [first],
    impacts: declaration.services.map((service) => ({ ...service, start: startedAt, end: resolvedAt })),
    ...{ parts: [], mergedInto: null, postmortem: null, version: 1 },
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

/** Whether nothing was ever felt of it: a potential disturbance (policy rule 107). */
export function isPotential({ impacts }: Pick<Incident, "impacts">): boolean {
  return worstImpact(impacts.map(({ impact }) => impact)) === "operational";
}

/**
 * Refuses a change by somebody who looked at another version of the incident than the present one.
 *
 * @param seen null: whoever changes it does not say
 * @throws Conflict version_changed
 */
export function refuseStale({ reference, version }: Incident, seen: number | null): void {
  if (seen !== null && seen !== version) {
    throw new Conflict(
      "version_changed",
      `${reference} was changed since you looked at it (version ${version}, not ${seen}). Look at it again; nothing was overwritten.`,
    );
  }
}

/**
 * Refuses to change an incident that became part of another one.
 *
 * @throws Conflict incident_merged
 */
export function refuseMerged({ reference, mergedInto }: Incident): void {
  if (mergedInto !== null) {
    throw new Conflict("incident_merged", `${reference} is part of ${mergedInto}; say it there.`);
  }
}

function declarationFaults(
  declaration: IncidentDeclaration,
  { languages, priorities }: IncidentSurroundings,
  now: Instant,
): Fault[] {
  const { language = languages[0]!, priority = null, titles = {}, translations = {} } = declaration;
  return [
    ...titleFaults(declaration.title, "/title"),
    ...messageFaults(declaration.message, "/message"),
    ...serviceFaults(declaration.services),
    ...timeFaults(declaration, now),
    ...languageFaults(language, languages),
    ...priorityFaults(priority, priorities),
    ...nextUpdateFaults(declaration.nextUpdateAt, declaration.state, now),
    ...translationFaults(titles, { language, languages }, "/titles", titleFaults),
    ...translationFaults(translations, { language, languages }, "/translations", messageFaults),
  ];
}

function timeFaults({ startedAt, resolvedAt, state }: IncidentDeclaration, now: Instant): Fault[] {
  const faults = beginningFaults(startedAt ?? now, now);
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

/** Faults of when an incident began. */
export function beginningFaults(startedAt: Instant, now: Instant): Fault[] {
  const pointer = "/started_at";
  if (startedAt > now) {
    return [{ pointer, detail: "An incident cannot begin in the future; planned work is maintenance." }];
  }
  return startedAt < now - backdatingLimitMs
    ? [{ pointer, detail: "An incident can be dated back by at most 400 days." }]
    : [];
}

/** Faults of a language that is none of the page. */
export function languageFaults(language: string, languages: readonly string[]): Fault[] {
  return languages.includes(language)
    ? []
    : [
        {
          pointer: "/language",
          detail: `The page has no language "${language}"; it has ${languages.join(", ")}.`,
        },
      ];
}

/** Faults of a priority that is none of the platform. */
export function priorityFaults(priority: string | null, priorities: readonly string[]): Fault[] {
  return priority === null || priorities.includes(priority)
    ? []
    : [
        {
          pointer: "/priority",
          detail: `There is no priority "${priority}"; there are ${priorities.join(", ")}.`,
        },
      ];
}

/** Faults of the services that are named: too many, or one twice. */
export function serviceFaults(services: readonly AffectedService[]): Fault[] {
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
