/**
 * Words ready to be said when trouble comes: titles and messages in every language of the page, and what else goes with them. Some stand in
 * the platform file, others are kept by people; whoever declares an incident chooses among both.
 */
import type { IncidentPriority } from "./incident-priority.ts";
import type { AffectedService, IncidentDeclaration, IncidentImpact, IncidentState } from "./incident.ts";
import type { Standing } from "./standing.ts";
import type { Translations } from "./translations.ts";

export interface IncidentTemplate {
  slug: string;
  /** What ops call it. */
  name: string;
  /** By code of a language of the page; at least one. */
  title: Translations;
  message: Translations;
  state: IncidentState;
  /** Slug; null: none is proposed. */
  priority: string | null;
  /** Of the services that are not hit otherwise; null: as the priority says. */
  impact: IncidentImpact | null;
  /** Services by slug. */
  services: string[];
  /** Services that are hit otherwise than the others; absent: none is. */
  impacts?: Readonly<Record<string, IncidentImpact>>;
}

/** A template with whoever keeps it. */
export interface StandingTemplate extends Standing<IncidentTemplate> {
  /** Counts what people did to it, from 1; of the platform file's always 1. */
  version: number;
}

/** All of them: those of the platform file in its order, then those that people keep. */
export function standingTemplates(
  ofFile: readonly IncidentTemplate[],
  kept: readonly StandingTemplate[],
): StandingTemplate[] {
  return [
    ...ofFile.map((wanted) => ({ wanted, managedBy: "file" as const, archived: false, version: 1 })),
    ...kept,
  ];
}

/** Those to choose from: of two with one name that of the platform file. */
export function offeredTemplates(standing: readonly StandingTemplate[]): IncidentTemplate[] {
  const bySlug = new Map<string, IncidentTemplate>();
  for (const { wanted, archived } of standing) {
    if (!archived && !bySlug.has(wanted.slug)) {
      bySlug.set(wanted.slug, wanted);
    }
  }
  return [...bySlug.values()];
}

/** What somebody says beside the template that they declare from. */
export type SaidBeside = {
  [Name in keyof DeclaredWords]?: DeclaredWords[Name] | undefined;
};
type DeclaredWords = Omit<IncidentDeclaration, "startedAt" | "resolvedAt">;

/**
 * The declaration that a template and whatever is said beside it make: what is said stands in the place of what the template says.
 *
 * @param languages of the page, its default first: in which it is said where nobody names one
 * @param priorities that there are: how bad it is where the template leaves it to its priority
 */
export function declarationFrom(
  template: IncidentTemplate,
  said: SaidBeside,
  { languages, priorities }: { languages: readonly string[]; priorities: readonly IncidentPriority[] },
): DeclaredWords {
  const language = said.language ?? languageOf(template, languages);
  const priority = said.priority === undefined ? template.priority : said.priority;
  const others = (texts: Translations) =>
    Object.fromEntries(Object.entries(texts).filter(([code]) => code !== language));
  return {
    ...{ language, priority, state: said.state ?? template.state },
    title: said.title ?? template.title[language] ?? "",
    titles: said.titles ?? (said.title === undefined ? others(template.title) : {}),
    message: said.message ?? template.message[language] ?? "",
    translations: said.translations ?? (said.message === undefined ? others(template.message) : {}),
    services: said.services ?? affectedBy(template, priority, priorities),
  };
}

/** The first language of the page that has both its title and its message; else the first of the page. */
function languageOf({ title, message }: IncidentTemplate, languages: readonly string[]): string {
  return languages.find((code) => code in title && code in message) ?? languages[0]!;
}

/** Its services, each as badly hit as it says, or as the priority stands for (policy rule 26). */
function affectedBy(
  { services, impact, impacts = {} }: IncidentTemplate,
  priority: string | null,
  priorities: readonly IncidentPriority[],
): AffectedService[] {
  const shown = priorities.find(({ slug }) => slug === priority)?.shows;
  return services.map((serviceSlug) => ({
    serviceSlug,
    impact: impacts[serviceSlug] ?? impact ?? shown ?? "partial_outage",
  }));
}
