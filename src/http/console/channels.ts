/**
 * /console/channels: how people are told what needs them, whether each way works, what waits for it and what it refused; with a button that
 * sends a test over it and shows the answer.
 */
import type { Context, Hono } from "hono";
import { retryChannel, testChannel } from "../../actions/test-channel.ts";
import { NotFound } from "../../domain/errors.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { NamedChannel } from "../../live/alert-channels.ts";
import {
  type ChannelAttempt,
  type ChannelStanding,
  findLastTest,
  listChannelAttempts,
  listStandings,
} from "../../store/channel-attempts.ts";
import { namesOfPeople } from "../../store/people.ts";
import { type Markup, shortTimeMarkup } from "../pages/markup.ts";
import { answerPage } from "./answer.ts";
import type { ConsoleDeps } from "./deps.ts";
import { type Form, freshForm, refusedButton } from "./form.ts";
import { authorOf, type ConsoleContext, type ConsoleEnv, consoleContext, needs } from "./room.ts";
import { consoleShell } from "./shell.ts";

const shownAttempts = 50;
const personPrefix = "person:";
/** What was given up longer ago is past, and is not counted. */
const givenUpWithinMs = 7 * 86_400_000;

/** Adds the pages of channels. */
export function addChannels(app: Hono<ConsoleEnv>, deps: ConsoleDeps): void {
  app.get("/channels", needs("read:alerts"), async (c) => {
    const context = consoleContext(c, deps);
    const { say } = context.language;
    const standings = await listStandings(deps.db, deps.now() - givenUpWithinMs);
    const configured = deps.channels.list();
    const people = [...standings.keys()].filter((name) => name.startsWith(personPrefix));
    const names = people.length === 0 ? new Map<string, string | null>() : await namesOfPeople(deps.db);
    const model = {
      channels: configured.map((channel) =>
        shownChannel(
          { ...channel, detail: detailOf(channel, context) },
          standings.get(channel.name),
          context,
          deps,
        ),
      ),
      people: people.map((name) => {
        const title = names.get(name.slice(personPrefix.length)) ?? say("console.channels.nobody");
        const detail = say("console.channels.ofPerson");
        return shownChannel({ name, title, detail }, standings.get(name), context, deps);
      }),
    };
    const head = { title: say("console.channels.title"), path: "/channels", refreshSeconds: 30 };
    const shell = consoleShell(model, head, context, deps);
    return answerPage(c, deps.look, { template: "console/channels", model: shell, status: 200 });
  });

  app.get("/channels/:name", needs("read:alerts"), (c) => page(c, deps, freshForm()));

  app.post("/channels/:name/tests", needs("write:alerts"), async (c) => {
    const { name } = await getChannel(c, deps);
    try {
      const test = { name, author: authorOf(c), settings: deps.board().settings };
      await testChannel(deps.db, deps.channels.find, test, deps.now);
      return c.redirect(`/console/channels/${encodeURIComponent(name)}#test`, 303);
    } catch (error) {
      const { form, status } = refusedButton(error);
      return page(c, deps, form, status);
    }
  });

  app.post("/channels/:name/retries", needs("write:alerts"), async (c) => {
    const { name } = await getChannel(c, deps);
    await retryChannel(deps.db, { name, author: authorOf(c) }, deps.now());
    return c.redirect(`/console/channels/${encodeURIComponent(name)}`, 303);
  });
}

async function page(c: Context<ConsoleEnv>, deps: ConsoleDeps, form: Form, status = 200): Promise<Response> {
  const context = consoleContext(c, deps);
  const channel = await getChannel(c, deps);
  const { name } = channel;
  const standings = await listStandings(deps.db, deps.now() - givenUpWithinMs);
  const shown = shownChannel(channel, standings.get(name), context, deps);
  const attempts = await listChannelAttempts(deps.db, name, shownAttempts);
  const test = await findLastTest(deps.db, name);
  const model = {
    form,
    channel: shown,
    test: test === undefined ? null : shownAttempt(test, context),
    attempts: attempts.map((attempt) => shownAttempt(attempt, context)),
    isCut: attempts.length === shownAttempts,
    mayWrite: context.scopes.has("write:alerts"),
  };
  const head = { title: shown.title, path: `/channels/${encodeURIComponent(name)}` };
  const shell = consoleShell(model, head, context, deps);
  return answerPage(c, deps.look, { template: "console/channel", model: shell, status });
}

/** A configured channel, or the mail of a person who was ever told something. */
async function getChannel(
  c: Context<ConsoleEnv>,
  deps: ConsoleDeps,
): Promise<{ name: string; title: string; detail: string }> {
  const name = c.req.param("name") ?? "";
  const context = consoleContext(c, deps);
  const channel = deps.channels.list().find((one) => one.name === name);
  if (channel !== undefined) {
    return { ...channel, detail: detailOf(channel, context) };
  }
  const person = name.startsWith(personPrefix) ? await deps.channels.find(name) : null;
  if (person === null) {
    throw new NotFound("channel_not_found", `There is no channel "${name}".`);
  }
  return { name, title: person.title, detail: context.language.say("console.channels.ofPerson") };
}

/** "Slack to hooks.slack.com, in Danish, from the platform file". */
function detailOf(
  { kind, leadsTo, language, from }: NamedChannel,
  { language: { say } }: ConsoleContext,
): string {
  return say(`console.channels.from.${from}`, {
    kind: say(`console.channels.kind.${kind}`),
    place: leadsTo,
    language: say(`console.channels.language.${language}`),
  });
}

type ChannelState = "new" | "well" | "failing" | "waiting";

interface ShownChannel {
  name: string;
  address: string;
  title: string;
  detail: string;
  state: ChannelState;
  stateWord: string;
  /** Since when it fails, or when it last took something; null: nothing was ever told on it. */
  at: Markup | null;
  /** Why it fails; "": it does not. */
  failure: string;
  /** How often in a row. */
  failures: number;
  waiting: number;
  /** When it is tried next; null: nothing waits. */
  nextAt: Markup | null;
  givenUp: number;
  takenAt: Markup | null;
}

function shownChannel(
  { name, title, detail }: { name: string; title: string; detail: string },
  standing: ChannelStanding | undefined,
  context: ConsoleContext,
  { now }: Pick<ConsoleDeps, "now">,
): ShownChannel {
  const { say } = context.language;
  const markup = (at: Instant | null | undefined) => (at == null ? null : shortTimeMarkup(at, context));
  const state = stateOf(standing);
  const nextAt = standing?.nextAt ?? null;
  return {
    ...{ name, title, detail, state },
    address: `${context.base}/channels/${encodeURIComponent(name)}`,
    stateWord: say(`console.channels.state.${state}`),
    at: markup(standing?.failingSince ?? standing?.takenAt),
    failure: standing?.failure ?? "",
    failures: standing?.failures ?? 0,
    waiting: standing?.waiting ?? 0,
    nextAt: nextAt === null ? null : markup(Math.max(nextAt, standing?.pausedUntil ?? 0, now())),
    givenUp: standing?.givenUp ?? 0,
    takenAt: markup(standing?.takenAt),
  };
}

function stateOf(standing: ChannelStanding | undefined): ChannelState {
  if (standing?.failingSince != null) {
    return "failing";
  }
  if (standing === undefined || (standing.takenAt === null && standing.waiting === 0)) {
    return "new";
  }
  return standing.waiting > 0 ? "waiting" : "well";
}

interface ShownAttempt {
  at: Markup;
  /** "Alert 7, opened" with its address, or that it was a test. */
  what: string;
  isTaken: boolean;
  /** "Taken", or that it was not. */
  word: string;
  /** What was answered, or why it was not taken. */
  detail: string;
  /** "340 ms". */
  tookMs: number;
}

function shownAttempt(attempt: ChannelAttempt, context: ConsoleContext): ShownAttempt {
  const { say } = context.language;
  const { alertId, event, number, startedAt, endedAt, answer, failure } = attempt;
  return {
    at: shortTimeMarkup(endedAt, context),
    what:
      alertId === null || event === null
        ? say("console.channels.test")
        : say(number === 1 ? `console.channels.event.${event}` : "console.channels.again", {
            ...{ alert: String(alertId), n: number, event: say(`console.channels.eventWord.${event}`) },
          }),
    isTaken: failure === null,
    word: say(failure === null ? "console.channels.taken" : "console.channels.notTaken"),
    detail: failure ?? answer ?? "",
    tookMs: Math.max(0, endedAt - startedAt),
  };
}
