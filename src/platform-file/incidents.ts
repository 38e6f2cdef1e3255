/** Turns what a platform file says of incidents into the rules by which they are declared, and notes what does not fit together. */
import { type IncidentRules, incidentRules, type IncidentTemplate } from "../domain/status/incident-rules.ts";
import type { Note } from "./definition.ts";
import type { incidents } from "./described-incidents.ts";
import type { Path } from "./mistakes.ts";
import { guess } from "./nearest-word.ts";
import type { ValueOf } from "./shapes.ts";
import { titleFromSlug } from "./words.ts";

export type SaidIncidents = ValueOf<typeof incidents>;
type SaidTemplate = NonNullable<ReturnType<NonNullable<SaidIncidents["templates"]>["get"]>>;

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
          one === undefined ? [] : [toTemplate(slug, one, known, context)],
        ),
      };
}

function toTemplate(
  slug: string,
  said: SaidTemplate,
  priorities: readonly string[],
  context: IncidentContext,
): IncidentTemplate {
  const path = ["incidents", "templates", slug];
  const { name, title, message, state, priority, impact, services = [] } = said;
  if (priority !== undefined && !priorities.includes(priority)) {
    context.note(`there is no priority "${priority}"${guess(priority, priorities)}`, [...path, "priority"]);
  }
  services.forEach((service, i) => {
    if (!context.services.includes(service)) {
      context.note(`there is no service "${service}"${guess(service, context.services)}`, [
        ...path,
        "services",
        i,
      ]);
    }
  });
  return {
    slug,
    name: name ?? titleFromSlug(slug),
    title: inLanguages(title, [...path, "title"], context),
    message: inLanguages(message, [...path, "message"], context),
    state: state ?? "investigating",
    priority: priority ?? null,
    impact: impact ?? null,
    services: [...new Set(services)],
  };
}

/** Texts by language; one alone is in the first of the page. */
function inLanguages(
  said: string | Map<string, string | undefined> | undefined,
  path: Path,
  { languages, note }: IncidentContext,
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
