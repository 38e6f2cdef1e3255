/** Forms that propose something: to read measured time otherwise, to take time out of the count, to restate a report. Another person approves. */
import type { Context, Hono } from "hono";
import { draftCycle } from "../../actions/draft-cycle.ts";
import { proposeCorrection } from "../../actions/propose-correction.ts";
import { proposeExclusion } from "../../actions/propose-exclusion.ts";
import { proposeRevision } from "../../actions/propose-revision.ts";
import { onlyContract, readGround } from "../../actions/read-ground.ts";
import { type Fault, InvalidInput } from "../../domain/errors.ts";
import { readingStates } from "../../domain/monitoring/timeline.ts";
import { exclusionKinds } from "../../domain/sla/promise/clauses.ts";
import type { Report } from "../../domain/sla/report/report.ts";
import { toldDifference } from "../../documents/told-difference.ts";
import { readContracts } from "../../store/agreements.ts";
import { getReport } from "../../store/reports.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm } from "./form.ts";
import { monthName, monthOf } from "./months.ts";
import { newOnce, once } from "./once.ts";
import { reportWords } from "./report-words.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { searchStep, serviceChoice } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";
import { readTimes, timeField } from "./time-field.ts";

type Ask = Context<ConsoleEnv>;

const scripts = ["service-choice.js"];
const timed = ["start", "end", "start_meant", "end_meant", "reason", "evidence"];
const correctionFields = ["service", "state", ...timed];
const exclusionFields = ["kind", "contract", "services", ...timed];

/** Adds the forms. */
export function addProposing(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:corrections");
  const restates = needs("write:reports");

  app.get("/proposals/new-correction", writes, (c) =>
    correctionPage(c, deps, proposedBy(c, ["service", "start", "end", "state"]), 200),
  );
  app.post("/proposals/new-correction", writes, async (c) => {
    const typed = await readForm(c);
    if (typed.one("step") === searchStep) {
      return correctionPage(c, deps, { ...freshForm(), typed }, 200);
    }
    const [author, now] = [authorOf(c), deps.now()];
    try {
      const { start, end } = readTimes(typed, ["start", "end"], consoleContext(c, deps));
      const state = oneOf(readingStates, typed.one("state"), "/state");
      const words = { reason: typed.one("reason"), evidence: typed.one("evidence") };
      const draft = { service: typed.one("service"), start, end, state, ...words };
      const form = { author, place: c.req.path, typed, fields: correctionFields };
      const address = await once(
        deps.db,
        form,
        now,
        async (db) => `/console/proposals/${(await proposeCorrection(db, draft, author, now)).reference}`,
      );
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, correctionFields, error);
      return correctionPage(c, deps, form, status);
    }
  });

  app.get("/proposals/new-exclusion", writes, (c) =>
    exclusionPage(c, deps, proposedBy(c, ["kind", "contract", "services", "start", "end"]), 200),
  );
  app.post("/proposals/new-exclusion", writes, async (c) => {
    const typed = await readForm(c);
    if (typed.one("step") === searchStep) {
      return exclusionPage(c, deps, { ...freshForm(), typed }, 200);
    }
    const [author, now] = [authorOf(c), deps.now()];
    try {
      const { start, end } = readTimes(typed, ["start", "end"], consoleContext(c, deps));
      const chosen = typed.all("services");
      const services = chosen.length === 0 || chosen.includes("*") ? ("*" as const) : chosen;
      const kind = oneOf(exclusionKinds, typed.one("kind"), "/kind");
      const contract = typed.one("contract") === "" ? null : typed.one("contract");
      const words = { reason: typed.one("reason"), evidence: typed.one("evidence") };
      const draft = { kind, contract, services, start, end, ...words };
      const form = { author, place: c.req.path, typed, fields: exclusionFields };
      const address = await once(
        deps.db,
        form,
        now,
        async (db) => `/console/proposals/${(await proposeExclusion(db, draft, author, now)).reference}`,
      );
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, exclusionFields, error);
      return exclusionPage(c, deps, form, status);
    }
  });

  const revision = "/contracts/:slug/:month/propose-revision";
  app.get(revision, restates, (c) => revisionPage(c, deps, freshForm(), 200));
  app.post(revision, restates, async (c) => {
    const typed = await readForm(c);
    const [author, now] = [authorOf(c), deps.now()];
    const [contract, label] = [c.req.param("slug"), monthOf(c.req.param("month"))];
    try {
      const wanted = { contract, label, cause: "person" as const, reason: typed.one("reason") };
      const form = { author, place: c.req.path, typed, fields: ["reason"] };
      const address = await once(
        deps.db,
        form,
        now,
        async (db) => `/console/proposals/${(await proposeRevision(db, wanted, author, now)).reference}`,
      );
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, ["reason"], error);
      return revisionPage(c, deps, form, status);
    }
  });
}

/** A form with what its address proposes. */
function proposedBy(c: Ask, names: readonly string[]): Form {
  return freshForm(Object.fromEntries(names.map((name) => [name, c.req.queries(name) ?? []])));
}

/** @throws InvalidInput unknown_choice with a fault at the field */
export function oneOf<Choice extends string>(
  choices: readonly Choice[],
  typed: string,
  pointer: Fault["pointer"],
): Choice {
  const found = choices.find((choice) => choice === typed);
  if (found === undefined) {
    const detail = "Choose one of those that are offered.";
    throw new InvalidInput("unknown_choice", detail, [{ pointer, detail }]);
  }
  return found;
}

/** What measured time may be read as. */
export function stateChoices({ language }: ConsoleContext) {
  return readingStates.map((state) => ({ value: state, words: language.say(`reading.${state}`) }));
}

async function correctionPage(c: Ask, deps: ConsoleDeps, form: Form, status: number): Promise<Response> {
  const context = consoleContext(c, deps);
  const model = {
    ...{ form, once: form.typed.one("once") || newOnce() },
    choice: serviceChoice(form.typed, "service", deps.board(), context),
    states: stateChoices(context),
    start: timeField(form.typed, "start", context),
    end: timeField(form.typed, "end", context),
  };
  const head = {
    title: context.language.say("console.proposals.newCorrection"),
    path: "/proposals",
    scripts,
  };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/new-correction", model: shell, status });
}

async function exclusionPage(c: Ask, deps: ConsoleDeps, form: Form, status: number): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const agreed = [...(await readContracts(deps.db))]
    .filter(
      ([, { archived, versions }]) => !archived && versions.some((one) => one.clauses.exclusions.length > 0),
    )
    .map(([slug, { particulars }]) => ({ value: slug, words: particulars.title }));
  const words = reportWords(context);
  const model = {
    ...{ form, once: form.typed.one("once") || newOnce() },
    kinds: exclusionKinds.map((kind) => ({ value: kind, words: words.name("kind", kind) })),
    contracts: [{ value: "", words: say("console.propose.everyContract") }, ...agreed],
    choice: serviceChoice(form.typed, "services", deps.board(), context),
    start: timeField(form.typed, "start", context),
    end: timeField(form.typed, "end", context),
  };
  const head = { title: say("console.proposals.newExclusion"), path: "/proposals", scripts };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/new-exclusion", model: shell, status });
}

async function revisionPage(c: Ask, deps: ConsoleDeps, form: Form, status: number): Promise<Response> {
  const context = consoleContext(c, deps);
  const [contract, label] = [c.req.param("slug")!, monthOf(c.req.param("month"))];
  const before = JSON.parse((await getReport(deps.db, contract, label)).json) as Report;
  const ground = await readGround(deps.db, label, { contract });
  const { report } = await draftCycle(deps.db, ground, onlyContract(ground), deps.office.engine, context.now);
  const month = monthName(label, context);
  const model = {
    ...{ form, once: form.typed.one("once") || newOnce(), contract, label, month },
    revision: before.revision,
    differences: toldDifference(before, report, reportWords(context)),
  };
  const title = `${context.language.say("console.settle.proposeRevision")}: ${before.contract.title}, ${month}`;
  const shell = consoleShell(model, { title, path: "/proposals" }, context, deps);
  return answerPage(c, deps.look, { template: "console/new-revision", model: shell, status });
}
