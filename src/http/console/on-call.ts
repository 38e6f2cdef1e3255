/** /console/on-call: who is on duty now and in the next two weeks, rota by rota, with its gaps; taking a duty over, and giving it back. */
import type { Context, Hono } from "hono";
import { readDutyGround } from "../../actions/read-circumstances.ts";
import { giveDutyBack, takeDuty } from "../../actions/take-duty.ts";
import { dutyPlan, type DutyStretch, type Rota } from "../../domain/alerting/rota.ts";
import { NotFound } from "../../domain/errors.ts";
import { isPersonId } from "../../domain/people/person.ts";
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { listPeople } from "../../store/people.ts";
import { sayMarkup, shortTimeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, readForm, refusedButton, refusedForm } from "./form.ts";
import { numberIn } from "./number-in.ts";
import { newOnce, once } from "./once.ts";
import { authorOf, type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";
import { readTimes, timeField } from "./time-field.ts";

const dayMs = 86_400_000;
const shownMs = 14 * dayMs;
const fields = ["rota", "person", "start", "end", "start_meant", "end_meant", "note"];

/** Adds the page and its forms. */
export function addOnCall(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/on-call", needs("read:alerts"), (c) => {
    const now = Math.floor(deps.now() / 60_000) * 60_000;
    const { author } = consoleContext(c, deps);
    const proposed = {
      person: author ?? "",
      rota: c.req.query("rota") ?? "",
      start: isoInstant(now),
      end: isoInstant(now + 12 * 3_600_000),
    };
    return page(c, deps, freshForm(proposed));
  });

  app.post("/on-call/takeovers", needs("write:alerts"), async (c) => {
    const typed = await readForm(c);
    const [author, now] = [authorOf(c), deps.now()];
    try {
      const times = readTimes(typed, ["start", "end"], consoleContext(c, deps));
      const words = { rota: typed.one("rota"), person: typed.one("person"), note: typed.one("note") };
      const form = { author, place: c.req.path, typed, fields };
      const address = await once(deps.db, form, now, async (db) => {
        await takeDuty(db, { ...times, ...words }, author, now);
        return "/console/on-call";
      });
      return c.redirect(address, 303);
    } catch (error) {
      const { form, status } = refusedForm(typed, fields, error);
      return page(c, deps, form, status);
    }
  });

  app.post("/on-call/takeovers/:id/return", needs("write:alerts"), async (c) => {
    try {
      await giveDutyBack(deps.db, numberIn(c.req.param("id"), "override_not_found"), authorOf(c), deps.now());
      return c.redirect("/console/on-call", 303);
    } catch (error) {
      if (error instanceof NotFound) {
        throw error;
      }
      const { form, status } = refusedButton(error);
      return page(c, deps, form, status);
    }
  });
}

async function page(c: Context<ConsoleEnv>, deps: ConsoleDeps, form: Form, status = 200): Promise<Response> {
  const context = consoleContext(c, deps);
  const { now } = context;
  const within = { start: now, end: now + shownMs };
  const ground = await readDutyGround(deps.db, within);
  const nameless = (person: string) => ground.personOf(person) === undefined;
  const notes = new Map(ground.overrides.map(({ id, note }) => [id, note]));
  const mayWrite = context.scopes.has("write:alerts");
  const rotas = ground.rules.rotas.map((rota) => {
    const stretches = dutyPlan(rota, ground.overrides, within, ground.openTimeOf);
    return {
      slug: rota.slug,
      title: rota.title,
      // The page says at its foot in which zone it tells the time.
      timeZone: rota.timeZone === context.timeZone ? "" : rota.timeZone,
      ...nowIn(stretches, context),
      stretches: stretches.map((one) => shownStretch(one, rota, { now, nameless, notes, context, mayWrite })),
      quick: mayWrite && context.isPerson ? quickOf(stretches, context, now) : null,
    };
  });
  const model = {
    form,
    once: form.typed.one("once") || newOnce(),
    rotas,
    rotaChoices: ground.rules.rotas.map(({ slug, title }) => ({ value: slug, words: title })),
    people: (await listPeople(deps.db))
      .filter(({ id }) => ground.personOf(id) !== undefined)
      .map(({ id, name, mail }) => ({
        id,
        name: name ?? mail ?? id,
        isChosen: form.typed.one("person") === id,
      })),
    personFault: form.faultAt("person"),
    start: timeField(form.typed, "start", context),
    end: timeField(form.typed, "end", context),
    mayWrite,
  };
  const head = { title: context.language.say("console.onCall"), path: "/on-call" };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/on-call", model: shell, status });
}

/** Who is on duty at this moment, and until when. */
function nowIn(stretches: readonly DutyStretch[], context: ConsoleContext) {
  const [first] = stretches;
  return {
    who: first?.duty?.person ?? null,
    until: first === undefined ? null : shortTimeMarkup(first.end, context),
  };
}

/** One press takes the duty from now on until it changes hands next; null: it is theirs already. */
function quickOf(stretches: readonly DutyStretch[], { author }: ConsoleContext, now: Instant) {
  const [first] = stretches;
  if (first === undefined || first.duty?.person === author || !isPersonId(author ?? "")) {
    return null;
  }
  const end = Math.min(first.end, now + dayMs);
  return {
    id: author,
    start: isoInstant(now),
    end: isoInstant(end),
    once: newOnce(),
  };
}

interface Surroundings {
  now: Instant;
  /** Whether nobody can be called under this name. */
  nameless(person: string): boolean;
  notes: ReadonlyMap<number, string>;
  context: ConsoleContext;
  mayWrite: boolean;
}

function shownStretch(
  { start, end, duty }: DutyStretch,
  { slug }: Rota,
  { now, nameless, notes, context, mayWrite }: Surroundings,
) {
  const { say } = context.language;
  const override = duty?.override ?? null;
  return {
    isNow: start <= now && now < end,
    start:
      start <= now ? sayMarkup(context.language, "console.onCall.now", {}) : shortTimeMarkup(start, context),
    // Beyond what is shown nothing changes hands that anybody could see here.
    end:
      end === now + shownMs
        ? sayMarkup(context.language, "console.onCall.later", {})
        : shortTimeMarkup(end, context),
    who: duty === null ? say("console.onCall.nobody") : duty.person,
    isGap: duty === null || nameless(duty.person),
    fault: duty !== null && nameless(duty.person) ? say("console.onCall.unknown") : "",
    by: duty === null || duty.channels.length === 0 ? "" : duty.channels.join(", "),
    note: override === null ? "" : say("console.onCall.override", { note: notes.get(override) ?? "" }),
    back: override === null || !mayWrite ? null : `${context.base}/on-call/takeovers/${override}/return`,
    rota: slug,
  };
}
