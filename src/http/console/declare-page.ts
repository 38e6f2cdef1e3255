/**
 * /console/incidents/new: an incident declared on one screen, as a tired person does it on a telephone. Whatever is measured down stands
 * first, the priority proposes how bad it is, ready-made words are one touch away; nothing of it needs a script.
 */
import type { Context, Hono } from "hono";
import { declareIncident } from "../../actions/declare-incident.ts";
import { publishDraft } from "../../actions/settle-draft.ts";
import { InvalidInput } from "../../domain/errors.ts";
import {
  type IncidentDeclaration,
  type IncidentImpact,
  type IncidentState,
  worstImpact,
} from "../../domain/status/incident.ts";
import { incidentRules } from "../../domain/status/incident-rules.ts";
import { type IncidentTemplate, offeredTemplates } from "../../domain/status/incident-template.ts";
import type { MeasuredService } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { fieldTime } from "../../domain/time/local-time.ts";
import { outageWords } from "../outage-words.ts";
import { type Markup, timeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, type Typed } from "./form.ts";
import {
  impactChoices,
  impactNamed,
  nextUpdateChoices,
  pageLanguages,
  previews,
  priorityChoices,
  refusedIncidentForm,
  stateChoices,
  stateNamed,
  translationNames,
  typedImpacts,
  typedNextUpdate,
  typedWords,
  writingLanguage,
} from "./incident-fields.ts";
import { beginningOf, findDraft, slugsOf } from "./incident-drafts.ts";
import { readStandingTemplates } from "./incident-templates.ts";
import { newOnce, once } from "./once.ts";
import {
  authorOf,
  type ConsoleContext,
  consoleContext,
  type ConsoleEnv,
  consoleLanguages,
  needs,
} from "./room.ts";
import { serviceChoice } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";
import { readTimes, timeField } from "./time-field.ts";

type Ask = Context<ConsoleEnv>;

const states = ["investigating", "identified", "monitoring", "resolved"] as const;

/** Adds the form. */
export function addDeclaring(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:incidents");
  app.get("/incidents/new", writes, async (c) => newPage(c, deps, await proposedForm(c, deps), 200));

  app.post("/incidents/new", writes, async (c) => {
    const typed = await readForm(c);
    const step = typed.one("step");
    if (step === "search" || step === "preview") {
      return newPage(c, deps, { ...freshForm(), typed }, 200, step === "preview");
    }
    const board = deps.board();
    const context = consoleContext(c, deps);
    const fields = fieldsOf(typed, board);
    const [author, now] = [authorOf(c), deps.now()];
    try {
      const declaration = declarationIn(typed, board, context);
      const address = await once(deps.db, { author, place: c.req.path, typed, fields }, now, async (db) => {
        const draft = Number(typed.one("draft"));
        const { reference } =
          Number.isSafeInteger(draft) && draft > 0
            ? await publishDraft(db, draft, declaration, author, now)
            : await declareIncident(db, declaration, author, now);
        return `/console/incidents/${reference}`;
      });
      await deps.changed();
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedIncidentForm(typed, fields, error, context);
      return newPage(c, deps, form, status);
    }
  });
}

/** Every field whose content makes it another declaration. */
function fieldsOf(typed: Typed, board: StatusBoard): string[] {
  return [
    ...["draft", "title", "message", "language", "state", "priority", "impact", "services"],
    ...["began", "ended", "began_meant", "ended_meant", "next"],
    ...translationNames("title", board),
    ...translationNames("message", board),
    ...typed.all("services").map((slug) => `impact_${slug}`),
  ];
}

function declarationIn(typed: Typed, board: StatusBoard, context: ConsoleContext): IncidentDeclaration {
  const given = (["began", "ended"] as const).filter((name) => typed.one(name) !== "");
  const times: Partial<Record<"began" | "ended", number>> = readTimes(typed, given, context);
  const priority = typed.one("priority") === "" ? null : typed.one("priority");
  const state = stateNamed(typed.one("state")) ?? "investigating";
  return {
    ...typedWords(typed, board, context),
    state,
    priority,
    services: typedImpacts(typed, impactIn(typed, priority, board, context)),
    startedAt: times.began ?? null,
    resolvedAt: times.ended ?? null,
    nextUpdateAt: typedNextUpdate(typed, state, context.now),
  };
}

/** How badly the services are hit: as somebody said, or as the priority says (policy rule 26). */
function impactIn(
  typed: Typed,
  priority: string | null,
  board: StatusBoard,
  { language: { say } }: ConsoleContext,
): IncidentImpact {
  const said =
    impactNamed(typed.one("impact")) ??
    incidentRules(board.settings).priorities.find(({ slug }) => slug === priority)?.shows;
  const areAllSaid = typed.all("services").every((slug) => impactNamed(typed.one(`impact_${slug}`)));
  if (said === undefined && !areAllSaid) {
    const detail = say("console.incident.sayHowBad");
    throw new InvalidInput("no_impact", detail, [{ pointer: "/impact", detail }]);
  }
  return said ?? "operational";
}

/** What is proposed: by the draft, the template or the services in the address, else by what is measured. */
async function proposedForm(c: Ask, deps: ConsoleDeps): Promise<Form> {
  const board = deps.board();
  const context = consoleContext(c, deps);
  const asked = c.req.queries();
  const draft = await findDraft(deps, c.req.query("draft"));
  const offered = offeredTemplates(await readStandingTemplates(deps, board));
  const template = offered.find(({ slug }) => slug === c.req.query("template"));
  const down = board.services.filter(({ reading }) => reading === "down");
  const said = asked["services"] ?? (draft === undefined ? template?.services : slugsOf(draft)) ?? [];
  const services = said.length > 0 ? said : down.map(({ slug }) => slug);
  const measured = down.filter(({ slug }) => services.includes(slug));
  const began = draft === undefined ? begunAt(measured) : beginningOf(draft);
  return freshForm({
    once: newOnce(),
    ...(draft === undefined ? {} : { draft: String(draft.id) }),
    ...(draft?.overAt == null
      ? { state: template?.state ?? "investigating" }
      : { state: "resolved", ended: fieldTime(wholeSecond(draft.overAt), context.timeZone) }),
    priority: template?.priority ?? proposedPriority(measured.length > 0 || draft !== undefined, board),
    impact: template?.impact ?? "",
    services,
    ...Object.fromEntries(services.map((slug) => [`impact_${slug}`, template?.impacts?.[slug] ?? ""])),
    began: began === null ? "" : fieldTime(wholeSecond(began), context.timeZone),
    ...wordsOf(
      template ?? measuredWords(services, measured.length > 0 || draft !== undefined, board),
      board,
      context,
    ),
    ...Object.fromEntries(Object.entries(asked).filter(([name]) => name === "title" || name === "message")),
  });
}

/** What is said where something is measured down; undefined: nothing is. */
function measuredWords(slugs: readonly string[], isDown: boolean, board: StatusBoard): Words | undefined {
  return isDown ? outageWords(slugs, board, consoleLanguages) : undefined;
}

/** The priority that stands for what is measured: the most urgent that says "down", or the first that says less. */
function proposedPriority(isDown: boolean, board: StatusBoard): string {
  const { priorities } = incidentRules(board.settings);
  const wanted: IncidentImpact = isDown ? "major_outage" : "partial_outage";
  const fitting = priorities.find(({ shows }) => worstImpact([shows, wanted]) === wanted);
  return (fitting ?? priorities[0])?.slug ?? "";
}

/** When the earliest of them was measured down; null: none was. */
function begunAt(measured: readonly MeasuredService[]): number | null {
  const since = measured.flatMap(({ readingSince }) => readingSince ?? []);
  return since.length === 0 ? null : Math.min(...since);
}

/** As people say it, never later than it was. */
function wholeSecond(at: number): number {
  return Math.floor(at / 1_000) * 1_000;
}

/** Title and message by code of a language. */
type Words = Pick<IncidentTemplate, "title" | "message">;

/** Words in every language of the page: those of the language that somebody writes in stand first, where there are any. */
function wordsOf(
  words: Words | undefined,
  board: StatusBoard,
  context: ConsoleContext,
): Record<string, string> {
  const wanted = writingLanguage(freshForm().typed, board, context);
  if (words === undefined) {
    return { language: wanted };
  }
  const { title, message } = words;
  const language = message[wanted] === undefined ? Object.keys(message)[0]! : wanted;
  return {
    language,
    title: title[language] ?? Object.values(title)[0] ?? "",
    message: message[language]!,
    ...Object.fromEntries(
      board.settings.languages
        .filter((code) => code !== language)
        .flatMap((code) => [
          [`title_${code}`, title[code] ?? ""],
          [`message_${code}`, message[code] ?? ""],
        ]),
    ),
  };
}

/** The beginning as it will be understood, for the fold that holds it; null: now. */
function typedMoment(typed: Typed, context: ConsoleContext): Markup | null {
  try {
    return typed.one("began") === ""
      ? null
      : timeMarkup(readTimes(typed, ["began"], context).began, "moment", context);
  } catch {
    // What cannot be understood is told at its field.
    return null;
  }
}

async function newPage(
  c: Ask,
  deps: ConsoleDeps,
  form: Form,
  status: number,
  isPreview = false,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const board = deps.board();
  const { typed } = form;
  const words = typedWords(typed, board, context);
  const model = {
    ...{ form, once: typed.one("once") || newOnce(), written: words.language },
    templates: offeredTemplates(await readStandingTemplates(deps, board)).map(({ slug, name }) => ({
      address: `${context.base}/incidents/new?template=${encodeURIComponent(slug)}`,
      name,
      isHere: c.req.query("template") === slug,
    })),
    choice: serviceChoice(typed, "services", board, context),
    impacts: impactChoices(context),
    impactsOfAll: [{ value: "", words: say("console.incident.asPriority") }, ...impactChoices(context)],
    priorities: priorityChoices(board, context),
    nextUpdates: nextUpdateChoices(context),
    states: stateChoices(states satisfies readonly IncidentState[], context),
    pageLanguages: pageLanguages(board),
    began: timeField(typed, "began", context),
    beganAt: typedMoment(typed, context),
    ended: timeField(typed, "ended", context),
    previews: isPreview ? previews(words, board) : [],
  };
  const title = say("console.incident.declare");
  const head = { title, path: "/incidents/new", scripts: ["service-choice.js"] };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/incident-new", model: shell, status });
}
