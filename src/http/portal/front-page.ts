/** The front of the portal: own services now, what is wrong and planned with them, own months, reports and credits. */
import type { Hono } from "hono";
import { boardOf } from "../../domain/status/page.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { advanceWindow } from "../../domain/status/maintenance-window.ts";
import { conditionsOf, openIncidents } from "../pages/conditions.ts";
import { freshness, staleSince } from "../pages/freshness.ts";
import { headline } from "../pages/headline.ts";
import { sayMarkup, shortTimeMarkup } from "../pages/markup.ts";
import { incidentStory, maintenanceStory } from "../pages/story.ts";
import { mark } from "../pages/mark.ts";
import { creditRows } from "./credits.ts";
import { monthRows, type MonthRow, runningReports, toRunningMonth } from "./months.ts";
import { contractsInForce, type Own, ownServices } from "./own.ts";
import { type PortalContext, portalContext, type PortalDeps, type PortalEnv } from "./room.ts";
import { answerPortal, portalAddress } from "./shell.ts";

const yearMonths = 12;
const reportsShown = 6;

/** Adds the front page. */
export function addFrontPage(app: Hono<PortalEnv>, deps: PortalDeps): void {
  app.get("/", async (c) => {
    const own = c.get("own");
    const context = portalContext(c, deps);
    const now = whatIsNow(own, deps.board(), context);
    const months = await ownMonths(own, context, deps);
    const model = {
      ...now,
      ...months,
      credits: await creditRows(own, context, deps),
      isClaimed: c.req.query("claimed") !== undefined,
      largeMark: mark(now.page.headline.state),
    };
    const title = now.page.headline.title;
    return answerPortal(
      c,
      { template: "front", model, title, path: "", state: now.page.headline.state },
      context,
      deps,
    );
  });
}

/** Own services with their state, own open incidents, and what is planned for them. */
function whatIsNow(own: Own, board: StatusBoard, context: PortalContext) {
  const { language, now } = context;
  const services = ownServices(own, board, now);
  const conditions = conditionsOf(board, now);
  const withConditions = services.map((service) => ({ service, condition: conditions.get(service.slug)! }));
  // What is private has no page that everybody may open.
  const open = new Set(boardOf(board, "public").services.map(({ slug }) => slug));
  const bySlug = new Map(services.map((service) => [service.slug, service]));
  // Stories are told on the public page; of each only what touches this customer.
  const stories = { ...context, base: "" };
  const incidents = openIncidents(board)
    .map((incident) => ({
      ...incident,
      impacts: incident.impacts.filter(({ serviceSlug }) => bySlug.has(serviceSlug)),
    }))
    .filter(({ impacts }) => impacts.length > 0);
  const windows = board.windows
    .map((window) => advanceWindow(window, now))
    .filter(({ state }) => state !== "completed" && state !== "cancelled")
    .map((window) => ({
      ...window,
      serviceSlugs: window.serviceSlugs.filter((slug) => bySlug.has(slug)),
    }))
    .filter(({ serviceSlugs }) => serviceSlugs.length > 0);
  const ofOwn = { ...board, services };
  return {
    page: {
      headline: headline(withConditions, staleSince(ofOwn, now), stories),
      freshness: freshness(ofOwn, stories),
    },
    services: withConditions.map(({ service, condition }) => ({
      title: service.title,
      address: open.has(service.slug) ? `/services/${service.slug}` : null,
      state: condition.state,
      stateWord: language.say(
        service.observedFrom === null && condition.state === "unknown"
          ? "state.notYet"
          : `state.${condition.state}`,
      ),
      since:
        condition.since === null
          ? { html: "" }
          : sayMarkup(language, "story.sinceShort", { since: shortTimeMarkup(condition.since, context) }),
    })),
    incidents: incidents.map((incident) => incidentStory(incident, bySlug, stories)),
    windows: windows.map((window) => maintenanceStory(window, bySlug, stories)),
  };
}

/** The running month of every contract in force, the last twelve as a table, and the latest reports. */
async function ownMonths(own: Own, context: PortalContext, deps: PortalDeps) {
  const inForce = contractsInForce(own, context.now);
  const drafts = await runningReports(inForce, deps, context.now);
  const running = inForce.flatMap((one) => {
    const draft = drafts.get(one.slug);
    return draft === undefined ? [] : [toRunningMonth(one, draft, context)];
  });
  const years: { title: string; address: string; months: MonthRow[] }[] = [];
  for (const [slug, contract] of own.contracts) {
    const months = await monthRows({ slug, contract }, drafts.get(slug), context, deps);
    years.push({ title: contract.particulars.title, address: portalAddress(slug), months });
  }
  const labels = [...new Set(years.flatMap(({ months }) => months.map(({ label }) => label)))].sort();
  const heads = new Map(years.flatMap(({ months }) => months.map((month) => [month.label, month])));
  const isTold = (label: string) =>
    years.some(({ months }) => months.some((month) => month.label === label && month.address !== null));
  // Months before the first that can be opened would only push the others out of sight.
  const shown = labels.slice(Math.max(-yearMonths, labels.findIndex(isTold) - labels.length));
  const reports = years
    .flatMap(({ title, months }) => months.map((month) => ({ ...month, contract: title })))
    .filter(({ address, verdict }) => address !== null && verdict !== "open")
    .sort((a, b) => (a.label < b.label ? 1 : -1));
  return {
    running,
    cycles: shown.map((label) => heads.get(label)!),
    years: years.map(({ title, address, months }) => ({
      title,
      address,
      months: new Map(months.map((month) => [month.label, month])),
    })),
    reports: reports.slice(0, reportsShown),
  };
}
