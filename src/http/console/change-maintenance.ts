/**
 * /console/maintenance/:reference/change: another time, other services, another title, or only a later end. What the change breaks of what
 * contracts promise is shown and asks for a reason; who has not seen the latest is told so, and overwrites nothing.
 */
import type { Context, Hono } from "hono";
import { replanMaintenance } from "../../actions/replan-maintenance.ts";
import { Refusal } from "../../domain/errors.ts";
import { type MaintenanceReplan, replanWindow } from "../../domain/status/maintenance-plan.ts";
import { advanceWindow, refuseUnseen, windowVersion } from "../../domain/status/maintenance-window.ts";
import { fieldTime } from "../../domain/time/local-time.ts";
import { getWindow } from "../../store/maintenance-windows.ts";
import { answerPage } from "./answer.ts";
import { authorNames } from "./author-names.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedForm, type Typed } from "./form.ts";
import { atFields, isLate, seenIn } from "./maintenance-form.ts";
import { lateWords } from "./maintenance-words.ts";
import { answerCheck, checkModel, type ShownCheck } from "./new-maintenance.ts";
import { newOnce, once } from "./once.ts";
import { authorOf, type ConsoleContext, consoleContext, type ConsoleEnv, needs } from "./room.ts";
import { searchStep, serviceChoice } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";
import { readTimes, timeField } from "./time-field.ts";

type Ask = Context<ConsoleEnv>;

const fields = ["title", "message", "services", "start", "end", "reason"];
const carried = ["title", "message", "services", "start", "end", "start_meant", "end_meant", "version"];

const address = "/maintenance/:reference{MNT-\\d{4}-\\d{4,9}}/change";

/** Adds the form, and the page that checks it. */
export function addMaintenanceChange(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  const writes = needs("write:maintenance");

  app.get(address, writes, async (c) => {
    const { timeZone } = consoleContext(c, deps);
    const window = await getWindow(deps.db, c.req.param("reference"));
    const proposed = {
      ...{ title: window.title, services: window.serviceSlugs, version: String(windowVersion(window)) },
      start: fieldTime(window.plannedStart, timeZone),
      message: c.req.query("message") ?? "",
      end: c.req.query("end") ?? fieldTime(window.plannedEnd, timeZone),
    };
    return formPage(c, deps, freshForm(proposed), 200);
  });

  app.post(address, writes, async (c) => {
    const typed = await readForm(c);
    const reference = c.req.param("reference");
    const context = consoleContext(c, deps);
    const [author, now] = [authorOf(c), deps.now()];
    const step = typed.one("step");
    if (step === "edit" || step === searchStep) {
      return formPage(c, deps, { ...freshForm(), typed }, 200);
    }
    try {
      const window = await getWindow(deps.db, reference);
      const seen = seenIn(typed);
      refuseUnseen(reference, windowVersion(window), seen);
      const change = readChange(typed, context);
      const after = replanWindow(window, change, author, now);
      if (step !== "publish") {
        const check = await checkModel(deps, checkedOf(after), [reference], context);
        if (check.isBroken || step === "check") {
          return await checkPage(c, deps, { ...freshForm(), typed }, check, 200);
        }
      }
      const form = { author, place: c.req.path, typed, fields: [...carried, "reason"] };
      const back = await once(deps.db, form, now, async (db) => {
        await replanMaintenance(db, reference, change, author, now, { seen, reason: typed.one("reason") });
        return `/console/maintenance/${reference}`;
      });
      await deps.changed();
      return c.redirect(back, 303);
    } catch (thrown) {
      const error = atFields(thrown);
      const { form, status } = refusedForm(typed, fields, error);
      if (error instanceof Refusal && error.code === "reason_needed") {
        const window = replanWindow(
          await getWindow(deps.db, reference),
          readChange(typed, context),
          author,
          now,
        );
        const check = await checkModel(deps, checkedOf(window), [reference], context);
        return checkPage(c, deps, { ...form, refusal: "", others: [] }, check, status);
      }
      return formPage(c, deps, form, status);
    }
  });
}

function checkedOf({ serviceSlugs, plannedStart, plannedEnd }: ReturnType<typeof replanWindow>) {
  return { serviceSlugs, times: [{ start: plannedStart, end: plannedEnd }], isDown: true };
}

/** @throws InvalidInput local_time */
function readChange(typed: Typed, context: ConsoleContext): MaintenanceReplan {
  const { start, end } = readTimes(typed, ["start", "end"], context);
  return {
    ...{ title: typed.one("title"), message: typed.one("message"), serviceSlugs: typed.all("services") },
    ...{ plannedStart: start, plannedEnd: end },
  };
}

async function formPage(c: Ask, deps: ConsoleDeps, form: Form, status: number): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const reference = c.req.param("reference")!;
  const window = advanceWindow(await getWindow(deps.db, reference), context.now);
  const version = windowVersion(window);
  const names = await authorNames(deps.db, context.language);
  const model = {
    ...{ form, reference, once: newOnce(), version },
    late: isLate(form.typed, version) ? lateWords(window, names, context) : null,
    choice: serviceChoice(form.typed, "services", deps.board(), context, window.serviceSlugs),
    start: timeField(form.typed, "start", context),
    end: timeField(form.typed, "end", context),
    back: `${context.base}/maintenance/${reference}`,
  };
  const head = {
    title: `${say("console.maintenance.change")}: ${window.title}`,
    path: `/maintenance/${reference}/change`,
    scripts: ["service-choice.js"],
  };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/change-maintenance", model: shell, status });
}

function checkPage(
  c: Ask,
  deps: ConsoleDeps,
  form: Form,
  check: ShownCheck["check"],
  status: number,
): Response {
  const shown = {
    ...{ form, check, carried, once: newOnce(), recurrence: "" },
    ...{ planTitle: form.typed.one("title"), message: form.typed.one("message") },
    path: `/maintenance/${c.req.param("reference")!}/change`,
  };
  return answerCheck(c, deps, shown, status);
}
