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

/** A service with what is true of it now. */
interface Told {
  service: MeasuredService;
  condition: ServiceCondition;
}

/**
 * The sentence for these services, each with its condition, in the order of the page. `staleSince` is the instant of the latest
 * measurement when that is too old to speak of now; null while it is fresh.
 *
 * @param ofWhole whether these are all services of the platform, and not the one of a page
 */
export function headline(
  services: readonly Told[],
  staleSince: Instant | null,
  context: PageContext,
  ofWhole = true,
): Headline {
  const { language } = context;
  const observed = services.filter(isSpokenOf);
  if (observed.length === 0) {
    const key = services.length === 0 ? "headline.noServices" : "headline.notYet";
    return quiet("unknown", sayMarkup(language, key), language.say(key), language.say(`${key}.advice`));
  }
  const state = worstState(observed.map(({ condition }) => condition.state));
  const affected = observed.filter(({ condition }) => condition.state === state);
  if (state !== "operational") {
    const isAll = ofWhole && affected.length === services.length && affected.length > namesListed;
    return troubled(state, affected, isAll, context);
  }
  const isAll = ofWhole && services.length > 1;
  const isWhole = isAll && observed.length === services.length;
  const subject = subjectOf(affected, context);
  if (staleSince !== null) {
    const told = { ...subject, at: spokenTimeMarkup(staleSince, context) };
    const sentence = sayMarkup(language, isWhole ? "headline.then.all" : "headline.then", told);
    const title = language.say("headline.unknown.title");
    return quiet("unknown", sentence, title, language.say("headline.then.advice"));
  }
  const key: WordKey = isWhole
    ? "headline.operational.all"
    : isAll
      ? "headline.operational.measured"
      : "headline.operational";
  const starts = startsOf(affected);
  // Calm is said without a date: the sentence is about now, since when stands below it.
  const since = starts.length === 0 ? null : spokenTimeMarkup(Math.max(...starts), context);
  const advice = language.say("headline.operational.advice");
  return {
    ...quiet(state, sayMarkup(language, key, subject), language.say(key, subject), advice),
    calmSince: since === null ? { html: "" } : sayMarkup(language, "headline.calmSince", { since }),
  };
}

/** Nothing to count, and nothing to date. */
function quiet(state: ShownState, sentence: Markup, title: string, advice: string): Headline {
  return { state, sentence, title, advice, calmSince: { html: "" }, counted: [], uncounted: 0 };
}

/** @param isAll whether it is so with all services of the platform */
function troubled(
  state: Exclude<ShownState, "operational">,
  affected: readonly Told[],
  isAll: boolean,
  context: PageContext,
): Headline {
  const { language, base } = context;
  const subject = subjectOf(affected, context);
  const key =
    isAll && state === "major_outage" ? "headline.major_outage.all" : (`headline.${state}` as const);
  const starts = startsOf(affected);
  const since = starts.length === 0 ? null : spokenTimeMarkup(Math.min(...starts), context);
  const isDated = since !== null && Math.max(...starts) - Math.min(...starts) <= togetherMs;
  const hasIncident = affected.some(({ condition }) => condition.incidents.length > 0);
  const sentence = [
    isDated ? sayMarkup(language, `${key}.since`, { ...subject, since }) : sayMarkup(language, key, subject),
    ...(since === null || isDated ? [] : [sayMarkup(language, "headline.firstSince", { since })]),
    ...(since !== null && hasIncident ? [sayMarkup(language, "headline.onIt")] : []),
  ];
  const counted = affected.length <= namesListed || isAll ? [] : affected;
  return {
    state,
    sentence: { html: sentence.map(({ html }) => html).join("") },
    title: language.say(key, subject),
    advice: language.say(`headline.${state}.advice`),
    calmSince: { html: "" },
    counted: counted
      .slice(0, linksListed)
      .map(({ service }) => linkMarkup(service.title, `${base}/services/${service.slug}`)),
    uncounted: Math.max(0, counted.length - linksListed),
  };
}

/** Whom the sentence speaks of, and the number after which its verb goes. */
function subjectOf(affected: readonly Told[], { language }: PageContext): { who: string; n: number } {
  const n = affected.length;
  return n > namesListed
    ? { who: language.say("headline.services", { n }), n }
    : {
        who: joinNames(
          affected.map(({ service }) => service.title),
          language,
        ),
        n,
      };
}

/** A service of which nothing was ever measured stays out of the sentence, unless people say something about it. */
function isSpokenOf({ service, condition }: Told): boolean {
  return service.observedFrom !== null || condition.state !== "unknown";
}

/** Since when it is so with each of which that is known. */
function startsOf(affected: readonly Told[]): Instant[] {
  return affected.flatMap(({ condition }) => condition.since ?? []);
}
