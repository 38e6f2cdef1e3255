/**
 * The forms on the page of an incident, each as it was typed where it came back and as the incident stands where it did not, and the page
 * around them.
 */
import type { Context } from "hono";
import {
  type Incident,
  type IncidentState,
  incidentStates,
  impactsAt,
} from "../../domain/status/incident.ts";
import { fieldTime } from "../../domain/time/local-time.ts";
import { scopesOf } from "../authentication.ts";
import { parseInstant } from "../input.ts";
import { timeMarkup } from "../pages/markup.ts";
import { titleFor } from "../pages/story.ts";
import { answerPage } from "./answer.ts";
import { authorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm } from "./form.ts";
import { incidentClocks } from "./incident-clocks.ts";
import {
  impactChoices,
  nextUpdateChoices,
  pageLanguages,
  previews,
  priorityChoices,
  stateChoices,
  typedTranslations,
  writingLanguage,
} from "./incident-fields.ts";
import { incidentModel } from "./incident-model.ts";
import { newOnce } from "./once.ts";
import { type ConsoleContext, consoleContext, type ConsoleEnv } from "./room.ts";
import { serviceChoice } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";
import { timeField } from "./time-field.ts";

/** The forms by name, each with its fields beside those of languages and services. */
export const incidentForms = {
  update: ["message", "language", "state", "priority", "services", "reopen", "ended", "ended_meant", "next"],
  words: ["message"],
  impact: ["service", "impact", "start", "end", "start_meant", "end_meant"],
  particulars: ["title", "priority", "began", "ended", "began_meant", "ended_meant"],
  merger: ["into", "confirmed"],
  postmortem: ["message", "language"],
} as const satisfies Record<string, readonly string[]>;
export type IncidentFormName = keyof typeof incidentForms;

/** Which form came back, and how; `name` null: none did, and `form` holds what the address proposes. */
export interface Returned {
  name: IncidentFormName | null;
  form: Form;
  status: number;
  isPreview?: boolean;
}

/** Other incidents that are offered to become part of: the latest. */
const offeredToMerge = 30;

/** The page of an incident with its forms. */
export async function printIncident(
  c: Context<ConsoleEnv>,
  deps: ConsoleDeps,
  incident: Incident,
  returned: Returned,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const board = deps.board();
  const { name: at, form, status, isPreview = false } = returned;
  const formOf = (name: IncidentFormName, proposed: Record<string, string | readonly string[]>) =>
    at === name ? form : freshForm(proposed);
  const asked = at === null ? form.typed : freshForm().typed;
  const update = formOf("update", proposedUpdate(incident, asked.one("resolve"), context));
  const impact = formOf("impact", {
    ...{ service: asked.one("service"), impact: asked.one("impact") || "partial_outage" },
    ...{ start: timeAsked(asked.one("start"), context), end: timeAsked(asked.one("end"), context) },
  });
  const particulars = formOf("particulars", {
    ...{ title: incident.title, priority: incident.priority ?? "" },
    began: fieldTime(incident.startedAt, context.timeZone),
    ended: incident.resolvedAt === null ? "" : fieldTime(incident.resolvedAt, context.timeZone),
    ...Object.fromEntries(Object.entries(incident.titles).map(([code, title]) => [`title_${code}`, title])),
  });
  const postmortem = formOf("postmortem", {
    message: incident.postmortem?.message ?? "",
    ...Object.fromEntries(
      Object.entries(incident.postmortem?.translations ?? {}).map(([code, text]) => [
        `message_${code}`,
        text,
      ]),
    ),
  });
  const isOpen = incident.state !== "resolved";
  const offered: readonly IncidentState[] = isOpen
    ? incidentStates
    : incidentStates.filter((state) => state !== "resolved");
  const model = {
    incident: incidentModel(incident, board, await authorNames(deps.db, context.language), context),
    clocks: await incidentClocks(incident, deps, context),
    mayWrite: scopesOf(c.get("session").holder).has("write:incidents") && incident.mergedInto === null,
    once: form.typed.one("once") || newOnce(),
    ...{ at, form, update, impact, particulars, postmortem },
    merger: formOf("merger", {}),
    words: at === "words" ? { form, number: Number(c.req.param("number")) } : null,
    updateLanguage: writingLanguage(update.typed, board, context),
    postmortemLanguage: incident.postmortem?.language ?? writingLanguage(postmortem.typed, board, context),
    published:
      incident.postmortem?.publishedAt == null
        ? null
        : timeMarkup(incident.postmortem.publishedAt, "moment", context),
    hasPostmortem: incident.postmortem !== null,
    choice: serviceChoice(update.typed, "services", board, context),
    now: Object.fromEntries(
      impactsAt(incident, context.now).map(({ serviceSlug, impact }) => [serviceSlug, impact]),
    ),
    impacts: impactChoices(context),
    priorities: priorityChoices(board, context),
    states: stateChoices(offered, context),
    nextUpdates: nextUpdateChoices(context),
    pageLanguages: pageLanguages(board),
    otherLanguages: pageLanguages(board).filter(({ code }) => code !== incident.language),
    ended: timeField(update.typed, "ended", context),
    impactChoice: serviceChoice(
      impact.typed,
      "service",
      board,
      context,
      incident.impacts.map(({ serviceSlug }) => serviceSlug),
    ),
    impactStart: timeField(impact.typed, "start", context),
    impactEnd: timeField(impact.typed, "end", context),
    correctedBegan: timeField(particulars.typed, "began", context),
    correctedEnded: timeField(particulars.typed, "ended", context),
    others: board.incidents
      .filter(({ reference }) => reference !== incident.reference)
      .slice(0, offeredToMerge)
      .map((other) => ({
        value: other.reference,
        words: `${other.reference}: ${titleFor(other, context).text}`,
      })),
    previews: isPreview ? previewsOf(form, incident, at, board, context) : [],
  };
  const path = `/incidents/${incident.reference}`;
  const title = say("console.incident.pageTitle", {
    reference: incident.reference,
    title: titleFor(incident, context).text,
  });
  const head = { title, path, scripts: ["service-choice.js", "countdown.js"] };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/incident", model: shell, status });
}

/** An update as it is proposed: as things stand, or that it is over since it was measured up. */
function proposedUpdate(
  incident: Incident,
  resolve: string,
  { timeZone }: ConsoleContext,
): Record<string, string | readonly string[]> {
  const over = /^\d{1,15}$/.test(resolve) ? Number(resolve) : null;
  return {
    priority: incident.priority ?? "",
    ...(over === null
      ? { state: incident.state === "resolved" ? "investigating" : incident.state }
      : { state: "resolved", ended: fieldTime(over, timeZone) }),
  };
}

/** A time in an address, for a field; what is none is left out. */
function timeAsked(text: string, { timeZone }: ConsoleContext): string {
  const at = parseInstant(text);
  return at === null ? "" : fieldTime(at, timeZone);
}

function previewsOf(
  form: Form,
  incident: Incident,
  at: IncidentFormName | null,
  board: Parameters<typeof previews>[1],
  context: ConsoleContext,
) {
  const language = at === "words" ? incident.language : writingLanguage(form.typed, board, context);
  const words = {
    ...{ title: "", titles: {}, message: form.typed.one("message"), language },
    translations: typedTranslations(form.typed, "message", language, board),
  };
  return previews(words, board);
}
