/**
 * What is said of an outage before a person has said anything: which services are down, in every language of the page. For drafts that
 * publish themselves, and for the form in which a person declares.
 */
import type { IncidentDraft } from "../domain/status/incident-draft.ts";
import { incidentRules } from "../domain/status/incident-rules.ts";
import type { IncidentDeclaration } from "../domain/status/incident.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import type { Languages } from "./language.ts";
import { joinNames } from "./pages/markup.ts";

/** Names in a title; more are counted. */
const namesListed = 3;

export interface OutageWords {
  title: Record<string, string>;
  message: Record<string, string>;
}

/** Title and message by code of each language of the page. */
export function outageWords(
  slugs: readonly string[],
  board: Pick<StatusBoard, "services" | "settings">,
  languages: Languages<never> | Languages,
): OutageWords {
  const titles = new Map(board.services.map(({ slug, title }) => [slug, title]));
  const names = slugs.map((slug) => titles.get(slug) ?? slug);
  const words: OutageWords = { title: {}, message: {} };
  for (const code of board.settings.languages) {
    const language = (languages as Languages).get(code);
    if (language !== undefined) {
      const isMany = names.length > namesListed;
      const who = isMany
        ? language.say("headline.services", { n: names.length })
        : joinNames(names, language);
      words.title[code] = language.say("headline.major_outage", { who, n: names.length === 1 ? 1 : 2 });
      words.message[code] = language.say("outage.message", { who });
    }
  }
  return words;
}

/** The declaration that a draft becomes when it is published by itself. */
export function declarationOf(
  draft: IncidentDraft,
  board: Pick<StatusBoard, "services" | "settings">,
  languages: Languages,
): IncidentDeclaration {
  const slugs = [...new Set(draft.services.map(({ serviceSlug }) => serviceSlug))];
  const lasting = new Set(draft.services.filter(({ end }) => end === null).map((one) => one.serviceSlug));
  const { title, message } = outageWords(slugs, board, languages);
  const [language = "en", ...others] = Object.keys(title);
  const inOthers = (words: Record<string, string>) =>
    Object.fromEntries(others.map((code) => [code, words[code]!]));
  const urgent = incidentRules(board.settings).priorities.find(({ shows }) => shows === "major_outage");
  return {
    ...{ title: title[language]!, message: message[language]!, language },
    ...{ titles: inOthers(title), translations: inOthers(message) },
    ...{ state: "investigating", priority: urgent?.slug ?? null },
    services: slugs.map((serviceSlug) => ({
      serviceSlug,
      impact: lasting.has(serviceSlug) ? "major_outage" : "operational",
    })),
    startedAt: Math.min(...draft.services.map(({ start }) => start)),
    resolvedAt: null,
  };
}
