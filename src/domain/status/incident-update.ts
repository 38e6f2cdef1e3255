/**
 * What is said further of an incident: another state, other words, services hit in another way from now on. Resolving and opening again
 * are updates like any other.
 */
import { Conflict, type Fault } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import { changeImpacts, endImpacts } from "./incident-impacts.ts";
import {
  type AffectedService,
  type Incident,
  type IncidentState,
  type IncidentSurroundings,
  type IncidentUpdate,
  languageFaults,
  priorityFaults,
  refuseMerged,
  type ServiceImpact,
  serviceFaults,
} from "./incident.ts";
import { nextUpdateFaults } from "./next-update.ts";
import { messageFaults, refuseFaults, tidyWords, titleFaults } from "./public-words.ts";
import { type Translations, translationFaults, tidyTranslations } from "./translations.ts";

/** What somebody says further. What is left out (null or absent) stays as it is. */
export interface IncidentChange {
  title: string | null;
  state: IncidentState | null;
  message: string;
  /** Impacts that change from now on; services that are not named keep theirs. */
  services: AffectedService[] | null;
  /** A resolved incident is only opened again by saying so. */
  reopen: boolean;
  /** Slug; null: it has none any more. */
  priority?: string | null | undefined;
  /** With state resolved: when it was over, which may lie in the past; absent or null: now. */
  resolvedAt?: Instant | null | undefined;
  /** Code of the language of the message; absent: that of the incident. */
  language?: string | undefined;
  /** The message in other languages. */
  translations?: Translations | undefined;
  /** Until when more is promised; null or absent: nothing is, whatever was before. */
  nextUpdateAt?: Instant | null | undefined;
}

/**
 * The incident after another update. Resolving ends every impact; reopening lets the impacts that lasted until then begin anew,
 * unless services are named.
 *
 * @throws InvalidInput invalid_incident_update
 * @throws Conflict incident_resolved, incident_open, incident_merged
 */
export function updateIncident(
  incident: Incident,
  change: IncidentChange,
  author: string,
  surroundings: IncidentSurroundings,
  now: Instant,
): Incident {
  refuseMerged(incident);
  refuseFaults(
    "invalid_incident_update",
    "The update cannot be published like this.",
    changeFaults(incident, change, surroundings, now),
  );
  refuseReopening(incident, change.reopen);
  // Another server's clock may be a little ahead: updates never go back in time, and no impact is ever empty.
  const at = Math.max(now, incident.updates.at(-1)!.at + 1);
  const wasResolved = incident.state === "resolved";
  const state = change.state ?? reopened(incident);
  const resolvedAt = state === "resolved" ? (change.resolvedAt ?? at) : null;
  const { translations = {}, language = incident.language, priority = incident.priority } = change;
  const said: IncidentUpdate = {
    ...{ state, at, author, language },
    message: tidyWords(change.message),
    translations: tidyTranslations(translations),
    ...{ editedAt: null, nextUpdateAt: change.nextUpdateAt ?? null, from: null },
  };
  const standing = wasResolved ? resumed(incident, at) : incident.impacts;
  return {
    ...incident,
    // Another title in the original language makes its translations wrong.
    ...(change.title === null || tidyWords(change.title) === incident.title
      ? {}
      : { title: tidyWords(change.title), titles: {} }),
    ...{ priority, state, resolvedAt },
    updates: [...incident.updates, said],
    // What resolves ends everything; an impact that would begin and end at once is not one.
    impacts:
      resolvedAt === null
        ? changeImpacts(standing, change.services ?? [], at)
        : endImpacts(standing, resolvedAt),
  };
}

function changeFaults(
  incident: Incident,
  change: IncidentChange,
  { languages, priorities }: IncidentSurroundings,
  now: Instant,
): Fault[] {
  const { language = incident.language, priority = null, translations = {}, resolvedAt = null } = change;
  const ends = { resolvedAt, resolves: change.state === "resolved" };
  return [
    ...(change.title === null ? [] : titleFaults(change.title, "/title")),
    ...messageFaults(change.message, "/message"),
    ...(change.services === null ? [] : serviceFaults(change.services)),
    ...(change.reopen && change.state === "resolved"
      ? [{ pointer: "/reopen", detail: "An incident cannot be opened again and resolved in one update." }]
      : []),
    // What it has had from before stays, whatever the platform offers now.
    ...(priority === incident.priority ? [] : priorityFaults(priority, priorities)),
    ...(language === incident.language ? [] : languageFaults(language, languages)),
    ...translationFaults(translations, { language, languages }, "/translations", messageFaults),
    ...endFaults(incident, ends, now),
    ...nextUpdateFaults(change.nextUpdateAt, change.state ?? reopened(incident), now),
  ];
}

/** The state that an update without one leaves: what is opened again is looked into. */
function reopened({ state }: Incident): IncidentState {
  return state === "resolved" ? "investigating" : state;
}

function endFaults(
  { startedAt }: Incident,
  { resolvedAt, resolves }: { resolvedAt: Instant | null; resolves: boolean },
  now: Instant,
): Fault[] {
  const pointer = "/resolved_at";
  if (resolvedAt === null) {
    return [];
  }
  if (!resolves) {
    return [{ pointer, detail: "Only an incident in state resolved has an end." }];
  }
  return resolvedAt > now || resolvedAt <= startedAt
    ? [{ pointer, detail: "The end lies after the beginning and not in the future." }]
    : [];
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
function resumed(incident: Incident, at: Instant): ServiceImpact[] {
  const lasted = incident.impacts.filter(({ end }) => end === incident.resolvedAt);
  return changeImpacts(
    incident.impacts,
    lasted.map(({ serviceSlug, impact }) => ({ serviceSlug, impact })),
    at,
  );
}
