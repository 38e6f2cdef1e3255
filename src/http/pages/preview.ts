/**
 * What a page says of itself where it is not open: a true title and a sentence for chats and search engines, and what their picture shows.
 * From the board to words and days; drawn in preview-drawing.ts, told by the shell.
 */
import { eventfulDays } from "../../domain/status/service-day.ts";
import type { ShownState } from "../../domain/status/service.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { localDaysBefore } from "../../domain/time/local-day.ts";
import { formatInstant } from "../format.ts";
import { dayKinds, type DayKind } from "./bars.ts";
import { saidOf } from "./conditions.ts";
import { textOfMarkup, type Markup, type PageContext } from "./markup.ts";
import { servicePage, type ServicePage } from "./service-page.ts";
import { daysShown } from "./spans.ts";
import { statusPage, type StatusPage } from "./status-page.ts";
import {
  incidentStory,
  maintenanceStory,
  type IncidentStory,
  type MaintenanceStory,
  type ServicesBySlug,
} from "./story.ts";

/** Words about a page for somebody who has not opened it. */
export interface PreviewWords {
  headline: string;
  /** One or two sentences; empty: the headline says it all. */
  summary: string;
}

/** What a picture of a page shows. */
export interface Preview extends PreviewWords {
  state: ShownState;
  /** Days of a strip, oldest first; empty: it has none. */
  days: DayKind[];
  /** What the first and the last of them are. */
  span: { from: string; to: string };
}

/** Longest summary that chats show whole. */
const longestSummary = 200;

export function statusWords({ headline, incidents, windows }: StatusPage): PreviewWords {
  const [incident] = incidents;
  const [window] = windows.filter(({ isUnderWay }) => isUnderWay);
  const calm = textOfMarkup(headline.calmSince);
  return {
    headline: textOfMarkup(headline.sentence),
    summary: cut(
      incident !== undefined
        ? `${incident.title}. ${textOfMarkup(incident.updates[0]!.message)}`
        : window !== undefined
          ? `${window.title}. ${textOfMarkup(window.lasting)}`
          : calm === ""
            ? headline.advice
            : `${calm} ${headline.advice}`,
    ),
  };
}

export function serviceWords(
  { headline, row, description }: ServicePage,
  context: PageContext,
): PreviewWords {
  const { name, percent, downtime } = row.month;
  const month =
    percent === null ? "" : context.language.say("preview.month", { percent, month: name, downtime });
  return {
    headline: textOfMarkup(headline.sentence),
    summary: cut([month, description].filter(Boolean).join(" ")),
  };
}

export function incidentWords({ title, stateWord, lasting, updates }: IncidentStory): PreviewWords {
  return {
    headline: title,
    summary: cut(`${stateWord}. ${sentence(lasting)} ${textOfMarkup(updates[0]!.message)}`),
  };
}

export function maintenanceWords({ title, stateWord, lasting, message }: MaintenanceStory): PreviewWords {
  return { headline: title, summary: cut(`${stateWord}. ${sentence(lasting)} ${textOfMarkup(message)}`) };
}

function sentence(markup: Markup): string {
  return textOfMarkup(markup).replace(/\.?$/, ".");
}

/** At the end of a word, where it is too long. */
function cut(text: string): string {
  return text.length <= longestSummary
    ? text
    : `${text.slice(0, longestSummary - 1).replace(/[\s,;:.]*\S*$/, "")} …`;
}

/** What the picture of a page is called, behind the path of the page. */
export const pictureName = "/og.png";

/** `/og.png`, `/services/beacon/og.png`: where the picture of a page is. */
export function pictureOf(path: string): string {
  return path === "/" ? pictureName : `${path}${pictureName}`;
}

export function isPicture(path: string): boolean {
  return path.endsWith(pictureName);
}

/** What the picture of the page at a path shows, for whoever draws it; undefined: it has none of its own. */
export function previewAt(path: string, board: StatusBoard): ((context: PageContext) => Preview) | undefined {
  if (path === "/") {
    return (context) => statusPreview(board, context);
  }
  const [, kind, name = ""] = /^\/(services|incidents|maintenance)\/([\w-]{1,100})$/.exec(path) ?? [];
  switch (kind) {
    case "services":
      return board.services.some(({ slug }) => slug === name)
        ? (context) => servicePreview(name, board, context)
        : undefined;
    case "incidents": {
      const incident = board.incidents.find(({ reference }) => reference === name);
      return (
        incident &&
        ((context) => {
          const story = incidentStory(incident, servicesBySlug(board), context);
          const affected = incident.impacts.map(({ serviceSlug }) => serviceSlug);
          return {
            ...incidentWords(story),
            ...daysOf(affected, board, context),
            state: story.isOpen ? story.state : "operational",
          };
        })
      );
    }
    case "maintenance": {
      const window = board.windows.find(({ reference }) => reference === name);
      return (
        window &&
        ((context) => {
          const words = maintenanceWords(maintenanceStory(window, servicesBySlug(board), context));
          return { ...words, ...daysOf(window.serviceSlugs, board, context), state: "under_maintenance" };
        })
      );
    }
    default:
      return undefined;
  }
}

const noDays = { days: [], span: { from: "", to: "" } };

function statusPreview(board: StatusBoard, context: PageContext): Preview {
  const page = statusPage(board, context);
  return {
    ...statusWords(page),
    state: page.headline.state,
    ...daysOf(
      board.services.map(({ slug }) => slug),
      board,
      context,
    ),
  };
}

function servicePreview(slug: string, board: StatusBoard, context: PageContext): Preview {
  const page = servicePage(board, slug, [], context);
  return { ...serviceWords(page, context), state: page.headline.state, ...daysOf([slug], board, context) };
}

/** Gravest first: of several services, what a day was for one of them. */
const gravity: readonly DayKind[] = [
  "down",
  "dented",
  "degraded",
  "hollow",
  "part",
  "maintenance",
  "up",
  "before",
];

/** The last days of these services together. */
function daysOf(
  slugs: readonly string[],
  board: StatusBoard,
  { language, timeZone, now }: PageContext,
): Pick<Preview, "days" | "span"> {
  const days = localDaysBefore(now, daysShown, timeZone);
  const said = saidOf(board, days[0]!.start);
  const strips = board.services
    .filter(({ slug, observedFrom }) => slugs.includes(slug) && observedFrom !== null)
    .map((service) => {
      const { incidents, windows } = said(service.slug);
      return dayKinds(eventfulDays(service, days, incidents, windows, now), days.length);
    });
  return strips.length === 0
    ? noDays
    : {
        days: days.map((_, i) => gravity.find((kind) => strips.some((strip) => strip[i] === kind)) ?? "up"),
        span: {
          from: language.say("strip.from", { n: daysShown }),
          to: formatInstant(now, "date", timeZone, language),
        },
      };
}

function servicesBySlug({ services }: StatusBoard): ServicesBySlug {
  return new Map(services.map((service) => [service.slug, service]));
}
