/**
 * What people say, as cards and whole stories: incidents and maintenance windows with their updates, for every page that shows one.
 */
import type { Incident, IncidentUpdate } from "../../domain/status/incident.ts";
import { impactsAt, worstImpact } from "../../domain/status/incident.ts";
import {
  advanceWindow,
  isUnderWay,
  maintenanceStateAt,
  isOfClock,
  overrunMs,
  type MaintenanceWindow,
} from "../../domain/status/maintenance-window.ts";
import { promisedUpdate } from "../../domain/status/next-update.ts";
import { publishedPostmortem } from "../../domain/status/postmortem.ts";
import type { MeasuredService, ShownState } from "../../domain/status/service.ts";
import { type SaidWords, wordsFor } from "../../domain/status/translations.ts";
import { formatDuration, formatInstant } from "../format.ts";
import { saidMarkup } from "./markdown.ts";
import {
  momentMarkup,
  sayMarkup,
  shortTimeMarkup,
  timeMarkup,
  type Markup,
  type PageContext,
  spokenTimeMarkup,
} from "./markup.ts";

export interface StoryUpdate {
  stateWord: string;
  message: Markup;
  at: Markup;
  /** Where else it was said, and whether its words were corrected; empty: neither. */
  notes: Markup[];
}

/** A service named in a story; `address` is null when it is not on the page any more. */
export interface NamedService {
  title: string;
  address: string | null;
}

export interface IncidentStory {
  reference: string;
  title: string;
  /** Code of the title's language; "": that of the page. */
  titleLang: string;
  address: string;
  state: ShownState;
  /** "Investigating"; the state in words. */
  stateWord: string;
  impactWord: string;
  isOpen: boolean;
  /** "Since 14:02", or from when to when and how long. */
  lasting: Markup;
  services: NamedService[];
  /** Newest first; at least one. */
  updates: StoryUpdate[];
  /** "3 earlier updates"; empty when there are none. */
  earlier: string;
  /** Until when more is promised, or was and did not come; empty: nothing was. */
  next: Markup;
  /** What was learned, once it is published. */
  postmortem: { message: Markup; since: Markup } | null;
}

export interface MaintenanceStory {
  reference: string;
  title: string;
  address: string;
  /** Address of the window for a calendar; "": it is not to come any more. */
  calendar: string;
  stateWord: string;
  isUnderWay: boolean;
  /** When it is planned, or went on. */
  lasting: Markup;
  /** "12 min longer than planned so far"; empty when it is not. */
  overrun: string;
  announced: Markup;
  /** What is done. */
  message: Markup;
  /** What people said last while it is under way; what is done before they say anything. */
  latest: Markup;
  services: NamedService[];
  updates: StoryUpdate[];
}

export type ServicesBySlug = ReadonlyMap<string, Pick<MeasuredService, "slug" | "title">>;

/** An incident in words. */
export function incidentStory(
  incident: Incident,
  services: ServicesBySlug,
  context: PageContext,
): IncidentStory {
  const { say } = context.language;
  const isOpen = incident.state !== "resolved";
  const impacts = isOpen ? impactsAt(incident, context.now) : incident.impacts;
  const worst = worstImpact(impacts.map(({ impact }) => impact));
  const title = titleFor(incident, context);
  return {
    reference: incident.reference,
    title: title.text,
    titleLang: title.language === context.language.code ? "" : title.language,
    address: `${context.base}/incidents/${incident.reference}`,
    state: worst,
    stateWord: say(`incident.${incident.state}`),
    impactWord: say(`impact.${worst}`),
    isOpen,
    lasting: isOpen
      ? sayMarkup(context.language, "story.since", { since: spokenTimeMarkup(incident.startedAt, context) })
      : lastingMarkup(incident.startedAt, incident.resolvedAt ?? incident.startedAt, context),
    services: named(unique(incident.impacts.map(({ serviceSlug }) => serviceSlug)), services, context),
    updates: incident.updates.map((update) => storyUpdate(update, context)).reverse(),
    earlier:
      incident.updates.length > 1 ? say("story.earlierUpdates", { n: incident.updates.length - 1 }) : "",
    next: nextMarkup(incident, context),
    postmortem: postmortemStory(incident, context),
  };
}

function nextMarkup(incident: Incident, context: PageContext): Markup {
  const at = promisedUpdate(incident);
  return at === null
    ? { html: "" }
    : sayMarkup(context.language, at > context.now ? "story.next" : "story.nextMissed", {
        at: spokenTimeMarkup(at, context),
      });
}

/** What an incident is called in the reader's language, where there is a translation. */
export function titleFor({ title, language, titles }: Incident, context: PageContext): SaidWords {
  return wordsFor(context.language.code, { text: title, language, translations: titles });
}

/** A message in the reader's language, or as it was written. */
export function messageFor(
  { message, language, translations }: Pick<IncidentUpdate, "message" | "language" | "translations">,
  { language: { code } }: PageContext,
): Markup {
  return saidMarkup(wordsFor(code, { text: message, language, translations }), code);
}

function storyUpdate(update: IncidentUpdate, context: PageContext): StoryUpdate {
  const { state, at, from, editedAt } = update;
  const { language } = context;
  return {
    stateWord: language.say(`incident.${state}`),
    message: messageFor(update, context),
    at: shortTimeMarkup(at, context),
    notes: [
      ...(from === null ? [] : [sayMarkup(language, "story.from", { reference: from })]),
      ...(editedAt === null
        ? []
        : [sayMarkup(language, "story.edited", { at: spokenTimeMarkup(editedAt, context) })]),
    ],
  };
}

function postmortemStory(incident: Incident, context: PageContext): IncidentStory["postmortem"] {
  const published = publishedPostmortem(incident);
  return (
    published && {
      message: messageFor(published, context),
      since: sayMarkup(context.language, "story.postmortemSince", {
        at: spokenTimeMarkup(published.publishedAt!, context),
      }),
    }
  );
}

/** A window in words, with the steps that the clock takes by itself. */
export function maintenanceStory(
  stored: MaintenanceWindow,
  services: ServicesBySlug,
  context: PageContext,
): MaintenanceStory {
  const { language, now } = context;
  const { say } = language;
  const window = advanceWindow(stored, now);
  const overrun = overrunMs(window, now);
  const begun = isUnderWay(window, now);
  const said = window.updates.findLast((update) => update.state !== "scheduled" && !isOfClock(update));
  return {
    reference: window.reference,
    title: window.title,
    address: `${context.base}/maintenance/${window.reference}`,
    calendar:
      maintenanceStateAt(window, context.now) === "scheduled"
        ? `${context.base}/maintenance/${window.reference}.ics`
        : "",
    stateWord: say(`maintenance.${window.state}`),
    isUnderWay: begun,
    lasting: lastingMarkup(
      window.actualStart ?? window.plannedStart,
      window.actualEnd ?? window.plannedEnd,
      context,
    ),
    overrun: overrun > 0 ? say("maintenance.overrun", { time: formatDuration(overrun, language) }) : "",
    announced: sayMarkup(language, "maintenance.announced", {
      at: spokenTimeMarkup(window.announcedAt, context),
    }),
    message: plainly(window.message, context),
    latest: plainly((begun && said?.message) || window.message, context),
    services: named(window.serviceSlugs, services, context),
    // What was announced stands above; steps are told once there is another.
    updates: (window.updates.length === 1 && window.updates[0]!.message === window.message
      ? []
      : window.updates
    )
      .map((update) => ({
        stateWord: say(`maintenance.${update.state}`),
        message: isOfClock(update) ? { html: "" } : plainly(update.message, context),
        at: shortTimeMarkup(update.at, context),
        notes: [],
      }))
      .reverse(),
  };
}

/** Words that are in the language of the page, as far as anybody said. */
function plainly(text: string, { language: { code } }: PageContext): Markup {
  return saidMarkup({ text, language: code }, code);
}

/** "12 November 14:02 – 14:40 (38 min)": the second date is left out when it is the first, the year while it is clear. */
export function lastingMarkup(start: number, end: number, context: PageContext): Markup {
  const { language, timeZone } = context;
  const isSameDay =
    formatInstant(start, "date", timeZone, language) === formatInstant(end, "date", timeZone, language);
  return sayMarkup(language, "story.lasted", {
    start: momentMarkup(start, context),
    end: isSameDay ? timeMarkup(end, "time", context) : momentMarkup(end, context),
    time: formatDuration(end - start, language),
  });
}

function named(slugs: readonly string[], services: ServicesBySlug, { base }: PageContext): NamedService[] {
  return slugs.map((slug) => {
    const service = services.get(slug);
    return service === undefined
      ? { title: slug, address: null }
      : { title: service.title, address: `${base}/services/${slug}` };
  });
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
