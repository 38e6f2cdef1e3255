/**
 * /console/maintenance/new: the plan, then what every contract says of it and what it would do to every customer's month, then one button.
 * What breaks a promise asks for a reason. Nothing is announced before.
 */
import type { Context, Hono } from "hono";
import { checkMaintenance } from "../../actions/check-maintenance.ts";
import { planMaintenance } from "../../actions/plan-maintenance.ts";
import { planSeries } from "../../actions/plan-series.ts";
import { Refusal } from "../../domain/errors.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { effectTable } from "./effect-table.ts";
import { type Form, freshForm, readForm, refusedForm, type Typed } from "./form.ts";
import { carriedFields, planFields, planModel, readPlan, type TypedPlan } from "./maintenance-form.ts";
import {
  brokenLines,
  contractTitles,
  recurrenceWords,
  servicesWords,
  whenMarkup,
} from "./maintenance-words.ts";
import { newOnce, once } from "./once.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { searchStep } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";

type Ask = Context<ConsoleEnv>;

/** Adds the form, which is also the page that checks it. */
export function addNewMaintenance(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:maintenance");

  app.get("/maintenance/new", writes, (c) => {
    const proposed = carriedFields.map((name) => [name, c.req.queries(name) ?? []] as const);
    return formPage(c, deps, freshForm(Object.fromEntries(proposed)), 200);
  });

  app.post("/maintenance/new", writes, async (c) => {
    const typed = await readForm(c);
    if (["edit", searchStep].includes(typed.one("step"))) {
      return formPage(c, deps, { ...freshForm(), typed }, 200);
    }
    let planned: TypedPlan;
    try {
      planned = readPlan(typed, consoleContext(c, deps));
      if (typed.one("step") !== "publish") {
        return await checkPage(c, deps, { ...freshForm(), typed }, planned, 200);
      }
    } catch (error) {
      const { form, status } = refusedForm(typed, planFields, error);
      return formPage(c, deps, form, status);
    }
    try {
      const address = await publish(c, deps, typed, planned);
      await deps.changed();
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, planFields, error);
      return error instanceof Refusal && error.code === "reason_needed"
        ? checkPage(c, deps, { ...form, refusal: "", others: [] }, planned, status)
        : formPage(c, deps, form, status);
    }
  });
}

function publish(c: Ask, deps: ConsoleDeps, typed: Typed, planned: TypedPlan): Promise<string> {
  const [author, now] = [authorOf(c), deps.now()];
  const form = { author, place: c.req.path, typed, fields: [...carriedFields, "reason"] };
  const reason = typed.one("reason");
  return once(deps.db, form, now, async (db) => {
    if (planned.kind === "series") {
      const { reference } = await planSeries(db, planned.plan, author, now, reason);
      return `/console/maintenance/series/${reference}`;
    }
    const { reference } = await planMaintenance(db, planned.plan, author, now, reason);
    return `/console/maintenance/${reference}`;
  });
}

async function formPage(c: Ask, deps: ConsoleDeps, form: Form, status: number): Promise<Response> {
  const context = consoleContext(c, deps);
  const model = {
    ...planModel(form, deps, context),
    ...{ once: form.typed.one("once") || newOnce(), address: `${context.base}/maintenance/new` },
  };
  const head = {
    title: context.language.say("console.maintenance.new"),
    path: "/maintenance/new",
    scripts: ["service-choice.js"],
  };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/new-maintenance", model: shell, status });
}

async function checkPage(
  c: Ask,
  deps: ConsoleDeps,
  form: Form,
  planned: TypedPlan,
  status: number,
): Promise<Response> {
  const context = consoleContext(c, deps);
  const { typed } = form;
  const { title: planTitle, message } = planned.plan;
  const shown = {
    ...{ form, planTitle, message, path: "/maintenance/new" },
    check: await checkModel(deps, planned, [], context),
    once: typed.one("once") || newOnce(),
    carried: carriedFields,
    recurrence: planned.kind === "series" ? recurrenceWords(planned.plan.recurrence, context) : "",
  };
  return answerCheck(c, deps, shown, status);
}

/** What a plan breaks and does, before it is published: of one window, of a changed one, of a series. */
export interface ShownCheck {
  form: Form;
  check: Awaited<ReturnType<typeof checkModel>>;
  once: string;
  planTitle: string;
  /** What everyone is told. */
  message: string;
  /** How it comes again, in words; "": it comes once. */
  recurrence: string;
  /** Fields of the form that go on to where it is published. */
  carried: readonly string[];
  /** Where it is published, within the console. */
  path: string;
}

/** The page that shows it and asks whether to publish. */
export function answerCheck(
  c: Ask,
  deps: ConsoleDeps,
  { path, carried, ...shown }: ShownCheck,
  status: number,
): Response {
  const context = consoleContext(c, deps);
  const model = {
    ...shown,
    address: `${context.base}${path}`,
    carried: carriedOf(shown.form.typed, carried),
  };
  const head = { title: context.language.say("console.maintenance.check"), path };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/check-maintenance", model: shell, status });
}

/** What was typed, for hidden fields. */
function carriedOf(typed: Typed, fields: readonly string[]): { name: string; value: string }[] {
  return fields.flatMap((name) => typed.all(name).map((value) => ({ name, value })));
}

/**
 * What comes of it: every window with what it breaks, and every customer's month; a model for parts/maintenance-check.eta.
 *
 * @param instead references of windows that it would take the place of
 */
export async function checkModel(
  deps: ConsoleDeps,
  { serviceSlugs, times, isDown }: Pick<TypedPlan, "serviceSlugs" | "times" | "isDown">,
  instead: readonly string[],
  context: ConsoleContext,
) {
  const { say } = context.language;
  const work = { serviceSlugs, times, isDown, instead };
  const { windows, months } = await checkMaintenance(deps.db, deps.office.engine, work, context.now);
  const contracts = await contractTitles(deps.db);
  const titles = new Map(deps.board().services.map(({ slug, title }) => [slug, title]));
  const effect = effectTable(months, context);
  const broken = windows.reduce((sum, window) => sum + window.broken.length, 0);
  return {
    services: servicesWords(serviceSlugs, titles, context),
    windows: windows.map((window) => ({
      when: whenMarkup(window, context),
      broken: brokenLines(window.broken, contracts, context),
    })),
    isBroken: broken > 0,
    verdict:
      broken > 0
        ? say("console.maintenance.breaks", { n: broken })
        : say("console.maintenance.keeps", { n: effect.contracts }),
    effect,
    willTell: say("console.whatIf.willTell", { n: effect.contracts }),
  };
}
