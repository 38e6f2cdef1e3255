/**
 * /console/incidents/:reference: the update on top, then all that was said, how badly which service was hit, what was measured beside it,
 * and everything that can be corrected. Every form says which version of the incident it was made for.
 */
import type { Context, Hono } from "hono";
import { correctImpact } from "../../actions/correct-impact.ts";
import { editIncident } from "../../actions/edit-incident.ts";
import { withdrawPostmortem, writePostmortem } from "../../actions/keep-postmortem.ts";
import { mergeIncidents } from "../../actions/merge-incidents.ts";
import { rewordUpdate } from "../../actions/reword-update.ts";
import { updateIncident } from "../../actions/update-incident.ts";
import type { IncidentChanger } from "../../actions/change-incident.ts";
import type { IncidentChange } from "../../domain/status/incident-update.ts";
import { ownUpdates } from "../../domain/status/incident-words.ts";
import type { Incident } from "../../domain/status/incident.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { Database } from "../../store/database.ts";
import { getIncident } from "../../store/incidents.ts";
import type { ConsoleDeps } from "./deps.ts";
import { freshForm, readForm, refuseUnmeant, type Typed } from "./form.ts";
import {
  impactNamed,
  refusedIncidentForm,
  stateNamed,
  translationNames,
  typedNextUpdate,
  typedTranslations,
  versionShown,
  writingLanguage,
} from "./incident-fields.ts";
import { incidentForms, type IncidentFormName, printIncident } from "./incident-forms.ts";
import { once } from "./once.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { readTimes } from "./time-field.ts";

type Ask = Context<ConsoleEnv>;

/** What a form does, once it is read. Gives the address to go on to. */
type Work = (db: Database, changer: IncidentChanger) => Promise<unknown>;

const path = "/incidents/:reference{[A-Z]{3}-\\d{4}-\\d{4,9}}";

/** Adds the page and its forms. */
export function addIncidentPage(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:incidents");

  app.get(path, needs("read:reports"), async (c) => {
    const incident = await getIncident(deps.db, c.req.param("reference"));
    return printIncident(c, deps, incident, { name: null, form: freshForm(c.req.query()), status: 200 });
  });

  app.post(`${path}/updates`, writes, (c) =>
    act(c, deps, "update", (typed, reference, board, context) => {
      const change = changeIn(typed, board, context);
      return (db, { author, now, seen }) => updateIncident(db, reference, change, author, now, seen);
    }),
  );

  app.post(`${path}/updates/:number`, writes, async (c) =>
    act(c, deps, "words", async (typed, reference, board) => {
      // What is no number names no update, which is refused by the rule that finds it.
      const number = Number(c.req.param("number"));
      const said = ownUpdates(await getIncident(deps.db, reference))[number - 1];
      const words = {
        message: typed.one("message"),
        translations: typedTranslations(typed, "message", said?.language ?? "", board),
      };
      return (db, changer) => rewordUpdate(db, reference, number, words, changer);
    }),
  );

  app.post(`${path}/impacts`, writes, (c) =>
    act(c, deps, "impact", (typed, reference, _, context) => {
      const lasts = typed.one("end") === "";
      const times: { start: number; end?: number } = readTimes(
        typed,
        lasts ? ["start"] : ["start", "end"],
        context,
      );
      const said = {
        serviceSlug: typed.one("service"),
        impact: impactNamed(typed.one("impact")) ?? null,
        ...{ start: times.start, end: times.end ?? null },
      };
      return (db, changer) => correctImpact(db, reference, said, changer);
    }),
  );

  app.post(`${path}/particulars`, writes, (c) =>
    act(c, deps, "particulars", async (typed, reference, board, context) => {
      const { language } = await getIncident(deps.db, reference);
      const given = (["began", "ended"] as const).filter((name) => typed.one(name) !== "");
      const times: Partial<Record<"began" | "ended", number>> = readTimes(typed, given, context);
      const particulars = {
        title: typed.one("title"),
        titles: typedTranslations(typed, "title", language, board),
        priority: typed.one("priority") === "" ? null : typed.one("priority"),
        ...(times.began === undefined ? {} : { startedAt: times.began }),
        ...(times.ended === undefined ? {} : { resolvedAt: times.ended }),
      };
      return (db, changer) => editIncident(db, reference, particulars, changer);
    }),
  );

  app.post(`${path}/merger`, writes, (c) =>
    act(c, deps, "merger", (typed, reference, _, { language: { say } }) => {
      refuseUnmeant(typed, say("console.incident.confirmMerger"));
      const both = { whole: typed.one("into").trim().toUpperCase(), part: reference };
      return (db, changer) => mergeIncidents(db, both, changer);
    }),
  );

  app.post(`${path}/postmortem`, writes, (c) =>
    act(c, deps, "postmortem", (typed, reference, board, context) => {
      if (typed.one("step") === "withdraw") {
        return (db, changer) => withdrawPostmortem(db, reference, changer);
      }
      const language = writingLanguage(typed, board, context);
      const words = {
        ...{ message: typed.one("message"), language },
        translations: typedTranslations(typed, "message", language, board),
      };
      const publishes = typed.one("step") === "publish";
      return (db, changer) => writePostmortem(db, reference, words, publishes, changer);
    }),
  );
}

/** Reads a form, does what it says once, and leads back to the page; refused or looked at beforehand, it comes back as it was typed. */
async function act(
  c: Ask,
  deps: ConsoleDeps,
  name: IncidentFormName,
  read: (
    typed: Typed,
    reference: string,
    board: StatusBoard,
    context: ConsoleContext,
  ) => Work | Promise<Work>,
): Promise<Response> {
  const typed = await readForm(c);
  const reference = c.req.param("reference")!;
  const board = deps.board();
  const context = consoleContext(c, deps);
  const step = typed.one("step");
  const shown = async (): Promise<Incident> => getIncident(deps.db, reference);
  if (step === "search" || step === "preview") {
    const form = { ...freshForm(), typed };
    return printIncident(c, deps, await shown(), { name, form, status: 200, isPreview: step === "preview" });
  }
  const fields = [
    ...incidentForms[name],
    ...translationNames("title", board),
    ...translationNames("message", board),
    ...typed.all("services").map((slug) => `impact_${slug}`),
  ];
  const [author, now] = [authorOf(c), deps.now()];
  try {
    const work = await read(typed, reference, board, context);
    const form = { author, place: c.req.path, typed, fields: [...fields, "step"] };
    const address = await once(deps.db, form, now, async (db) => {
      await work(db, { author, now, seen: versionShown(typed) });
      return `/console/incidents/${reference}`;
    });
    await deps.changed();
    return c.redirect(address, 303);
  } catch (error) {
    const { form, status } = refusedIncidentForm(typed, fields, error, context);
    return printIncident(c, deps, await shown(), { name, form, status });
  }
}

function changeIn(typed: Typed, board: StatusBoard, context: ConsoleContext): IncidentChange {
  const language = writingLanguage(typed, board, context);
  const ended = typed.one("ended") === "" ? null : readTimes(typed, ["ended"], context).ended;
  const state = stateNamed(typed.one("state")) ?? null;
  const services = [...new Set(typed.all("services"))].map((serviceSlug) => ({
    serviceSlug,
    impact:
      impactNamed(typed.one(`impact_${serviceSlug}`)) ?? impactNamed(typed.one("impact")) ?? "partial_outage",
  }));
  return {
    title: null,
    state,
    message: typed.one("message"),
    language,
    translations: typedTranslations(typed, "message", language, board),
    services: services.length === 0 ? null : services,
    reopen: typed.one("reopen") === "yes",
    priority: typed.one("priority") === "" ? null : typed.one("priority"),
    resolvedAt: ended,
    nextUpdateAt: typedNextUpdate(typed, state, context.now),
  };
}
