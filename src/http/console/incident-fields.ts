/**
 * Fields that the forms of incidents share: priorities and impacts in words, a message in every language of the page, and how all of it will
 * read. What somebody typed becomes what the domain is told.
 */
import {
  type AffectedService,
  type IncidentImpact,
  incidentImpacts,
  type IncidentState,
  incidentStates,
} from "../../domain/status/incident.ts";
import { type IncidentPriority, usualPriorities } from "../../domain/status/incident-priority.ts";
import { incidentRules } from "../../domain/status/incident-rules.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { type Translations, wordsFor } from "../../domain/status/translations.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { formatDuration } from "../format.ts";
import type { ConsoleWordKey } from "../language.ts";
import { saidMarkup } from "../pages/markdown.ts";
import { type InvalidInput, Refusal } from "../../domain/errors.ts";
import { type Form, refusedForm, type Typed } from "./form.ts";
import { type ConsoleContext, consoleLanguages } from "./room.ts";

/** Impacts in words, for a field to choose from. */
export function impactChoices({ language: { say } }: ConsoleContext) {
  return incidentImpacts.map((impact) => ({ value: impact, words: say(`impact.${impact}`) })).toReversed();
}

/** Priorities with what each stands for on the page (policy rule 26), for a field to choose from. */
export function priorityChoices(board: StatusBoard, { language: { say } }: ConsoleContext) {
  return [
    { value: "", words: say("console.incident.noPriority") },
    ...incidentRules(board.settings).priorities.map((priority) => ({
      value: priority.slug,
      words: [`${priority.title}: ${say(`impact.${priority.shows}`)}`, meaningOf(priority, say)]
        .filter((part) => part !== "")
        .join(" – "),
    })),
  ];
}

/** What the usual priorities mean is said in the reader's language; those of the platform speak for themselves. */
function meaningOf(priority: IncidentPriority, say: ConsoleContext["language"]["say"]): string {
  const key = usualPriorities.includes(priority) ? usualMeanings[priority.slug] : undefined;
  return key === undefined ? priority.meaning : say(key);
}

const usualMeanings: Readonly<Record<string, ConsoleWordKey>> = {
  p1: "console.incident.usual.p1",
  p2: "console.incident.usual.p2",
  p3: "console.incident.usual.p3",
  p4: "console.incident.usual.p4",
  p5: "console.incident.usual.p5",
};

/** States in words, for a field to choose from. */
export function stateChoices(states: readonly IncidentState[], { language: { say } }: ConsoleContext) {
  return states.map((state) => ({ value: state, words: say(`incident.${state}`) }));
}

/** In how many minutes more may be promised. */
const nextMinutes = [15, 30, 60, 120, 240, 1_440] as const;

/** Until when more is promised, for a field to choose from; first that nothing is. */
export function nextUpdateChoices({ language }: ConsoleContext) {
  return [
    { value: "", words: language.say("console.incident.nextNone") },
    ...nextMinutes.map((minutes) => ({
      value: String(minutes),
      words: language.say("console.incident.nextIn", { time: formatDuration(minutes * 60_000, language) }),
    })),
  ];
}

/** What was chosen; null: nothing is promised, as of what is resolved. */
export function typedNextUpdate(typed: Typed, state: IncidentState | null, now: Instant): Instant | null {
  const minutes = nextMinutes.find((one) => String(one) === typed.one("next"));
  return minutes === undefined || state === "resolved" ? null : now + minutes * 60_000;
}

/** The languages of the page, in its order; the names are their own. */
export function pageLanguages(board: StatusBoard): { code: string; name: string }[] {
  return board.settings.languages.map((code) => ({ code, name: consoleLanguages.get(code)?.name ?? code }));
}

/** The language that somebody writes in: the one they chose, the console's where the page has it, else the page's first. */
export function writingLanguage(typed: Typed, board: StatusBoard, { language }: ConsoleContext): string {
  const { languages } = board.settings;
  return (
    languages.find((code) => code === typed.one("language")) ??
    languages.find((code) => code === language.code) ??
    languages[0]!
  );
}

/** Names of the fields of a text in every language. */
export function translationNames(name: string, board: StatusBoard): string[] {
  return board.settings.languages.map((code) => `${name}_${code}`);
}

/** What was typed in the other languages; the language it is written in itself says nothing. */
export function typedTranslations(
  typed: Typed,
  name: string,
  language: string,
  board: StatusBoard,
): Translations {
  return Object.fromEntries(
    board.settings.languages
      .filter((code) => code !== language && typed.one(`${name}_${code}`).trim() !== "")
      .map((code) => [code, typed.one(`${name}_${code}`)]),
  );
}

/** What is said, in one language and in the others of the page. */
export interface TypedWords {
  title: string;
  titles: Translations;
  message: string;
  translations: Translations;
  language: string;
}

/** Title and message as they were typed, in the language that somebody writes in. */
export function typedWords(typed: Typed, board: StatusBoard, context: ConsoleContext): TypedWords {
  const language = writingLanguage(typed, board, context);
  return {
    title: typed.one("title"),
    titles: typedTranslations(typed, "title", language, board),
    message: typed.one("message"),
    translations: typedTranslations(typed, "message", language, board),
    language,
  };
}

/** Where the domain's faults stand in the forms: "/translations/da" at `message_da`. */
const fieldOfPlace: readonly (readonly [RegExp, string])[] = [
  [/^\/translations\/(\w+)$/, "/message_$1"],
  [/^\/titles\/(\w+)$/, "/title_$1"],
  [/^\/services\/.*$/, "/services"],
  [/^\/started_at$/, "/began"],
  [/^\/resolved_at$/, "/ended"],
  [/^\/next_update_at$/, "/next"],
];

/** The form as it comes back from a refusal, with each fault at its field; what is no refusal goes on as the defect it is. */
export function refusedIncidentForm(
  typed: Typed,
  fields: readonly string[],
  error: unknown,
  { language: { say } }: ConsoleContext,
): { form: Form; status: number } {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  const placed = error.fields.map(({ pointer, detail }) => {
    const [place, field] = fieldOfPlace.find(([one]) => one.test(pointer)) ?? [/^/, ""];
    return { pointer: pointer.replace(place, field), detail };
  });
  const Same = error.constructor as typeof InvalidInput;
  const isLate = error.code === "version_changed";
  const words = isLate ? say("console.incident.late") : error.message;
  return refusedForm(typed, fields, new Same(error.code, words, placed, { cause: error }));
}

/** The version of the incident that a form was shown with; null: it does not say. */
export function versionShown(typed: Typed): number | null {
  const version = typed.one("version");
  return /^\d{1,9}$/.test(version) ? Number(version) : null;
}

/** What the chosen services are said to suffer: each its own where it was said, else that of all. */
export function typedImpacts(typed: Typed, ofAll: IncidentImpact): AffectedService[] {
  return [...new Set(typed.all("services"))].map((serviceSlug) => ({
    serviceSlug,
    impact: impactNamed(typed.one(`impact_${serviceSlug}`)) ?? ofAll,
  }));
}

export function impactNamed(word: string): IncidentImpact | undefined {
  return incidentImpacts.find((impact) => impact === word);
}

export function stateNamed(word: string): IncidentState | undefined {
  return incidentStates.find((state) => state === word);
}

/** What a reader of each language of the page will read. */
export function previews({ title, titles, message, translations, language }: TypedWords, board: StatusBoard) {
  return pageLanguages(board).map(({ code, name }) => {
    const heading = wordsFor(code, { text: title, language, translations: titles });
    return {
      code,
      name,
      title: heading.text,
      titleLang: heading.language === code ? code : heading.language,
      message: saidMarkup(wordsFor(code, { text: message, language, translations }), code),
    };
  });
}
