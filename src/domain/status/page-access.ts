/**
 * Who may see a page: everybody, or whoever comes by one of the ways that its access names. A way that is taken out of the platform file
 * is closed to those who came by it before. Pure: what somebody shows is read elsewhere.
 */
import type { Instant } from "../time/interval.ts";
import type { PageScope } from "./page.ts";
import type { PlatformSettings } from "./platform.ts";

export const accessKinds = ["public", "sign_in", "link", "network", "password"] as const;
export type AccessKind = (typeof accessKinds)[number];

export interface PageAccess {
  /** Any of them lets in; at least one. */
  access: AccessKind[];
  /** Addresses and networks in CIDR notation that `network` lets in. */
  networks: string[];
  /** Customers, by slug, whom `sign_in` lets in beside those who run the platform. */
  customers: string[];
}

export interface PageDefinition extends PageAccess {
  /** Names it in addresses: "/pages/acme". */
  slug: string;
  title: string;
  scope: PageScope;
}

/** Slug of the page at the root, which shows everything that is not private; no other page may have it. */
export const rootSlug = "public";

/** The page at the root: open to everybody unless the platform file says otherwise. */
export function rootPage({ name, pageAccess }: PlatformSettings): PageDefinition {
  const access: PageAccess = pageAccess ?? { access: ["public"], networks: [], customers: [] };
  return { slug: rootSlug, title: name, scope: "public", ...access };
}

/** Whether everybody may see a page. */
export function isOpen({ access }: PageAccess): boolean {
  return access.includes("public");
}

/** The page of this slug, that at the root, too; undefined: there is none. */
export function findPage(settings: PlatformSettings, slug: string): PageDefinition | undefined {
  return slug === rootSlug ? rootPage(settings) : settings.pages?.find((page) => page.slug === slug);
}

/** The pages whose access is looked after: those of audiences, and that at the root where it is closed to some. */
export function closedPages(settings: PlatformSettings): PageDefinition[] {
  const root = rootPage(settings);
  return [...(isOpen(root) ? [] : [root]), ...(settings.pages ?? [])];
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

/** What somebody shows at the door, once it was found to be true. */
export type Pass =
  | { kind: "link"; link: PageLink }
  /** `setAt`: of which password. */
  | { kind: "password"; setAt: Instant }
  /** Null: one of those who run the platform. */
  | { kind: "sign_in"; customer: string | null };

/** What is known of whoever asks. */
export interface Visitor {
  isInNetwork: boolean;
  pass: Pass | null;
}

/**
 * Whether a visitor may see a page.
 *
 * @param passwordSetAt when its password was last set; null: it has none
 * @param isFeed whether it is read by a program, which a link for feeds lets in by whatever ways people come
 */
export function admits(
  page: PageDefinition,
  { isInNetwork, pass }: Visitor,
  { passwordSetAt, isFeed, now }: { passwordSetAt: Instant | null; isFeed: boolean; now: Instant },
): boolean {
  const opens = (kind: AccessKind) => page.access.includes(kind);
  if (opens("public") || (opens("network") && isInNetwork)) {
    return true;
  }
  switch (pass?.kind) {
    case "link": {
      const { link } = pass;
      const isFor = link.opens === "feeds" ? isFeed : opens("link");
      return link.page === page.slug && isFor && linkHolds(link, now);
    }
    case "password":
      return opens("password") && pass.setAt === passwordSetAt;
    case "sign_in":
      return opens("sign_in") && (pass.customer === null || page.customers.includes(pass.customer));
    case undefined:
      return false;
  }
}
