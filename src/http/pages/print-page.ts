/**
 * How each page is printed: what it is called and where it stands, which template, with which view model. Below pages.ts, which knows the page
 * of an address; what there is to print is there when this is asked.
 */
import type { ResponseTime, StatusBoard } from "../../domain/status/status-board.ts";
import { allowedDownMs } from "../../domain/sla/figures/ratio.ts";
import { cycleContaining } from "../../domain/time/billing-cycle.ts";
import { formatDuration } from "../format.ts";
import { barSamples } from "./bars.ts";
import { commitmentOf } from "./conditions.ts";
import { historyPage } from "./history-page.ts";
import { developersPage } from "./developers-page.ts";
import { type PageContext, sayMarkup, timeMarkup } from "./markup.ts";
import { methodologyPage } from "./methodology-page.ts";
import { incidentWords, maintenanceWords, serviceWords, statusWords } from "./preview.ts";
import type { KeptOwnFigures } from "./own-figures.ts";
import type { Printed } from "./printed.ts";
import type { ProblemKindPage } from "./problem-kind-page.ts";
import { servicePage } from "./service-page.ts";
import { offeredSpans, pathWith, type Span } from "./spans.ts";
import { shell } from "./shell.ts";
import { framedWithin } from "./security.ts";
import type { Site } from "./site.ts";
import { widgetWords } from "./widget.ts";
import { boardState, statusPage } from "./status-page.ts";
import { incidentStory, maintenanceStory } from "./story.ts";

/** What the reader is shown of contracts of their own; `kept`: null: it could not be read. */
export interface ShownFigures {
  kept: KeptOwnFigures | null;
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

export function printStatus(
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

export function printService(
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

export function printIncident(
  reference: string,
  board: StatusBoard,
  site: Site,
  context: PageContext,
): Printed {
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

export function printMaintenance(
  reference: string,
  board: StatusBoard,
  site: Site,
  context: PageContext,
): Printed {
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

export function printHistory(
  month: string | null,
  board: StatusBoard,
  site: Site,
  context: PageContext,
): Printed {
  const label = month ?? cycleContaining(context.now, commitmentOf(board)).label;
  const page = historyPage(board, label, context);
  const head = { title: page.title, path: `/history/${label}`, state: boardState(board, context) };
  return { template: "history/page", model: shell({ page }, head, site, context), status: 200 };
}

export function printMethodology(board: StatusBoard, site: Site, context: PageContext): Printed {
  const page = methodologyPage(board, context);
  const head = { title: page.title, path: "/methodology", state: boardState(board, context) };
  return { template: "method/page", model: shell({ page }, head, site, context), status: 200 };
}

export function printDevelopers(board: StatusBoard, site: Site, context: PageContext): Printed {
  const page = developersPage(board, site, context);
  const head = { title: page.title, path: "/developers", state: boardState(board, context) };
  return { template: "developers/page", model: shell({ page }, head, site, context), status: 200 };
}

/** For frames in pages of others: of those that the platform names, or of all. */
export function printEmbed(board: StatusBoard, site: Site, context: PageContext): Printed {
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

export function printProblemKind(
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
