/** Which page of an audience a request of the framework is about, and by which way whoever asks was let in. */
import type { IncomingMessage } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import { csrf } from "hono/csrf";
import { noPage } from "../../actions/manage-page-keys.ts";
import { Unauthenticated } from "../../domain/errors.ts";
import {
  addressOf,
  findPage,
  isOpen,
  rootPage,
  rootSlug,
  type WayIn,
} from "../../domain/status/page-access.ts";
import type { PageDefinition } from "../../domain/status/page-definition.ts";
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { wayInOf } from "./admission.ts";

const languagePart = ":language{[a-z][a-z]}";

/** Where a page may begin in an address: that at the root, and those beside it; with and without a language. */
export const pageBases = ["", `/${languagePart}`, "/pages/:page", `/pages/:page/${languagePart}`];

/** The page that an address below one of the bases names. @throws NotFound page_not_found */
export function pageOf(c: Context, { board }: { board(): StatusBoard }): PageDefinition {
  const named = c.req.param("page");
  const page = named === rootSlug ? undefined : findPage(board().settings, named ?? rootSlug);
  return page ?? noPage(named ?? rootSlug);
}

/** The same, or that at the root where the page is gone: whoever ends a subscription to it is answered all the same. */
export function pageOrRootOf(c: Context, { board }: { board(): StatusBoard }): PageDefinition {
  const { settings } = board();
  return findPage(settings, slugIn(c)) ?? rootPage(settings);
}

/** Slug of the page that an address names, whether or not there is one. */
export function slugIn(c: Context): string {
  return c.req.param("page") ?? rootSlug;
}

/**
 * How whoever asks came in: the pages in front of the framework ask at the door.
 *
 * @throws Unauthenticated page_closed where nobody asked, and the page is not open to everybody
 */
export function wayOf(c: Context, page: PageDefinition): WayIn {
  const { incoming } = (c.env ?? {}) as { incoming?: IncomingMessage };
  const way = wayInOf(incoming) ?? (isOpen(page) ? { kind: "public" as const } : undefined);
  if (way === undefined) {
    throw new Unauthenticated("page_closed", "This page is private, and whoever asks may not see it.");
  }
  return way;
}

/** Refuses forms that a page of somebody else's sent: those of a page come from where it stands. */
export function fromItself(deps: { baseUrl: string | null; board(): StatusBoard }): MiddlewareHandler {
  return csrf({
    origin(origin, c) {
      const main = deps.board().settings.address ?? deps.baseUrl ?? "https:";
      const { domain } = pageOf(c, deps);
      const known =
        domain === undefined
          ? [deps.baseUrl, deps.board().settings.address]
          : [addressOf({ slug: "", domain }, main)];
      return [...known, c.req.url].some(
        (address) => address !== null && URL.parse(address)?.origin === origin,
      );
    },
    secFetchSite: "same-origin",
  });
}
