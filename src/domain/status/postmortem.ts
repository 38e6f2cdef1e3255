/**
 * What was learned of an incident: written as a draft that nobody outside sees, published when it is ready, corrected and withdrawn
 * like any other words. From the incident to what its page tells at the end.
 */
import { Conflict, type Fault } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import {
  type Incident,
  type IncidentSurroundings,
  languageFaults,
  type Postmortem,
  refuseMerged,
} from "./incident.ts";
import { refuseFaults, tidyWords, wordsFaults } from "./public-words.ts";
import { type Translations, translationFaults, tidyTranslations } from "./translations.ts";

/** Longest postmortem, in characters. */
export const postmortemLimit = 30_000;

export interface PostmortemWords {
  message: string;
  /** Absent: that of the incident. */
  language?: string | undefined;
  translations?: Translations | undefined;
}

/**
 * The incident with these words as its postmortem. One that is published already stays so, with the new words.
 *
 * @throws InvalidInput invalid_postmortem
 * @throws Conflict incident_merged
 */
export function writePostmortem(
  incident: Incident,
  words: PostmortemWords,
  author: string,
  { languages }: Pick<IncidentSurroundings, "languages">,
  now: Instant,
): Incident {
  refuseMerged(incident);
  const { language = incident.postmortem?.language ?? incident.language, translations = {} } = words;
  refuseFaults("invalid_postmortem", "The postmortem cannot be kept like this.", [
    ...postmortemFaults(words.message, "/message"),
    ...(language === incident.language ? [] : languageFaults(language, languages)),
    ...translationFaults(translations, { language, languages }, "/translations", postmortemFaults),
  ]);
  const postmortem: Postmortem = {
    ...{ language, author, savedAt: now },
    message: tidyWords(words.message),
    translations: tidyTranslations(translations),
    publishedAt: incident.postmortem?.publishedAt ?? null,
  };
  return { ...incident, postmortem };
}

/**
 * The incident with its postmortem told to everybody.
 *
 * @throws Conflict no_postmortem, postmortem_published, incident_unresolved: what is not over cannot be looked back on
 */
export function publishPostmortem(incident: Incident, now: Instant): Incident {
  refuseMerged(incident);
  const postmortem = standing(incident);
  if (postmortem.publishedAt !== null) {
    throw new Conflict("postmortem_published", "The postmortem is published already.");
  }
  if (incident.state !== "resolved") {
    throw new Conflict("incident_unresolved", `${incident.reference} is not resolved yet; resolve it first.`);
  }
  return { ...incident, postmortem: { ...postmortem, publishedAt: now } };
}

/**
 * The incident with its postmortem as a draft again.
 *
 * @throws Conflict no_postmortem, postmortem_unpublished
 */
export function withdrawPostmortem(incident: Incident): Incident {
  refuseMerged(incident);
  const postmortem = standing(incident);
  if (postmortem.publishedAt === null) {
    throw new Conflict("postmortem_unpublished", "The postmortem is not published.");
  }
  return { ...incident, postmortem: { ...postmortem, publishedAt: null } };
}

/** The postmortem as everybody may read it; null: there is none, or it is a draft. */
export function publishedPostmortem({ postmortem }: Pick<Incident, "postmortem">): Postmortem | null {
  return postmortem?.publishedAt == null ? null : postmortem;
}

function standing({ reference, postmortem }: Incident): Postmortem {
  if (postmortem === null) {
    throw new Conflict("no_postmortem", `${reference} has no postmortem yet.`);
  }
  return postmortem;
}

function postmortemFaults(text: string, pointer: string): Fault[] {
  return wordsFaults(text, { pointer, what: "A postmortem", limit: postmortemLimit });
}
