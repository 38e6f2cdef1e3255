/**
 * /console/incidents/templates: all words ready to be said, those of the platform file to be read, those that people keep to be changed,
 * archived, and taken up again.
 */
import type { Context, Hono } from "hono";
import { archiveIncidentTemplate } from "../../actions/keep-incident-template.ts";
import { incidentRules } from "../../domain/status/incident-rules.ts";
import {
  type IncidentTemplate,
  offeredTemplates,
  type StandingTemplate,
  standingTemplates,
} from "../../domain/status/incident-template.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { listKeptTemplates } from "../../store/incident-templates.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedButton } from "./form.ts";
import { versionShown } from "./incident-fields.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const path = "/incidents/templates";

/** Adds the list and its buttons. */
export function addIncidentTemplates(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get(path, needs("read:reports"), (c) => listPage(c, deps, freshForm(), 200));

  for (const [button, archived] of [
    ["archive", true],
    ["restoration", false],
  ] as const) {
    app.post(`${path}/:slug/${button}`, needs("write:incidents"), async (c) => {
      const seen = versionShown(await readForm(c));
      try {
        const changer = { author: authorOf(c), now: deps.now(), seen };
        await archiveIncidentTemplate(deps.db, c.req.param("slug"), archived, changer);
        return c.redirect(`/console${path}`, 303);
      } catch (error) {
        const { form, status } = refusedButton(error);
        return listPage(c, deps, form, status);
      }
    });
  }
}

/** All of them, in the order in which they are offered. */
export async function readStandingTemplates({ db }: ConsoleDeps, { settings }: StatusBoard) {
  return standingTemplates(incidentRules(settings).templates, await listKeptTemplates(db));
}

async function listPage(c: Context<ConsoleEnv>, deps: ConsoleDeps, form: Form, status: number) {
  const context = consoleContext(c, deps);
  const board = deps.board();
  const standing = await readStandingTemplates(deps, board);
  const offered = new Set(offeredTemplates(standing));
  const model = {
    form,
    templates: standing.map((one) => shownTemplate(one, offered, board, context)),
    mayWrite: context.scopes.has("write:incidents"),
  };
  const head = { title: context.language.say("console.incident.templates"), path };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/incident-templates", model: shell, status });
}

function shownTemplate(
  { wanted, managedBy, archived, version }: StandingTemplate,
  offered: ReadonlySet<IncidentTemplate>,
  board: StatusBoard,
  { language, base }: ConsoleContext,
) {
  const { say, code } = language;
  const titleOf = (slug: string) => board.services.find((one) => one.slug === slug)?.title ?? slug;
  const priority = incidentRules(board.settings).priorities.find(({ slug }) => slug === wanted.priority);
  const [titleLang, title] =
    Object.entries(wanted.title).find(([one]) => one === code) ?? Object.entries(wanted.title)[0] ?? [];
  return {
    ...{ slug: wanted.slug, name: wanted.name, archived, version, title, titleLang },
    isOfFile: managedBy !== "people",
    address: `${base}${path}/${wanted.slug}`,
    languages: Object.keys(wanted.message).join(", "),
    stateWord: say(`incident.${wanted.state}`),
    priority: priority?.title ?? wanted.priority ?? "",
    services: wanted.services.map((slug) => {
      const impact = wanted.impacts?.[slug] ?? wanted.impact;
      return { title: titleOf(slug), impact: impact === null ? "" : say(`impact.${impact}`) };
    }),
    standing: archived
      ? say("console.calendars.archived")
      : managedBy !== "people"
        ? say("console.calendars.byFile")
        : offered.has(wanted)
          ? say("console.templates.byPeople")
          : say("console.templates.hidden"),
  };
}
