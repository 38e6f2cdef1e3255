/** How incidents are declared, as the platform file says it: priorities, ready-made words in every language, outages that speak for themselves. */
import { incidentImpacts, incidentStates } from "../domain/status/incident.ts";
import { messageLimit, titleLimit } from "../domain/status/public-words.ts";
import { duration, either, text, turned, word } from "./scalars.ts";
import { choice, key, list, section, table } from "./shapes.ts";
import { description, languages, slug, title } from "./words.ts";

const never = turned(word(["never"]), () => ({ value: null }));
const publishAfter = either<number | null, null>(
  'a duration from 0s to 24h, or "never"',
  duration(0, 24 * 3_600_000),
  never,
  ({ value }) => typeof value !== "string" || /^\d/.test(value),
);

/** A text in the first language of the page, or one for each of several. */
const said = (what: string, max: number) =>
  choice(`${what}, or one for each language`, {
    scalar: text({ what, max }),
    mapping: table("texts by language", word(languages), text({ what, max }), 1),
  });

const priority = section(
  "a priority",
  {
    title: key(title, "What people call it. Default: made of the slug."),
    meaning: key(description, "When it applies."),
    shows: key(word(incidentImpacts), "State of the affected services that it stands for."),
  },
  { required: ["shows"] },
);

/** Stands in the place of an impact: the service is hit as the others are. */
export const usualImpact = "usual" as const;

/** One set of ready-made words, also where it is written by itself (written.ts). */
export const template = section(
  "ready-made words",
  {
    name: key(title, "What ops call it. Default: made of the slug."),
    title: key(said("a title", titleLimit), "Title of the incident."),
    message: key(said("a message in Markdown", messageLimit), "What people are told first."),
    state: key(word(incidentStates), "Default: investigating."),
    priority: key(slug, "Its priority. Default: as is proposed without a template."),
    impact: key(word(incidentImpacts), "How bad it is for its services. Default: as the priority says."),
    services: key(
      choice("a list of services, or how badly each is hit", {
        list: list("a list of services", slug),
        mapping: table("impacts by service", slug, word([...incidentImpacts, usualImpact] as const)),
      }),
      'Services by slug, or each with its own impact ("usual": as the others). Default: those that are measured down.',
    ),
  },
  { required: ["title", "message"] },
);

export const incidents = section("how incidents are declared", {
  publish_after: key(
    publishAfter,
    'An outage that nobody has spoken of is published by itself after so long. Default: "never"; it waits as a draft.',
  ),
  priorities: key(
    table("priorities by slug", slug, priority, 1),
    "In order of urgency. Default: p1 to p5; deadlines of contracts follow from their slugs.",
  ),
  templates: key(table("templates by slug", slug, template), "Words ready to be said, in order of the form."),
});
