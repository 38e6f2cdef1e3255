/** One series of maintenance: how it comes again, its windows, another plan from a day on, and its end. */
import type { Context, Hono } from "hono";
import { changeSeries, endSeries } from "../../actions/change-series.ts";
import { InvalidInput, Refusal } from "../../domain/errors.ts";
import { isSeriesOver, type MaintenanceSeries, nextWindows } from "../../domain/status/maintenance-series.ts";
import { refuseUnseen } from "../../domain/status/maintenance-window.ts";
import { localDayOf } from "../../domain/time/local-day.ts";
import { fieldTime } from "../../domain/time/local-time.ts";
import { findAudit } from "../../store/audit.ts";
import { getSeries } from "../../store/maintenance-series.ts";
import { listWindowsOfSeries } from "../../store/maintenance-windows.ts";
import { listJudgements } from "../../store/window-judgements.ts";
import { formatInstant } from "../format.ts";
import { markdownMarkup } from "../pages/markdown.ts";
import { answerPage } from "./answer.ts";
import { authorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, refuseUnmeant, type Typed } from "./form.ts";
import {
  carriedFields,
  isLate,
  planFields,
  planModel,
  readPlan,
  seenIn,
  type TypedPlan,
  typedSeries,
} from "./maintenance-form.ts";
import { partAt, recurrenceWords, servicesWords, windowRow } from "./maintenance-words.ts";
import { answerCheck, checkModel } from "./new-maintenance.ts";
import { newOnce, once } from "./once.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { searchStep } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";
import { readTimes, timeField } from "./time-field.ts";

type Ask = Context<ConsoleEnv>;

const address = "/maintenance/series/:reference{SER-\\d{4}-\\d{4,9}}";
const changeFields = [...planFields, "announcement"];
const changeCarried = [...carriedFields, "announcement", "version"];
const endFields = ["from", "announcement", "confirmed"];

/** Adds the page, the form of its change, and its end. */
export function addMaintenanceSeries(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:maintenance");

  app.get(address, needs("read:reports"), (c) => page(c, deps, null, 200));

  app.post(`${address}/end`, writes, async (c) => {
    const typed = await readForm(c);
    const context = consoleContext(c, deps);
    const reference = c.req.param("reference");
    const [author, now] = [authorOf(c), deps.now()];
    try {
      const { from } = readTimes(typed, ["from"], context);
      refuseUnmeant(typed, context.language.say("console.maintenance.confirmMissing"));
      const change = { message: typed.one("announcement"), seen: seenIn(typed), author };
      const form = { author, place: c.req.path, typed, fields: endFields };
      const back = await once(deps.db, form, now, async (db) => {
        await endSeries(db, reference, from, change, now);
        return `/console/maintenance/series/${reference}`;
      });
      await deps.changed();
      return c.redirect(back, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, endFields, atAnnouncement(error));
      const late = await lateWords(await getSeries(deps.db, reference), typed, deps, context);
      return page(c, deps, late === null ? form : { ...form, refusal: late }, status);
    }
  });

  app.get(`${address}/change`, writes, async (c) => {
    const context = consoleContext(c, deps);
    const series = await getSeries(deps.db, c.req.param("reference"));
    const [next] = nextWindows(series, context.now);
    const part = partAt(series, next?.start ?? context.now);
    const proposed = next === undefined ? {} : typedSeries(part, next, context.timeZone);
    return formPage(c, deps, freshForm({ ...proposed, version: String(series.version) }), 200);
  });

  app.post(`${address}/change`, writes, async (c) => {
    const typed = await readForm(c);
    const reference = c.req.param("reference");
    const [author, now] = [authorOf(c), deps.now()];
    if (["edit", searchStep].includes(typed.one("step"))) {
      return formPage(c, deps, { ...freshForm(), typed }, 200);
    }
    let planned: TypedPlan;
    try {
      planned = readPlan(typed, consoleContext(c, deps));
    } catch (error) {
      const { form, status } = refusedForm(typed, changeFields, error);
      return formPage(c, deps, form, status);
    }
    try {
      if (planned.kind === "once") {
        const detail = consoleContext(c, deps).language.say("console.series.needsRepeat");
        throw new InvalidInput("invalid_series", detail, [{ pointer: "/repeat", detail }]);
      }
      const seen = seenIn(typed);
      refuseUnseen(reference, (await getSeries(deps.db, reference)).version, seen);
      if (typed.one("step") !== "publish") {
        return await checkPage(c, deps, { ...freshForm(), typed }, planned, 200);
      }
      const { plan } = planned;
      const change = { message: typed.one("announcement"), seen, author };
      const form = { author, place: c.req.path, typed, fields: [...changeCarried, "reason"] };
      const back = await once(deps.db, form, now, async (db) => {
        await changeSeries(db, reference, plan, typed.one("reason"), change, now);
        return `/console/maintenance/series/${reference}`;
      });
      await deps.changed();
      return c.redirect(back, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, changeFields, atAnnouncement(error));
      return error instanceof Refusal && error.code === "reason_needed"
        ? checkPage(c, deps, { ...form, refusal: "", others: [] }, planned, status)
        : formPage(c, deps, form, status);
    }
  });
}

/** What is said of a change stands in a field of its own beside the message of the plan. */
function atAnnouncement(error: unknown): unknown {
  return error instanceof InvalidInput && error.fields.some(({ pointer }) => pointer === "/message")
    ? new InvalidInput(
        error.code,
        error.message,
        error.fields.map(({ pointer, detail }) => ({
          pointer: pointer === "/message" ? "/announcement" : pointer,
          detail,
        })),
      )
    : error;
}

/** Who changed the series since this form of it was opened, and when; null: nobody did. */
async function lateWords(
  { reference, version }: MaintenanceSeries,
  typed: Typed,
  { db }: ConsoleDeps,
  { language, timeZone }: ConsoleContext,
): Promise<string | null> {
  const [last] = isLate(typed, version)
    ? await findAudit(db, { kind: "maintenance", subject: reference }, { before: null, limit: 1 })
    : [];
  return last === undefined
    ? null
    : language.say("console.series.stale", {
        author: (await authorNames(db, language)).of(last.author),
        at: formatInstant(last.recordedAt, "full", timeZone, language),
      });
}

async function page(c: Ask, deps: ConsoleDeps, refused: Form | null, status: number): Promise<Response> {
  const context = consoleContext(c, deps);
  const { language, now, base, timeZone } = context;
  const series = await getSeries(deps.db, c.req.param("reference")!);
  const { reference, parts, endsAt, reason } = series;
  const titles = new Map(deps.board().services.map(({ slug, title }) => [slug, title]));
  const windows = await listWindowsOfSeries(deps.db, reference);
  const judgements = await listJudgements(
    deps.db,
    windows.map((window) => window.reference),
  );
  const isOver = isSeriesOver(series, now);
  const mayWrite = context.scopes.has("write:maintenance") && !isOver;
  const form =
    refused ??
    freshForm({
      from: fieldTime(now, timeZone).slice(0, 16),
      announcement: language.say("console.series.endMessage"),
    });
  const part = partAt(series, now);
  const model = {
    ...{ reference, isOver, reason, mayWrite, form, version: series.version, once: newOnce() },
    planTitle: part.title,
    endsAt: endsAt === null ? "" : formatInstant(endsAt, "full", timeZone, language),
    parts: parts.map((one, i) => partModel(one, parts.length > 1, i, titles, context)),
    upcoming: windows
      .filter(({ plannedEnd, state }) => plannedEnd > now && state !== "cancelled")
      .map((window) => windowRow(window, titles, judgements.get(window.reference)?.at(-1), context)),
    past: windows
      .filter(({ plannedEnd, state }) => plannedEnd <= now || state === "cancelled")
      .toReversed()
      .slice(0, 50)
      .map((window) => windowRow(window, titles, judgements.get(window.reference)?.at(-1), context)),
    from: timeField(form.typed, "from", context),
    changeAddress: mayWrite ? `${base}/maintenance/series/${reference}/change` : null,
  };
  const head = { title: `${part.title}, ${reference}`, path: `/maintenance/series/${reference}` };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/maintenance-series", model: shell, status });
}

function partModel(
  { from, recurrence, serviceSlugs, message }: MaintenanceSeries["parts"][number],
  isDated: boolean,
  index: number,
  titles: ReadonlyMap<string, string>,
  context: ConsoleContext,
) {
  const { language, timeZone } = context;
  return {
    since:
      isDated && index > 0
        ? language.say("console.series.since", { date: formatInstant(from, "date", timeZone, language) })
        : "",
    recurrence: recurrenceWords(recurrence, context),
    zone: recurrence.timeZone,
    services: servicesWords(serviceSlugs, titles, context),
    message: markdownMarkup(message),
  };
}

/** Windows of the series that the plan takes the place of: those that are to come from its first day on. */
async function takenPlaces(
  { db }: ConsoleDeps,
  reference: string,
  { times }: TypedPlan,
  { now, timeZone }: ConsoleContext,
): Promise<string[]> {
  const from = Math.max(now, localDayOf(times[0]!.start, timeZone).start);
  return (await listWindowsOfSeries(db, reference))
    .filter(({ plannedStart, state }) => state === "scheduled" && plannedStart >= from)
    .map((window) => window.reference);
}

async function formPage(c: Ask, deps: ConsoleDeps, form: Form, status: number): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const series = await getSeries(deps.db, c.req.param("reference")!);
  const { reference, version } = series;
  const model = {
    ...planModel(form, deps, context),
    ...{ reference, version, once: newOnce() },
    late: await lateWords(series, form.typed, deps, context),
    address: `${context.base}/maintenance/series/${reference}/change`,
  };
  const title = `${say("console.series.change")}: ${partAt(series, context.now).title}`;
  const shell = consoleShell(
    model,
    { title, path: `/maintenance/series/${reference}/change`, scripts: ["service-choice.js"] },
    context,
    deps,
  );
  return answerPage(c, deps.look, { template: "console/change-series", model: shell, status });
}

async function checkPage(
  c: Ask,
  deps: ConsoleDeps,
  form: Form,
  planned: TypedPlan,
  status: number,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const reference = c.req.param("reference")!;
  const shown = {
    ...{ form, once: newOnce(), carried: changeCarried, path: `/maintenance/series/${reference}/change` },
    check: await checkModel(deps, planned, await takenPlaces(deps, reference, planned, context), context),
    ...{ planTitle: planned.plan.title, message: form.typed.one("announcement") },
    recurrence: planned.kind === "series" ? recurrenceWords(planned.plan.recurrence, context) : "",
  };
  return answerCheck(c, deps, shown, status);
}
