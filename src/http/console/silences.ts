/** /console/silences: what is not to call anybody, from when until when, why and by whom; what each mutes right now; making and lifting them. */
import type { Context, Hono } from "hono";
import { liftSilence, silenceAlerts } from "../../actions/silence-alerts.ts";
import { type AlertKind, alertKinds } from "../../domain/alerting/alert.ts";
import { type AlertSilence, silenceState } from "../../domain/alerting/silence.ts";
import { NotFound } from "../../domain/errors.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { listSilences } from "../../store/alert-silences.ts";
import { listMutedBySilence } from "../../store/told-alerts.ts";
import { shortTimeMarkup } from "../pages/markup.ts";
import { alertNames } from "./alert-names.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedButton, refusedForm, type Typed } from "./form.ts";
import { numberIn } from "./number-in.ts";
import { newOnce, once } from "./once.ts";
import { authorOf, type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { searchStep, serviceChoice } from "./service-choice.ts";
import { consoleShell } from "./shell.ts";
import { shownAlert } from "./shown-alert.ts";
import { readTimes, timeField } from "./time-field.ts";

const mostShown = 100;
const hourMs = 3_600_000;
const fields = ["services", "groups", "kinds", "start", "end", "start_meant", "end_meant", "reason"];

/** Adds the page and its forms. */
export function addSilences(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/silences", needs("read:alerts"), (c) => {
    const now = deps.now();
    const proposed = {
      services: c.req.queries("services") ?? [],
      start: isoInstant(minuteOf(now)),
      end: isoInstant(minuteOf(now + 2 * hourMs)),
    };
    return page(c, deps, freshForm(proposed));
  });

  app.post("/silences", needs("write:alerts"), async (c) => {
    const typed = await readForm(c);
    if (typed.one("step") === searchStep) {
      return page(c, deps, { ...freshForm(), typed });
    }
    const [author, now] = [authorOf(c), deps.now()];
    try {
      const wish = { ...readTimes(typed, ["start", "end"], consoleContext(c, deps)), ...chosen(typed) };
      const form = { author, place: c.req.path, typed, fields };
      const address = await once(deps.db, form, now, async (db) => {
        await silenceAlerts(db, wish, author, now);
        return "/console/silences";
      });
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, fields, error);
      return page(c, deps, form, status);
    }
  });

  app.post("/silences/:id/lifting", needs("write:alerts"), async (c) => {
    try {
      await liftSilence(deps.db, numberIn(c.req.param("id"), "silence_not_found"), authorOf(c), deps.now());
      return c.redirect("/console/silences", 303);
    } catch (error) {
      if (error instanceof NotFound) {
        throw error;
      }
      const { form, status } = refusedButton(error);
      return page(c, deps, form, status);
    }
  });
}

/** A minute begins: nobody means the seconds. */
function minuteOf(at: number): number {
  return Math.floor(at / 60_000) * 60_000;
}

function chosen(typed: Typed) {
  return {
    services: typed.all("services").filter((one) => one !== ""),
    groups: typed.all("groups"),
    kinds: typed.all("kinds").filter((one): one is AlertKind => alertKinds.includes(one as AlertKind)),
    reason: typed.one("reason"),
  };
}

async function page(c: Context<ConsoleEnv>, deps: ConsoleDeps, form: Form, status = 200): Promise<Response> {
  const context = consoleContext(c, deps);
  const { say } = context.language;
  const board = deps.board();
  const muted = await listMutedBySilence(deps.db);
  const names = await alertNames(deps);
  const titles = new Map([...board.services, ...board.groups].map(({ slug, title }) => [slug, title]));
  const shown = (await listSilences(deps.db, mostShown)).map((silence) => {
    const state = silenceState(silence, context.now);
    return {
      id: silence.id,
      state,
      stateWord: say(`console.silences.state.${state}`),
      what: whatOf(silence, titles, context),
      start: shortTimeMarkup(silence.start, context),
      end: shortTimeMarkup(silence.liftedAt ?? silence.end, context),
      reason: silence.reason,
      author: silence.author,
      muted: (muted.get(silence.id) ?? []).map((alert) => shownAlert(alert, undefined, names, context)),
      mayLift: context.scopes.has("write:alerts") && (state === "holding" || state === "coming"),
    };
  });
  const model = {
    form,
    once: form.typed.one("once") || newOnce(),
    standing: shown.filter(({ state }) => state === "holding" || state === "coming"),
    past: shown.filter(({ state }) => state === "over" || state === "lifted"),
    choice: serviceChoice(form.typed, "services", board, context),
    groups: board.groups.map(({ slug, title }) => ({ value: slug, words: title })),
    kinds: alertKinds.map((value) => ({ value, words: say(`console.alertKind.${value}`) })),
    start: timeField(form.typed, "start", context),
    end: timeField(form.typed, "end", context),
    mayWrite: context.scopes.has("write:alerts"),
  };
  const head = { title: say("console.silences"), path: "/silences", scripts: ["service-choice.js"] };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/silences", model: shell, status });
}

/** "Beacon; certificates". */
function whatOf(
  { services, groups, kinds }: AlertSilence,
  titles: ReadonlyMap<string, string>,
  { language: { say } }: ConsoleContext,
): string {
  const named = [...services, ...groups].map((slug) => titles.get(slug) ?? slug);
  return [...named, ...kinds.map((kind) => say(`console.alertKind.${kind}`))].join(", ");
}
