/**
 * Who may see a page: everybody, or whoever comes by one of the ways that its access names. A way that is taken out of the platform file
 * is closed to those who came by it before. Pure: what somebody shows is read elsewhere.
 */
import type { Instant } from "../time/interval.ts";
import type { AccessKind, PageAccess, PageDefinition } from "./page-definition.ts";
import type { PlatformSettings } from "./platform.ts";

/** Slug of the page at the root, which shows everything that is not private; no other page may have it. */
export const rootSlug = "public";

/** What the platform says of its pages. */
export type PagesSaid = Pick<PlatformSettings, "name" | "pageAccess" | "pages">;

/** The page at the root: open to everybody unless the platform file says otherwise. */
export function rootPage({ name, pageAccess }: Pick<PagesSaid, "name" | "pageAccess">): PageDefinition {
  const access: PageAccess = pageAccess ?? { access: ["public"], networks: [], customers: [] };
  return { slug: rootSlug, title: name, scope: "public", ...access };
}

/** Whether everybody may see a page. */
export function isOpen({ access }: PageAccess): boolean {
  return access.includes("public");
}

/** The page of this slug, that at the root, too; undefined: there is none. */
export function findPage(settings: PagesSaid, slug: string): PageDefinition | undefined {
  return slug === rootSlug ? rootPage(settings) : settings.pages?.find((page) => page.slug === slug);
}

/** The pages whose access is looked after: those of audiences, and that at the root where it is closed to some. */
export function closedPages(settings: PagesSaid): PageDefinition[] {
  const root = rootPage(settings);
  return [...(isOpen(root) ? [] : [root]), ...(settings.pages ?? [])];
}

/** Where the paths of a page begin, without a slash at the end: "" at the root and under a name of its own, "/pages/acme". */
export function rootOf({ slug, domain }: Pick<PageDefinition, "slug" | "domain">): string {
  return slug === rootSlug || domain !== undefined ? "" : `/pages/${slug}`;
}

/**
 * The whole address of a page, without a slash at the end.
 *
 * @param main address of the page at the root, whose protocol all of them speak
 */
export function addressOf(page: Pick<PageDefinition, "slug" | "domain">, main: string): string {
  const { domain } = page;
  return domain === undefined
    ? `${main}${rootOf(page)}`
    : `${main.startsWith("http:") ? "http" : "https"}://${domain}`;
}

/** The page that stands by itself at a host, "status.acme.example:8443" in lower case; undefined: none does. */
export function pageAtDomain({ pages = [] }: PagesSaid, host: string): PageDefinition | undefined {
  const bare = host.replace(/:\d{1,5}$/, "");
  return pages.find(({ domain }) => domain === host) ?? pages.find(({ domain }) => domain === bare);
}

/** A link that lets in whoever opens it, or programs that read the feeds of a page. */
export interface PageLink {
  /** Random: part of its address. */
  id: string;
  /** Slug of the page. */
  page: string;
  /** For whom it was made, in the words of who made it. */
  name: string;
  /** `page`: whoever follows it sees the page. `feeds`: what machines read, and nothing else. */
  opens: LinkOpens;
  author: string;
  createdAt: Instant;
  /** Null: it holds until it is revoked. */
  expiresAt: Instant | null;
  revokedAt: Instant | null;
}

export const linkOpens = ["page", "feeds"] as const;
export type LinkOpens = (typeof linkOpens)[number];

/** Whether a link still lets in. */
export function linkHolds({ expiresAt, revokedAt }: PageLink, now: Instant): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}

/** What a session rests on: a person, a token, or a link that opens the portal for a customer. */
export type SignIn =
  { kind: "person"; id: string } | { kind: "token"; id: number } | { kind: "portal_link"; id: string };

/** What somebody shows at the door, once it was found to be true. */
export type Pass =
  | { kind: "link"; link: PageLink }
  /** `setAt`: of which password. */
  | { kind: "password"; setAt: Instant }
  /** `customer`: null: one of those who run the platform. */
  | { kind: "sign_in"; customer: string | null; by: SignIn };

/** What is known of whoever asks. */
export interface Visitor {
  /** The first network of the page that holds their address; null: none does. */
  network: string | null;
  pass: Pass | null;
}

/** How somebody came in, in words that can be kept and looked at again. */
export type WayIn =
  | { kind: "public" }
  | { kind: "network"; network: string }
  | { kind: "link"; id: string }
  | { kind: "password"; setAt: Instant }
  | SignIn;

/**
 * By which way a visitor may see a page; null: by none.
 *
 * @param passwordSetAt when its password was last set; null: it has none
 * @param isFeed whether it is read by a program, which a link for feeds lets in by whatever ways people come
 */
export function wayInto(
  page: PageDefinition,
  { network, pass }: Visitor,
  { passwordSetAt, isFeed, now }: { passwordSetAt: Instant | null; isFeed: boolean; now: Instant },
): WayIn | null {
  const opens = (kind: AccessKind) => page.access.includes(kind);
  if (opens("public")) {
    return { kind: "public" };
  }
  if (opens("network") && network !== null) {
    return { kind: "network", network };
  }
  switch (pass?.kind) {
    case "link": {
      const { link } = pass;
      const isFor = link.opens === "feeds" ? isFeed : opens("link");
      const isIn = link.page === page.slug && isFor && linkHolds(link, now);
      return isIn ? { kind: "link", id: link.id } : null;
    }
    case "password":
      return opens("password") && pass.setAt === passwordSetAt ? pass : null;
    case "sign_in": {
      const isIn = opens("sign_in") && (pass.customer === null || page.customers.includes(pass.customer));
      return isIn ? pass.by : null;
    }
    case undefined:
      return null;
  }
}
