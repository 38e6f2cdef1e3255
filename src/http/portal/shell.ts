/** What surrounds every page of the portal: whose it is, where else one can go, languages. Wraps a view model for portal/layout.eta. */
import type { Context } from "hono";
import { answerPage } from "../console/answer.ts";
import { brandOf } from "../pages/brand.ts";
import { mark } from "../pages/mark.ts";
import { worstState, type ShownState } from "../../domain/status/service.ts";
import { conditionsOf } from "../pages/conditions.ts";
import { type Own, ownServices } from "./own.ts";
import {
  personOf,
  type PortalContext,
  type PortalDeps,
  type PortalEnv,
  portalLanguages,
  portalRoom,
} from "./room.ts";

export interface PortalPage {
  template: string;
  model: object;
  title: string;
  /** Within the portal, "" for its front. */
  path: string;
  status?: number;
  /** Of a page that stands in for the front page of the room: the state of what is the customer's own. */
  state?: ShownState;
  scripts?: readonly string[];
}

/** The page with all that surrounds it, as an answer to this browser alone. */
export function answerPortal(
  c: Context<PortalEnv>,
  { template, model, title, path, status = 200, state, scripts = [] }: PortalPage,
  context: PortalContext,
  deps: PortalDeps,
): Response {
  const { language, base, customer } = context;
  const board = deps.board();
  const brand = brandOf(board);
  const own = c.get("own") as Own | undefined;
  const shown = state ?? (own === undefined ? "operational" : ownState(own, context, deps));
  const whole = {
    ...model,
    say: language.say,
    language,
    base,
    timeZone: context.timeZone,
    asset: deps.look.assets.address,
    platform: board.settings.name,
    title: language.say("page.title", { title, platform: board.settings.name }),
    heading: title,
    path: `${base}${path}`,
    state: shown,
    mark: mark(shown),
    logo: brand.logo,
    icon: brand.icon(shown) ?? deps.look.assets.address(`mark-${shown}.svg`),
    brandStyle: brand.style,
    support: brand.support,
    customer: customer?.name ?? null,
    pages: own === undefined ? [] : ownPages(own, base, deps),
    isPerson: personOf(c) !== null,
    scripts,
    languages: [...portalLanguages.values()].map(({ code, tag, name }) => ({
      ...{ code, tag, name },
      isHere: code === language.code,
    })),
  };
  return answerPage(c, deps.look, { template: `portal/${template}`, model: whole, status });
}

/** Pages of audiences that let the customer in, by their titles. */
function ownPages({ customer }: Own, base: string, deps: PortalDeps) {
  return (deps.board().settings.pages ?? [])
    .filter(({ access, customers }) => access.includes("sign_in") && customers.includes(customer.slug))
    .map(({ slug, title }) => ({ title, address: `${base}/pages/${slug}/visit` }));
}

/** The worst that is shown of the customer's own services. */
function ownState(own: Own, { now }: PortalContext, deps: PortalDeps): ShownState {
  const conditions = conditionsOf(deps.board(), now);
  return worstState(ownServices(own, deps.board(), now).map(({ slug }) => conditions.get(slug)!.state));
}

/** Address of a contract or one of its months in the portal. */
export function portalAddress(contract: string, month = ""): string {
  const path = `${portalRoom.path}/contracts/${encodeURIComponent(contract)}`;
  return month === "" ? path : `${path}/${month}`;
}
