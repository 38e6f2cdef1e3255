/** Turns what a platform file says of incidents into the rules by which they are declared, and notes what does not fit together. */
import { type IncidentRules, incidentRules } from "../domain/status/incident-rules.ts";
import type { IncidentTemplate } from "../domain/status/incident-template.ts";
import type { IncidentImpact } from "../domain/status/incident.ts";
import type { Note, Path } from "./mistakes.ts";
import { type incidents, type template as templateShape, usualImpact } from "./described-incidents.ts";
import { guess } from "./nearest-word.ts";
import type { ValueOf } from "./shapes.ts";
import { titleFromSlug } from "./words.ts";

export type SaidIncidents = ValueOf<typeof incidents>;
type SaidTemplate = ValueOf<typeof templateShape>;

/** What incidents are declared among, as the rest of the file says it. */
export interface IncidentContext {
  /** Of the page; the first is the default. */
  languages: readonly string[];
  services: readonly string[];
  note: Note;
}

/** The rules; what the file leaves out is left out here, too. */
export function toIncidentRules(said: SaidIncidents, context: IncidentContext): Partial<IncidentRules> {
  const { publish_after: publishAfterMs, priorities, templates } = said;
  const rules: Partial<IncidentRules> = {
    ...(publishAfterMs === undefined ? {} : { publishAfterMs }),
    ...(priorities === undefined
      ? {}
      : {
          priorities: [...priorities].map(([slug, one]) => ({
            slug,
            title: one?.title ?? titleFromSlug(slug),
            meaning: one?.meaning ?? "",
            shows: one?.shows ?? "operational",
          })),
        }),
  };
  const known = incidentRules({ incidents: rules }).priorities.map(({ slug }) => slug);
  return templates === undefined
    ? rules
    : {
        ...rules,
        templates: [...templates].flatMap(([slug, one]) =>
          one === undefined
            ? []
            : [toTemplate(slug, one, ["incidents", "templates", slug], { ...context, priorities: known })],
        ),
      };
}

/**
 * One set of ready-made words; what does not fit the platform is noted.
 *
 * @param path of it, where it stands in a file; empty where it is written by itself
 */
export function toTemplate(
  slug: string,
  said: SaidTemplate,
  path: Path,
  context: IncidentContext & { priorities: readonly string[] },
): IncidentTemplate {
  const { name, title, message, state, priority, impact, services = [] } = said;
  const { priorities, note } = context;
  if (priority !== undefined && !priorities.includes(priority)) {
    note(`there is no priority "${priority}"${guess(priority, priorities)}`, [...path, "priority"]);
  }
  const slugs = services instanceof Map ? [...services.keys()] : services;
  slugs.forEach((service, i) => {
    if (!context.services.includes(service)) {
      const place = services instanceof Map ? service : i;
      note(`there is no service "${service}"${guess(service, context.services)}`, [
        ...path,
        ...["services", place],
      ]);
    }
  });
  const impacts = services instanceof Map ? ownImpacts(services) : {};
  return {
    slug,
    name: name ?? titleFromSlug(slug),
    title: inLanguages(title, [...path, "title"], context),
    message: inLanguages(message, [...path, "message"], context),
    state: state ?? "investigating",
    priority: priority ?? null,
    impact: impact ?? null,
    services: [...new Set(slugs)],
    ...(Object.keys(impacts).length === 0 ? {} : { impacts }),
  };
}

function ownImpacts(
  services: ReadonlyMap<string, IncidentImpact | typeof usualImpact | undefined>,
): Record<string, IncidentImpact> {
  return Object.fromEntries(
    [...services].flatMap(([slug, impact]) =>
      impact === undefined || impact === usualImpact ? [] : [[slug, impact]],
    ),
  );
}

/** Texts by language; one alone is in the first of the page. */
export function inLanguages(
  said: string | Map<string, string | undefined> | undefined,
  path: Path,
  { languages, note }: Pick<IncidentContext, "languages" | "note">,
): Record<string, string> {
  if (said === undefined || typeof said === "string") {
    return { [languages[0]!]: said ?? "" };
  }
  for (const code of said.keys()) {
    if (!languages.includes(code)) {
      note(`the page has no language "${code}"; it has ${languages.join(", ")}`, [...path, code], "key");
    }
  }
  return Object.fromEntries([...said].map(([code, text]) => [code, text ?? ""]));
}
