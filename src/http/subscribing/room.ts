/**
 * The pages on which somebody subscribes, beside the page of an audience whose services they tell of: in the reader's language, by address
 * or by what the browser accepts; without cookies of their own.
 */
import type { Context } from "hono";
import { answerPage } from "../console/answer.ts";
import type { ConsoleDeps } from "../console/deps.ts";
import { asksToSearch, isWanted, serviceChoice } from "../console/service-choice.ts";
import type { PageContext } from "../pages/markup.ts";
import { pageOrRootOf } from "../pages/named-page.ts";
import { calledOn, cutFor } from "../pages/page-board.ts";
import { shell } from "../pages/shell.ts";
import { contextAt, languagesOf, siteOf } from "../pages/site.ts";
import { boardState } from "../pages/status-page.ts";
import { isOpen, rootOf, rootSlug } from "../../domain/status/page-access.ts";
import type { PageDefinition } from "../../domain/status/page-definition.ts";
import { boardOf } from "../../domain/status/page.ts";
import { nothing } from "../../domain/status/page-scope.ts";
import { paces, type SubscriptionChoice, type SubscriptionOffer } from "../../domain/status/subscription.ts";
import { topics } from "../../domain/status/announcement.ts";
import type { Form, Typed } from "../console/form.ts";

/** They need what the console needs. */
export type SubscribingDeps = ConsoleDeps;

/** What a page is made for. */
export function pageContext(c: Context, deps: SubscribingDeps): PageContext {
  const root = rootOf(pageOrRootOf(c, deps));
  return contextAt(
    deps.board(),
    { ...deps, root },
    {
      code: c.req.param("language"),
      accepted: c.req.header("Accept-Language"),
      now: deps.now(),
    },
  );
}

/** What may be subscribed to on a page. */
export function subscriptionOffer(
  deps: Pick<SubscribingDeps, "board">,
  page: PageDefinition,
): SubscriptionOffer {
  const { settings, groups, services } = boardOf(deps.board(), page.scope);
  return {
    languages: settings.languages,
    groups: groups.map(({ slug }) => slug),
    services: services.map(({ slug }) => slug),
  };
}

export interface SubscribingPage {
  template: string;
  model: object;
  title: string;
  /** Without base and language. Null: it has none to be known by. */
  path: string | null;
  status?: number;
  /** Its reader may see nothing of the page any more. */
  isShutOut?: boolean;
}

/** The page with all that surrounds it. Its address may let in whoever knows it: it is told to nobody else. */
export function answerSubscribing(
  c: Context,
  { template, model, title, path, status = 200, isShutOut = false }: SubscribingPage,
  deps: SubscribingDeps,
): Response {
  const context = pageContext(c, deps);
  const page = pageOrRootOf(c, deps);
  const board = boardFor(page, isShutOut, deps);
  const head = {
    ...{ title, path, state: boardState(board, context), isStill: true },
    ...{ styles: ["service-choice.css", "subscribe.css"] },
  };
  const site = siteOf(board, { ...deps, root: rootOf(page), isPrivate: !isOpen(page) });
  const answer = answerPage(c, deps.look, {
    template: `subscribe/${template}`,
    model: shell(model, head, site, context),
    status,
  });
  answer.headers.set("Referrer-Policy", "same-origin");
  if (path === null) {
    answer.headers.set("Referrer-Policy", "no-referrer");
    answer.headers.set("Cache-Control", "no-store");
  }
  return answer;
}

/** What surrounds it: the page whose services it is about, or what everybody may see. */
function boardFor(page: PageDefinition, isShutOut: boolean, { board, baseUrl }: SubscribingDeps) {
  const whole = board();
  const called = calledOn(page, whole.settings.address ?? baseUrl);
  return isShutOut ? cutFor(whole, nothing) : cutFor(whole, page.scope, page.slug === rootSlug ? {} : called);
}

/** One thing that can be ticked. */
export interface Choice {
  name: string;
  value: string;
  text: string;
  isChosen: boolean;
}

/** Groups that are offered at once, beside those that are chosen: more are found by searching. */
const groupsAtOnce = 24;

/** What can be chosen of a subscription, with what is. Services and groups are those of its page, and are searched together. */
export function choicesOf(form: Form, context: PageContext, page: PageDefinition, deps: SubscribingDeps) {
  const { say } = context.language;
  const board = boardOf(deps.board(), page.scope);
  const chosen = (name: string, value: string) => form.typed.all(name).includes(value);
  const tick = (name: string, value: string, text: string): Choice => ({
    ...{ name, value, text, isChosen: chosen(name, value) },
  });
  const choice = serviceChoice(form.typed, "services", board, context, [], false);
  const groups = board.groups.map(({ slug, title }) =>
    tick("groups", slug, say("subscribe.group", { name: title })),
  );
  const found = groups.filter(({ isChosen, text }) => !isChosen && isWanted(choice.wanted, text));
  return {
    topics: topics.map((topic) => tick("topics", topic, say(`subscribe.topic.${topic}`))),
    paces: paces.map((pace) => tick("pace", pace, say(`subscribe.pace.${pace}`))),
    languages: languagesOf(deps.board()).map(({ code, name }) => tick("language", code, name)),
    groups: [...groups.filter(({ isChosen }) => isChosen), ...found.slice(0, groupsAtOnce)],
    choice: { ...choice, hidden: choice.hidden + Math.max(0, found.length - groupsAtOnce) },
    isNarrow:
      form.typed.all("groups").length + form.typed.all("services").length > 0 || asksToSearch(form.typed),
  };
}

/** What was chosen in a form. */
export function typedChoice(typed: Typed, fallback: string): SubscriptionChoice {
  const [groups, services] = [typed.all("groups"), typed.all("services")];
  return {
    scope: groups.length + services.length === 0 ? null : { groups, services },
    topics: topics.filter((topic) => typed.all("topics").includes(topic)),
    pace: paces.find((pace) => pace === typed.one("pace")) ?? "at_once",
    language: typed.one("language") || fallback,
  };
}

/** The same as a form holds it. */
export function choiceFields({ scope, topics: wanted, pace, language }: SubscriptionChoice) {
  return {
    ...{ topics: [...wanted], pace, language },
    groups: scope === null ? [] : [...scope.groups],
    services: scope === null ? [] : [...scope.services],
  };
}
