/**
 * The door of a page of an audience, for whoever may not see it, or not yet: which ways in there are, and nothing of what is behind it,
 * neither its title nor its services. In the reader's language, without scripts.
 */
import { addressOf, type LinkOpens, type PageLink, rootOf } from "../../domain/status/page-access.ts";
import type { AccessKind, PageDefinition } from "../../domain/status/page-definition.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import type { WordKey } from "../language.ts";
import { brandOf } from "./brand.ts";
import { mark } from "./mark.ts";
import type { PageContext } from "./markup.ts";
import type { Printed } from "./printed.ts";
import { languagesOf, type SiteDeps } from "./site.ts";

/** Why the door is shown. */
export type DoorReason = "closed" | "wrong_password" | "too_often" | "link_over";

export interface Door {
  page: PageDefinition;
  /** Path below the root of the page to which it leads. */
  then: string;
  reason: DoorReason;
  status: number;
}

/** Where a link leads: to the page, or to one of its feeds. `key`: its sealed part. */
export function linkPath(
  page: Pick<PageDefinition, "slug" | "domain">,
  { opens }: Pick<PageLink, "opens">,
  key: string,
): string {
  return `${rootOf(page)}${pathInto(opens, key)}`;
}

/** The same as a whole address. `main`: that of the page at the root. */
export function linkAddress(
  page: PageDefinition,
  { opens }: Pick<PageLink, "opens">,
  key: string,
  main: string,
): string {
  return `${addressOf(page, main)}${pathInto(opens, key)}`;
}

function pathInto(opens: LinkOpens, key: string): string {
  return opens === "page" ? `/enter/${key}` : `/feed.atom?key=${key}`;
}

/** 401: something can be shown to come in; 403: nothing can. */
export function closedStatus({ access }: PageDefinition): 401 | 403 {
  return access.some((kind) => kind !== "network") ? 401 : 403;
}

/** The door of a page of this board, which is that of the platform. */
export function doorPage(
  { page, then, reason, status }: Door,
  board: StatusBoard,
  { look, baseUrl }: SiteDeps,
  context: PageContext,
): Printed {
  const { language, base } = context;
  const root = rootOf(page);
  const opens = (kind: AccessKind) => page.access.includes(kind);
  const title = language.say("door.title");
  // The rooms are where the platform is, whatever this page is called.
  const rooms = page.domain === undefined ? "" : (baseUrl ?? board.settings.address ?? "");
  const visit = (room: string) =>
    `${rooms}/${room}/pages/${page.slug}/visit?then=${encodeURIComponent(then)}`;
  const model = {
    say: language.say,
    language,
    asset: look.assets.address,
    title: language.say("page.title", { title, platform: board.settings.name }),
    heading: title,
    lead: language.say(closedStatus(page) === 401 ? "door.lead" : "door.closed"),
    support: brandOf(board).support,
    platform: board.settings.name,
    mark: mark("unknown"),
    logo: brandOf(board).logo,
    brandStyle: brandOf(board).style,
    fault: reason === "closed" ? "" : language.say(`door.${reason}` as WordKey),
    action: `${base}/enter`,
    then,
    hasPassword: opens("password"),
    signIn: opens("sign_in") ? visit("console") : null,
    customerSignIn: opens("sign_in") && page.customers.length > 0 ? visit("portal") : null,
    hints: (["link", "network"] as const).filter(opens).map((kind) => language.say(`door.${kind}`)),
    languages: languagesOf(board).map(({ code, tag, name }) => ({
      ...{ tag, name, address: `${root}/${code}/`, isHere: code === language.code },
    })),
  };
  return { template: "door/page", model, status };
}
