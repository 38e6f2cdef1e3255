/**
 * Which page an address names, and how each is printed: path in, template and view model out. What is not on the board has no page.
 */
import type { ResponseTime, StatusBoard } from "../../domain/status/status-board.ts";
import { allowedDownMs } from "../../domain/sla/figures/ratio.ts";
import { cycleContaining } from "../../domain/time/billing-cycle.ts";
import { formatDuration } from "../format.ts";
import { barSamples } from "./bars.ts";
import { commitmentOf } from "./conditions.ts";
import { historyPage, isMonthOf } from "./history-page.ts";
import { developersPage } from "./developers-page.ts";
import { type PageContext, sayMarkup, timeMarkup } from "./markup.ts";
import { methodologyPage } from "./methodology-page.ts";
import { incidentWords, maintenanceWords, serviceWords, statusWords } from "./preview.ts";
import type { KeptOwnFigures } from "./own-figures.ts";
import type { Printed } from "./printed.ts";
import { problemKindPage, type ProblemKindPage } from "./problem-kind-page.ts";
import { servicePage } from "./service-page.ts";
import { offeredSpans, pathWith, type Span, spanAt } from "./spans.ts";
import { shell } from "./shell.ts";
import { framedWithin } from "./security.ts";
import type { Site } from "./site.ts";
import { widgetWords } from "./widget.ts";
import { boardState, statusPage } from "./status-page.ts";
import { incidentStory, maintenanceStory } from "./story.ts";

export interface Page {
  /** The one address of the page, without language. */
  path: string;
  /** The service whose response times it shows. */
  serviceSlug: string | null;
  /** The first page, which shows readers figures of their own; absent: it is another. */
  isFirst?: true;
  /** Path of the page that stands for it now; absent: itself. */
  leadsTo?: string;
  print(
    board: StatusBoard,
    site: Site,
    context: PageContext,
    times: readonly ResponseTime[],
    own?: ShownFigures | null,
  ): Printed;
}

/** What the reader is shown of contracts of their own; `kept`: null: it could not be read. */
export interface ShownFigures {
  kept: KeptOwnFigures | null;
}

/** The page at a path, on this board. */
export function pageAt(path: string, board: StatusBoard): Page | undefined {
  const span = path === "/" ? null : spanAt(path);
  if (span !== undefined) {
    return {
      ...{ path, serviceSlug: null, isFirst: true },
      print: (board, site, context, _, own) => printStatus(span, board, site, context, own),
    };
  }
  if (path === "/methodology") {
    return { path, serviceSlug: null, print: printMethodology };
  }
  if (path === "/developers") {
    return { path, serviceSlug: null, print: printDevelopers };
  }
  if (path === "/embed") {
    return { path, serviceSlug: null, print: printEmbed };
  }
  if (path === "/history") {
    return {
      path,
      serviceSlug: null,
      print: (board, site, context) => printHistory(null, board, site, context),
    };
  }
  if (path === "/problems" || path.startsWith("/problems/")) {
    const page = problemKindPage(path === "/problems" ? null : path.slice("/problems/".length));
    return page === undefined
      ? undefined
      : {
          path,
          serviceSlug: null,
          print: (board, site, context) => printProblemKind(page, path, board, site, context),
        };
  }
  const [, service = "", part = ""] = /^\/services\/([\w-]{1,100})(\/days\/\d+)?$/.exec(path) ?? [];
  if (service !== "") {
    return servicePageAt(service, spanAt(part), path, board);
  }
  const [, kind, name = ""] = /^\/(incidents|maintenance|history)\/([\w-]{1,100})$/.exec(path) ?? [];
  switch (kind) {
    case "incidents":
      return incidentPage(name, board);
    case "maintenance":
      return board.windows.some(({ reference }) => reference === name)
        ? {
            path,
            serviceSlug: null,
            print: (board, site, context) => printMaintenance(name, board, site, context),
          }
        : undefined;
    case "history":
      return isMonthOf(name, board)
        ? {
            path,
            serviceSlug: null,
            print: (board, site, context) => printHistory(name, board, site, context),
          }
        : undefined;
    default:
      return undefined;
  }
}

function servicePageAt(
  name: string,
  span: Span | undefined,
  path: string,
  { services }: StatusBoard,
): Page | undefined {
  return span === undefined || !services.some(({ slug }) => slug === name)
    ? undefined
    : {
        ...{ path, serviceSlug: name },
        print: (board, site, context, times) => printService(name, span, board, site, context, times),
      };
}

/** An incident that became part of another one leads there. */
function incidentPage(name: string, board: StatusBoard): Page | undefined {
  const incident = board.incidents.find(
    ({ reference, parts }) => reference === name || parts.some((part) => part.reference === name),
  );
  if (incident === undefined) {
    return undefined;
  }
  const { reference } = incident;
  return {
    path: `/incidents/${name}`,
    serviceSlug: null,
    ...(reference === name ? {} : { leadsTo: `/incidents/${reference}` }),
    print: (board, site, context) => printIncident(reference, board, site, context),
  };
}

/** A refusal or a defect, for a person. */
export interface ProblemPage {
  status: number;
  /** What somebody may quote to us; null where there is nothing to look up. */
  requestId: string | null;
}

export function problemPage(
  { status, requestId }: ProblemPage,
  board: StatusBoard,
  site: Site,
  context: PageContext,
): Printed {
  const { say } = context.language;
  const kind = status === 429 || status === 503 ? status : status >= 500 ? 500 : 404;
  const title = say(`error.${kind}.title`);
  const page = { title, text: say(`error.${kind}.text`), requestId };
  const head = { title, path: null, state: boardState(board, context) };
  return { template: "error/page", model: shell({ page }, head, site, context), status };
}

function printStatus(
  span: Span,
  board: StatusBoard,
  site: Site,
  context: PageContext,
  own: ShownFigures | null = null,
): Printed {
  const page = statusPage(board, context, span);
  const head = {
    ...{ title: page.headline.title, path: pathWith("/", span), canonical: "/" },
    state: page.headline.state,
    preview: statusWords(page),
    ...(own === null ? {} : { styles: ["portal.css"] }),
  };
  const model = {
    ...{ page, legend: barSamples(), promise: promiseWords(board, page.target, context) },
    own: own && ownSection(own, context),
    spans: page.serviceCount === 0 ? [] : offeredSpans(page, site),
  };
  return {
    ...{ template: "status/page", model: shell(model, head, site, context), status: 200 },
    // What is missing is asked for again by the browser: no change of the page would tell that it can be read.
    ...(own?.kept === null ? { headers: { Refresh: String(missingAskedAfterSeconds) } } : {}),
  };
}

/** Figures that are old, because nothing newer could be read, say of when they are. */
function ownSection({ kept }: ShownFigures, context: PageContext) {
  const isOld = kept !== null && context.now - kept.readAt > figuresTellAgeAfterMs;
  return {
    figures: kept?.figures ?? null,
    age: isOld
      ? sayMarkup(context.language, "own.old", { at: timeMarkup(kept.readAt, "full", context) })
      : { html: "" },
  };
}

const figuresTellAgeAfterMs = 60_000;
const missingAskedAfterSeconds = 10;

function printService(
  slug: string,
  span: Span,
  board: StatusBoard,
  site: Site,
  context: PageContext,
  times: readonly ResponseTime[],
): Printed {
  const page = servicePage(board, slug, times, context, span);
  const head = {
    title: page.row.title,
    ...{ path: pathWith(`/services/${slug}`, span), canonical: `/services/${slug}` },
    state: page.row.state,
    ...{ preview: serviceWords(page, context), pictured: `/services/${slug}` },
    scripts: ["response-chart.js"],
  };
  return {
    template: "service/page",
    model: shell(
      { page, legend: barSamples(), about: slug, spans: offeredSpans(page, site) },
      head,
      site,
      context,
    ),
    status: 200,
  };
}

function printIncident(reference: string, board: StatusBoard, site: Site, context: PageContext): Printed {
  const incident = board.incidents.find((one) => one.reference === reference)!;
  const page = incidentStory(incident, servicesBySlug(board), context);
  const head = {
    title: page.title,
    path: `/incidents/${reference}`,
    state: boardState(board, context),
    ...{ preview: incidentWords(page), pictured: `/incidents/${reference}` },
  };
  return { template: "incident/page", model: shell({ page }, head, site, context), status: 200 };
}

function printMaintenance(reference: string, board: StatusBoard, site: Site, context: PageContext): Printed {
  const window = board.windows.find((one) => one.reference === reference)!;
  const page = maintenanceStory(window, servicesBySlug(board), context);
  const head = {
    title: window.title,
    path: `/maintenance/${reference}`,
    state: boardState(board, context),
    ...{ preview: maintenanceWords(page), pictured: `/maintenance/${reference}` },
  };
  return { template: "maintenance/page", model: shell({ page }, head, site, context), status: 200 };
}

function printHistory(month: string | null, board: StatusBoard, site: Site, context: PageContext): Printed {
  const label = month ?? cycleContaining(context.now, commitmentOf(board)).label;
  const page = historyPage(board, label, context);
  const head = { title: page.title, path: `/history/${label}`, state: boardState(board, context) };
  return { template: "history/page", model: shell({ page }, head, site, context), status: 200 };
}

function printMethodology(board: StatusBoard, site: Site, context: PageContext): Printed {
  const page = methodologyPage(board, context);
  const head = { title: page.title, path: "/methodology", state: boardState(board, context) };
  return { template: "method/page", model: shell({ page }, head, site, context), status: 200 };
}

function printDevelopers(board: StatusBoard, site: Site, context: PageContext): Printed {
  const page = developersPage(board, site, context);
  const head = { title: page.title, path: "/developers", state: boardState(board, context) };
  return { template: "developers/page", model: shell({ page }, head, site, context), status: 200 };
}

/** For frames in pages of others: of those that the platform names, or of all. */
function printEmbed(board: StatusBoard, site: Site, context: PageContext): Printed {
  const page = widgetWords(null, board, site.origin, context);
  const head = { title: page.headline, path: "/embed", state: boardState(board, context) };
  const { framedBy } = board.settings.brand ?? {};
  return {
    template: "embed/page",
    model: { ...shell({ page }, head, site, context), address: `${context.base}/` },
    status: 200,
    // It runs no script, and whoever has a page of their own open for hours must not read what was true then.
    headers: { ...framedWithin(framedBy ?? ["*"]), Refresh: String(frameRenewedAfterSeconds) },
  };
}

const frameRenewedAfterSeconds = 60;

function printProblemKind(
  page: ProblemKindPage,
  path: string,
  board: StatusBoard,
  site: Site,
  context: PageContext,
): Printed {
  const head = { title: page.title, path, state: boardState(board, context) };
  return { template: "problem/page", model: shell({ page }, head, site, context), status: 200 };
}

function promiseWords(board: StatusBoard, target: string, context: PageContext): string {
  const { language } = context;
  const commitment = commitmentOf(board);
  if (commitment.target === null) {
    return language.say("promise.none");
  }
  const cycle = cycleContaining(context.now, commitment);
  const allowed = formatDuration(allowedDownMs(cycle.end - cycle.start, commitment.target), language);
  return language.say("promise.text", { target, allowed });
}

function servicesBySlug(board: StatusBoard): Map<string, StatusBoard["services"][number]> {
  return new Map(board.services.map((service) => [service.slug, service]));
}
