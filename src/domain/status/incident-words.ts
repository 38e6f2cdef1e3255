/** The words of an incident changed afterwards: its title, and those of updates that were published already, in each language of the page. */
import { InvalidInput, NotFound } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import {
  type Incident,
  type IncidentSurroundings,
  type IncidentUpdate,
  priorityFaults,
  refuseMerged,
} from "./incident.ts";
import { messageFaults, refuseFaults, tidyWords, titleFaults } from "./public-words.ts";
import { type Translations, translationFaults, tidyTranslations } from "./translations.ts";

/** What an incident is called, and how urgent it is; absent: as it is. */
export interface IncidentParticulars {
  title?: string | undefined;
  titles?: Translations | undefined;
  priority?: string | null | undefined;
}

/**
 * The incident under another title or priority.
 *
 * @throws InvalidInput invalid_incident
 * @throws Conflict incident_merged
 */
export function renameIncident(
  incident: Incident,
  { title = incident.title, titles = incident.titles, priority = incident.priority }: IncidentParticulars,
  { languages, priorities }: IncidentSurroundings,
): Incident {
  refuseMerged(incident);
  const { language } = incident;
  refuseFaults("invalid_incident", "The incident cannot be named like this.", [
    ...titleFaults(title, "/title"),
    ...translationFaults(titles, { language, languages }, "/titles", titleFaults),
    ...(priority === incident.priority ? [] : priorityFaults(priority, priorities)),
  ]);
  return { ...incident, title: tidyWords(title), titles: tidyTranslations(titles), priority };
}

/** Words of an update as they should have been; absent: as they are. */
export interface UpdateWords {
  message?: string | undefined;
  /** All translations there shall be. */
  translations?: Translations | undefined;
}

/**
 * The incident with other words for an update that it published: a slip corrected, a translation added. Who reads is told that it was
 * edited where the original changes.
 *
 * @param number of the update among those that were said in this incident itself, from 1
 * @throws NotFound update_not_found
 * @throws InvalidInput invalid_words, unchanged_words
 */
export function rewordUpdate(
  incident: Incident,
  number: number,
  words: UpdateWords,
  { languages }: Pick<IncidentSurroundings, "languages">,
  now: Instant,
): Incident {
  const before = ownUpdates(incident)[number - 1];
  if (before === undefined) {
    throw new NotFound("update_not_found", `${incident.reference} has no update ${number}.`);
  }
  const { message = before.message, translations = before.translations } = words;
  const { language } = before;
  refuseFaults("invalid_words", "The words cannot be changed like this.", [
    ...messageFaults(message, "/message"),
    ...translationFaults(translations, { language, languages }, "/translations", messageFaults),
  ]);
  const isCorrected = tidyWords(message) !== before.message;
  const after: IncidentUpdate = {
    ...before,
    message: tidyWords(message),
    translations: tidyTranslations(translations),
    editedAt: isCorrected ? now : before.editedAt,
  };
  if (!isCorrected && JSON.stringify(after.translations) === JSON.stringify(before.translations)) {
    throw new InvalidInput("unchanged_words", "The words are those that stand already.");
  }
  return { ...incident, updates: incident.updates.map((one) => (one === before ? after : one)) };
}

/** Updates that were said in this incident itself, oldest first. */
export function ownUpdates({ updates }: Pick<Incident, "updates">): IncidentUpdate[] {
  return updates.filter(({ from }) => from === null);
}
