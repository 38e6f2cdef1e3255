/**
 * One maintenance window: how it stands, what was said of it, what it breaks of what contracts promise and why, what it does to customers'
 * months; and the steps a person takes, each with what it will tell.
 */
import type { Context, Hono } from "hono";
import { cancelMaintenance } from "../../actions/cancel-maintenance.ts";
import { endMaintenance } from "../../actions/end-maintenance.ts";
import { explainWindow } from "../../actions/explain-window.ts";
import { startMaintenance } from "../../actions/start-maintenance.ts";
import { verifyMaintenance } from "../../actions/verify-maintenance.ts";
import { replanMaintenance } from "../../actions/replan-maintenance.ts";
import { Refusal } from "../../domain/errors.ts";
import type { WindowJudgement } from "../../domain/sla/promise/window-judgement.ts";
import {
  advanceWindow,
  type MaintenanceState,
  type MaintenanceWindow,
  overrunMs,
  windowVersion,
} from "../../domain/status/maintenance-window.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { getWindow } from "../../store/maintenance-windows.ts";
import { listJudgements } from "../../store/window-judgements.ts";
import { formatDuration, formatInstant } from "../format.ts";
import type { ConsoleWordKey } from "../language.ts";
import { markdownMarkup } from "../pages/markdown.ts";
import { timeMarkup } from "../pages/markup.ts";
import { parseInstant } from "../input.ts";
import { answerPage } from "./answer.ts";
import { authorNames, type AuthorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, refuseUnmeant } from "./form.ts";
import { isLate, seenIn } from "./maintenance-form.ts";
import { brokenLines, contractTitles, lateWords, servicesWords, whenMarkup } from "./maintenance-words.ts";
import { checkModel } from "./new-maintenance.ts";
import { newOnce, once } from "./once.ts";
import { oneOf } from "./propose-pages.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

type Ask = Context<ConsoleEnv>;

const stepNames = ["start", "verify", "end", "cancel"] as const;
type StepName = (typeof stepNames)[number];

const takes = {
  start: startMaintenance,
  verify: verifyMaintenance,
  end: endMaintenance,
  cancel: cancelMaintenance,
};

/** Which steps lead on from a state, the likeliest first. */
const leading: Record<MaintenanceState, readonly StepName[]> = {
  scheduled: ["start", "cancel"],
  in_progress: ["end", "verify"],
  verifying: ["end", "start"],
  completed: [],
  cancelled: [],
};

/** Steps that cannot be taken back are confirmed. */
const final: readonly StepName[] = ["end", "cancel"];
const stepFields = ["step", "message", "confirmed"];

const address = "/maintenance/:reference{MNT-\\d{4}-\\d{4,9}}";

/** Adds the page and its steps. */
export function addMaintenanceWindow(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get(address, needs("read:reports"), (c) => page(c, deps, {}, 200));

  app.post(`${address}/steps`, needs("write:maintenance"), async (c) => {
    const typed = await readForm(c);
    const reference = c.req.param("reference");
    const [author, now] = [authorOf(c), deps.now()];
    try {
      const step = oneOf(stepNames, typed.one("step"), "/step");
      if (final.includes(step)) {
        refuseUnmeant(typed, consoleContext(c, deps).language.say("console.maintenance.confirmMissing"));
      }
      const seen = seenIn(typed);
      const form = { author, place: c.req.path, typed, fields: [...stepFields, "version"] };
      const back = await once(deps.db, form, now, async (db) => {
        await takes[step](db, reference, typed.one("message"), author, now, seen);
        return `/console/maintenance/${reference}`;
      });
      await deps.changed();
      return c.redirect(back, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, stepFields, error);
      return page(c, deps, { step: form }, status);
    }
  });

  app.post(`${address}/extend`, needs("write:maintenance"), async (c) => {
    const typed = await readForm(c);
    const reference = c.req.param("reference");
    const [author, now] = [authorOf(c), deps.now()];
    try {
      const plannedEnd = parseInstant(typed.one("end"));
      const change = {
        title: null,
        message: typed.one("message"),
        serviceSlugs: null,
        plannedStart: null,
        plannedEnd,
      };
      const form = { author, place: c.req.path, typed, fields: ["end", "message", "version"] };
      const ground = { seen: seenIn(typed), reason: null };
      const back = await once(deps.db, form, now, async (db) => {
        await replanMaintenance(db, reference, change, author, now, ground);
        return `/console/maintenance/${reference}`;
      });
      await deps.changed();
      return c.redirect(back, 303);
    } catch (error) {
      if (error instanceof Refusal && error.code === "reason_needed") {
        // A longer window that breaks something is looked at first, with its reason.
        const asked = new URLSearchParams({ end: typed.one("end"), message: typed.one("message") });
        return c.redirect(`/console/maintenance/${reference}/change?${asked}`, 303);
      }
      const { form, status } = refusedForm(typed, ["message", "end"], error);
      return page(c, deps, { extend: form }, status);
    }
  });

  app.post(`${address}/reason`, needs("write:maintenance"), async (c) => {
    const typed = await readForm(c);
    const reference = c.req.param("reference");
    try {
      await explainWindow(deps.db, reference, typed.one("reason"), authorOf(c), deps.now());
      return c.redirect(`/console/maintenance/${reference}`, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, ["reason"], error);
      return page(c, deps, { reason: { ...form, refusal: "", others: [] } }, status);
    }
  });
}

async function page(
  c: Ask,
  deps: ConsoleDeps,
  forms: { step?: Form; reason?: Form; extend?: Form },
  status: number,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const { language, now, base } = context;
  const { say } = language;
  const window = advanceWindow(await getWindow(deps.db, c.req.param("reference")!), now);
  const { reference, state, series } = window;
  const judgements = (await listJudgements(deps.db, [reference])).get(reference) ?? [];
  const names = await authorNames(deps.db, language);
  const titles = new Map(deps.board().services.map(({ slug, title }) => [slug, title]));
  const services = servicesWords(window.serviceSlugs, titles, context);
  const mayWrite = context.scopes.has("write:maintenance");
  const isOver = state === "completed" || state === "cancelled";
  const times = [{ start: window.plannedStart, end: window.plannedEnd }];
  const work = { serviceSlugs: window.serviceSlugs, times, isDown: true };
  const version = windowVersion(window);
  const refused = forms.step ?? forms.extend ?? freshForm();
  const form = isLate(refused.typed, version)
    ? { ...refused, refusal: lateWords(window, names, context) }
    : refused;
  const model = {
    ...{ reference, state, planTitle: window.title, form, isOver, version },
    stateWord: say(`maintenance.${state}`),
    message: markdownMarkup(window.message),
    facts: factsOf(window, services, names, context),
    series: series && {
      reference: series.reference,
      address: `${base}/maintenance/series/${series.reference}`,
    },
    judgement: await judgementModel(deps, judgements.at(-1), names, context),
    reasonForm: forms.reason ?? freshForm(),
    steps: mayWrite ? leading[state].map((step) => stepModel(step, forms.step, services, context)) : [],
    changeAddress: mayWrite && !isOver ? `${base}/maintenance/${reference}/change` : null,
    extensions: mayWrite && !isOver ? extensionsOf(window, context) : [],
    extendForm: forms.extend ?? freshForm({ message: say("console.maintenance.extendMessage") }),
    once: newOnce(),
    mayWrite,
    updates: window.updates
      .map(({ state: was, message, at, author }) => ({
        word: say(`maintenance.${was}`),
        message: markdownMarkup(message),
        author: names.of(author),
        at: timeMarkup(at, "full", context),
      }))
      .reverse(),
    effect: state === "scheduled" ? (await checkModel(deps, work, [reference], context)).effect : null,
  };
  const head = { title: `${window.title}, ${reference}`, path: `/maintenance/${reference}` };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/maintenance-window", model: shell, status });
}

function factsOf(window: MaintenanceWindow, services: string, names: AuthorNames, context: ConsoleContext) {
  const { language, now } = context;
  const { say } = language;
  const overrun = overrunMs(window, now);
  const at = (instant: number | null) => (instant === null ? null : timeMarkup(instant, "full", context));
  const planned = whenMarkup({ start: window.plannedStart, end: window.plannedEnd }, context);
  const rows: { name: ConsoleWordKey; value: { html: string } | string | null }[] = [
    { name: "console.maintenance.planned", value: planned },
    { name: "console.maintenance.services", value: services },
    { name: "console.maintenance.announcedAt", value: at(window.announcedAt) },
    { name: "console.maintenance.actualStart", value: at(window.actualStart) },
    { name: "console.maintenance.actualEnd", value: at(window.actualEnd) },
    {
      name: "console.maintenance.overrun",
      value:
        overrun > 0
          ? say("console.maintenance.overrunCounts", { time: formatDuration(overrun, language) })
          : null,
    },
    { name: "console.maintenance.author", value: names.of(window.author) },
  ];
  return rows.flatMap(({ name, value }) =>
    value === null
      ? []
      : [{ name: say(name), ...(typeof value === "string" ? { text: value } : { html: value.html }) }],
  );
}

async function judgementModel(
  deps: ConsoleDeps,
  judgement: WindowJudgement | undefined,
  names: AuthorNames,
  context: ConsoleContext,
) {
  if (judgement === undefined || judgement.broken.length === 0) {
    return null;
  }
  const { reason, author, recordedAt, broken } = judgement;
  return {
    broken: brokenLines(broken, await contractTitles(deps.db), context),
    ...{ reason, author: names.of(author) },
    when: formatInstant(recordedAt, "full", context.timeZone, context.language),
  };
}

const stepWords = {
  start: ["console.step.start", "console.step.startMessage", "console.step.startNote"],
  verify: ["console.step.verify", "console.step.verifyMessage", "console.step.verifyNote"],
  end: ["console.step.end", "console.step.endMessage", "console.step.endNote"],
  cancel: ["console.step.cancel", "console.step.cancelMessage", "console.step.cancelNote"],
} as const satisfies Record<StepName, readonly ConsoleWordKey[]>;

function stepModel(
  step: StepName,
  refused: Form | undefined,
  services: string,
  { language }: ConsoleContext,
) {
  const [name, message, note] = stepWords[step];
  const isRefused = refused?.typed.one("step") === step;
  return {
    step,
    word: language.say(name),
    note: language.say(note, { services }),
    form: isRefused ? refused : freshForm({ message: language.say(message) }),
    confirm: final.includes(step) ? language.say("console.maintenance.confirm", { services }) : null,
    isOpen: isRefused,
  };
}

/** Later ends that one click proposes, at most so much later. */
const extensionsMs = [15, 30, 60, 120].map((minutes) => minutes * 60_000);

function extensionsOf({ plannedEnd }: MaintenanceWindow, { language, now }: ConsoleContext) {
  return extensionsMs.map((ms) => ({
    end: isoInstant(Math.max(plannedEnd, now) + ms),
    words: language.say("console.maintenance.extendBy", { time: formatDuration(ms, language) }),
  }));
}
