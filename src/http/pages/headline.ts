/**
 * The first sentence of the page: is it you, or is it us, and since when. From the conditions of all services to words.
 */
import type { MeasuredService, ServiceCondition, ShownState } from "../../domain/status/service.ts";
import { worstState } from "../../domain/status/service.ts";
import type { Instant } from "../../domain/time/interval.ts";
import type { WordKey } from "../language.ts";
import {
  joinNames,
  linkMarkup,
  sayMarkup,
  type Markup,
  type PageContext,
  spokenTimeMarkup,
} from "./markup.ts";

export interface Headline {
  state: ShownState;
  /** With its times as `<time>`. */
  sentence: Markup;
  /** The same without since when, for the title of the window. */
  title: string;
  /** What follows from it for the reader. */
  advice: string;
  /** "No trouble since 12 November"; empty when there is some. */
  calmSince: Markup;
  /** Those that the sentence counts instead of naming, as links; empty where it names them, and where it is all. */
  counted: Markup[];
  /** So many more are counted than are listed here. */
  uncounted: number;
}

/** More names than this are counted in the sentence, and listed below it. */
const namesListed = 2;
/** What begins further apart did not begin together: the sentence says so, and does not date one back to the other. */
const togetherMs = 5 * 60_000;
/** More than this are found in the list of services more easily. */
const linksListed = 12;

/**
 * The sentence for these services, each with its condition, in the order of the page. `staleSince` is the instant of the latest
 * measurement when that is too old to speak of now; null while it is fresh.
 *
 * @param ofWhole whether these are all services of the platform, and not the one of a page
 */
export function headline(
  services: readonly { service: MeasuredService; condition: ServiceCondition }[],
  staleSince: Instant | null,
  context: PageContext,
  ofWhole = true,
): Headline {
  const { say } = context.language;
  const observed = services.filter(({ service, condition }) => isSpokenOf(service, condition));
  if (observed.length === 0) {
    const key = services.length === 0 ? "headline.noServices" : "headline.notYet";
    return {
      state: "unknown",
      sentence: sayMarkup(context.language, key),
      title: say(key),
      advice: say(`${key}.advice`),
      calmSince: { html: "" },
      ...{ counted: [], uncounted: 0 },
    };
  }
  const state = worstState(observed.map(({ condition }) => condition.state));
  const affected = observed.filter(({ condition }) => condition.state === state);
  const names = affected.map(({ service }) => service.title);
  const subject = names.length > namesListed ? say("headline.services", { n: names.length }) : "";
  const n = subject === "" ? names.length : 2;
  const who = subject || joinNames(names, context.language);
  const all =
    ofWhole &&
    (state === "operational"
      ? services.length > 1
      : names.length === services.length && services.length > namesListed);
  if (state === "operational" && staleSince !== null) {
    const at = spokenTimeMarkup(staleSince, context);
    const key = all && observed.length === services.length ? "headline.then.all" : "headline.then";
    return {
      state: "unknown",
      sentence: sayMarkup(context.language, key, { at, who, n }),
      title: say("headline.unknown.title"),
      advice: say("headline.then.advice"),
      calmSince: { html: "" },
      ...{ counted: [], uncounted: 0 },
    };
  }
  const since = sinceWhen(state, affected);
  const hasIncident = affected.some(({ condition }) => condition.incidents.length > 0);
  const key: WordKey =
    all && state === "operational" && observed.length < services.length
      ? "headline.operational.measured"
      : all && hasAll(state)
        ? `headline.${state}.all`
        : `headline.${state}`;
  const counted = subject === "" || all || state === "operational" ? [] : affected;
  const plain = say(key, { who, n });
  return {
    state,
    sentence: spoken(),
    title: plain,
    advice: say(`headline.${state}.advice`),
    calmSince:
      state === "operational" && since !== null
        ? sayMarkup(context.language, "headline.calmSince", { since: spokenTimeMarkup(since, context) })
        : { html: "" },
    counted: counted
      .slice(0, linksListed)
      .map(({ service }) => linkMarkup(service.title, `${context.base}/services/${service.slug}`)),
    uncounted: Math.max(0, counted.length - linksListed),
  };

  function spoken(): Markup {
    const { language } = context;
    // Calm is said without a date: the sentence is about now, since when stands below it.
    if (state === "operational" || since === null) {
      return sayMarkup(language, key, { who, n });
    }
    const at = { since: spokenTimeMarkup(since, context) };
    const isAll = all && state === "major_outage";
    const parts = beganTogether(affected)
      ? [
          sayMarkup(language, isAll ? "headline.major_outage.all.since" : `headline.${state}.since`, {
            ...{ who, n },
            ...at,
          }),
        ]
      : [sayMarkup(language, key, { who, n }), sayMarkup(language, "headline.firstSince", at)];
    const ending = hasIncident ? [sayMarkup(language, "headline.onIt")] : [];
    return { html: [...parts, ...ending].map(({ html }) => html).join("") };
  }
}

/** A service of which nothing was ever measured stays out of the sentence, unless people say something about it. */
function isSpokenOf(service: MeasuredService, condition: ServiceCondition): boolean {
  return service.observedFrom !== null || condition.state !== "unknown";
}

function hasAll(state: ShownState): state is "operational" | "major_outage" {
  return state === "operational" || state === "major_outage";
}

function beganTogether(affected: readonly { condition: ServiceCondition }[]): boolean {
  const starts = affected.flatMap(({ condition }) => condition.since ?? []);
  return Math.max(...starts) - Math.min(...starts) <= togetherMs;
}

/** The beginning of trouble is its earliest, the beginning of calm its latest. */
function sinceWhen(state: ShownState, affected: readonly { condition: ServiceCondition }[]): number | null {
  const starts = affected.flatMap(({ condition }) => (condition.since === null ? [] : [condition.since]));
  if (starts.length === 0) {
    return null;
  }
  return state === "operational" ? Math.max(...starts) : Math.min(...starts);
}
