/**
 * The form of words ready to be said: a new template, or a change of one that people keep. The fields are those of declaring an incident, and
 * what was typed is read as if it stood in the platform file.
 */
import type { Context, Hono } from "hono";
import { putIncidentTemplate } from "../../actions/keep-incident-template.ts";
import { Conflict, InvalidInput, NotFound, Refusal } from "../../domain/errors.ts";
import type { IncidentTemplate, StandingTemplate } from "../../domain/status/incident-template.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { incidentStates } from "../../domain/status/incident.ts";
import { usualImpact } from "../../platform-file/described-incidents.ts";
import { readTemplate } from "../../platform-file/written.ts";
import { templateContext } from "../api/incident-templates.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, type Typed } from "./form.ts";
import {
  impactChoices,
  pageLanguages,
  previews,
  priorityChoices,
  stateChoices,
  translationNames,
  typedWords,
  typedTranslations,
  versionShown,
  writingLanguage,
} from "./incident-fields.ts";
import { readStandingTemplates } from "./incident-templates.ts";
import { newOnce, once } from "./once.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { slugOf } from "../api/service-desk.ts";
import { serviceChoice } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";

type Ask = Context<ConsoleEnv>;

const path = "/incidents/templates";

/** Adds the forms. */
export function addIncidentTemplateForms(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:incidents");

  app.get(`${path}/new`, writes, (c) => formPage(c, deps, null, freshForm({ state: "investigating" })));
  app.post(`${path}/new`, writes, (c) => answer(c, deps, null));

  app.get(`${path}/:slug/edit`, writes, async (c) => {
    const standing = await ownTemplate(deps, c.req.param("slug"));
    const context = consoleContext(c, deps);
    return formPage(c, deps, standing, freshForm(typedOf(standing.wanted, deps.board(), context)));
  });
  app.post(`${path}/:slug/edit`, writes, async (c) =>
    answer(c, deps, await ownTemplate(deps, c.req.param("slug"))),
  );
}

/** Keeps what was typed, or shows it as it will read: the button that was pressed says which. */
async function answer(c: Ask, deps: ConsoleDeps, standing: StandingTemplate | null): Promise<Response> {
  const typed = await readForm(c);
  const step = typed.one("step");
  if (step === "search" || step === "preview") {
    return formPage(c, deps, standing, { ...freshForm(), typed }, 200, step === "preview");
  }
  const board = deps.board();
  const context = consoleContext(c, deps);
  const fields = [
    ...["name", "slug", "title", "message", "language", "state", "priority", "impact", "services"],
    ...translationNames("title", board),
    ...translationNames("message", board),
    ...typed.all("services").map((slug) => `impact_${slug}`),
  ];
  const [author, now] = [authorOf(c), deps.now()];
  try {
    const slug = standing?.wanted.slug ?? (typed.one("slug").trim() || slugOf(typed.one("name")));
    const wanted = readTemplate(slug, writtenOf(typed, board, context), templateContext(board));
    const changer = { author, now, seen: versionShown(typed) };
    const address = await once(deps.db, { author, place: c.req.path, typed, fields }, now, async (db) => {
      await putIncidentTemplate(db, wanted, changer, standing === null);
      return `/console${path}`;
    });
    return c.redirect(address, 303);
  } catch (error) {
    const placed = atFields(error, writingLanguage(typed, board, context), context);
    const { form, status } = refusedForm(typed, fields, placed);
    return formPage(c, deps, standing, form, status);
  }
}

/**
 * A template that people keep.
 *
 * @throws NotFound template_not_found; Conflict made_by_file
 */
async function ownTemplate(deps: ConsoleDeps, slug: string): Promise<StandingTemplate> {
  const standing = await readStandingTemplates(deps, deps.board());
  const found = standing.find(({ wanted }) => wanted.slug === slug);
  if (found === undefined) {
    throw new NotFound("template_not_found", `There is no template "${slug}".`);
  }
  if (found.managedBy !== "people") {
    throw new Conflict(
      "made_by_file",
      `The template "${slug}" stands in the platform file: change it there.`,
    );
  }
  return found;
}

/** What was typed, in the words of the platform file. */
function writtenOf(typed: Typed, board: StatusBoard, context: ConsoleContext): object {
  const language = writingLanguage(typed, board, context);
  const inLanguages = (name: string) => ({
    [language]: typed.one(name).trim(),
    ...typedTranslations(typed, name, language, board),
  });
  const chosen = (name: string) => (typed.one(name) === "" ? {} : { [name]: typed.one(name) });
  return {
    name: typed.one("name").trim(),
    title: inLanguages("title"),
    message: inLanguages("message"),
    ...chosen("state"),
    ...chosen("priority"),
    ...chosen("impact"),
    services: Object.fromEntries(
      typed.all("services").map((slug) => [slug, typed.one(`impact_${slug}`) || usualImpact]),
    ),
  };
}

/** What stands, as it would have been typed. */
function typedOf(
  { name, title, message, state, priority, impact, services, impacts = {} }: IncidentTemplate,
  board: StatusBoard,
  context: ConsoleContext,
): Record<string, string | string[]> {
  const wanted = writingLanguage(freshForm().typed, board, context);
  const language = wanted in message ? wanted : Object.keys(message)[0]!;
  const others = pageLanguages(board).filter(({ code }) => code !== language);
  return {
    ...{ name, state, language, services, priority: priority ?? "", impact: impact ?? "" },
    ...{ title: title[language] ?? "", message: message[language]! },
    ...Object.fromEntries(
      others.flatMap(({ code }) => [
        [`title_${code}`, title[code] ?? ""],
        [`message_${code}`, message[code] ?? ""],
      ]),
    ),
    ...Object.fromEntries(Object.entries(impacts).map(([slug, own]) => [`impact_${slug}`, own])),
  };
}

/** Each fault at its field: "/title/da" at `title_da`, or at `title` where it is written in Danish. */
function atFields(error: unknown, language: string, { language: { say } }: ConsoleContext): unknown {
  if (!(error instanceof Refusal)) {
    return error;
  }
  const placed = error.fields.map(({ pointer, detail }) => ({
    pointer: pointer
      .replace("?slug", "/slug")
      .replace(/^\/(title|message)\/(\w+)$/, (_, name: string, code: string) =>
        code === language ? `/${name}` : `/${name}_${code}`,
      )
      .replace(/^\/services\/.*$/, "/services"),
    detail,
  }));
  const Same = error.constructor as typeof InvalidInput;
  const words =
    error.code === "version_changed"
      ? say("console.templates.late")
      : error.code === "bad_template"
        ? say("console.templates.refused")
        : error.message;
  return new Same(error.code, words, placed, { cause: error });
}

async function formPage(
  c: Ask,
  deps: ConsoleDeps,
  standing: StandingTemplate | null,
  form: Form,
  status = 200,
  isPreview = false,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const board = deps.board();
  const { typed } = form;
  const at = standing === null ? `${path}/new` : `${path}/${standing.wanted.slug}/edit`;
  const words = typedWords(typed, board, context);
  const model = {
    ...{ form, once: typed.one("once") || newOnce(), written: words.language },
    action: `${context.base}${at}`,
    version: standing?.version ?? null,
    choice: serviceChoice(typed, "services", board, context),
    impacts: impactChoices(context),
    impactsOfAll: [{ value: "", words: say("console.incident.asPriority") }, ...impactChoices(context)],
    priorities: priorityChoices(board, context),
    states: stateChoices(incidentStates, context),
    pageLanguages: pageLanguages(board),
    previews: isPreview ? previews(words, board) : [],
  };
  const title = say(standing === null ? "console.templates.new" : "console.templates.edit");
  const head = { title, path: at, scripts: ["service-choice.js"] };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/incident-template-form", model: shell, status });
}
