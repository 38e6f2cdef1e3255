/** The front of the portal: own services now, what is wrong and planned with them, own months, reports and credits. */
import type { Hono } from "hono";
import { boardOf } from "../../domain/status/page.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { advanceWindow } from "../../domain/status/maintenance-window.ts";
import { conditionsOf, openIncidents } from "../pages/conditions.ts";
import { freshness, staleSince } from "../pages/freshness.ts";
import { headline } from "../pages/headline.ts";
import { sayMarkup, spokenTimeMarkup } from "../pages/markup.ts";
import { incidentStory, maintenanceStory } from "../pages/story.ts";
import { mark } from "../pages/mark.ts";
import { creditRows } from "./credits.ts";
import { ownMonths } from "./own-months.ts";
import { type Own, ownServices } from "./own.ts";
import { type PortalContext, portalContext, type PortalDeps, type PortalEnv } from "./room.ts";
import { answerPortal } from "./shell.ts";

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
      // Its services stand right below, each with a link where its page is open to the customer.
      headline: { ...headline(withConditions, staleSince(ofOwn, now), stories), counted: [], uncounted: 0 },
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
          : sayMarkup(language, "story.sinceShort", { since: spokenTimeMarkup(condition.since, context) }),
    })),
    incidents: incidents.map((incident) => incidentStory(incident, bySlug, stories)),
    windows: windows.map((window) => maintenanceStory(window, bySlug, stories)),
  };
}
