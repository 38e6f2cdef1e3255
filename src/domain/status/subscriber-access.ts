/**
 * Whether somebody who subscribed on a page may see it still, by the way they came in: what they are told is never more than what they
 * could read there now. After pages and subscriptions, before messages. Pure: what is known of links, passwords and people is read elsewhere.
 */
import type { Instant } from "../time/interval.ts";
import { findPage, linkHolds, type PageLink, type PagesSaid, type Pass, wayInto } from "./page-access.ts";
import type { Subscription, SubscriberWay } from "./subscription.ts";

/** What ways in rest on, as it stands at an instant. */
export interface KnownKeys {
  readAt: Instant;
  /** By id, those that are over, too. */
  links: ReadonlyMap<string, PageLink>;
  /** When the password of a page was set, by its slug. */
  passwords: ReadonlyMap<string, Instant>;
  /** By `signInKey`: the customer, null: one of those who run the platform; absent: they may sign in no more. */
  signIns: ReadonlyMap<string, string | null>;
}

/** `silent`: nothing is told as long as the page lets nobody in this way. `over`: what let them in is gone for good. */
export type SubscriberStanding = "holds" | "silent" | "over";

/** Names what a session rests on, among all. */
export function signInKey({ kind, id }: { kind: string; id: string | number }): string {
  return `${kind} ${id}`;
}

/** How a subscription stands with its page. */
export function standingOf(
  { page: slug, way }: Pick<Subscription, "page" | "way">,
  settings: PagesSaid,
  keys: KnownKeys,
): SubscriberStanding {
  const pass = passOf(slug, way, keys);
  if (pass === undefined) {
    return "over";
  }
  const page = findPage(settings, slug);
  if (page === undefined) {
    return "silent";
  }
  if (way.kind === "entered") {
    return "holds";
  }
  const network = way.kind === "network" && page.networks.includes(way.network) ? way.network : null;
  const state = {
    passwordSetAt: keys.passwords.get(slug) ?? null,
    ...{ isFeed: false, now: keys.readAt },
  };
  return wayInto(page, { network, pass }, state) === null ? "silent" : "holds";
}

/** What they would show at the door; null: nothing, and they need nothing; undefined: what they had opens nothing any more. */
function passOf(
  page: string,
  way: SubscriberWay,
  { links, passwords, signIns, readAt }: KnownKeys,
): Pass | null | undefined {
  switch (way.kind) {
    case "public":
    case "entered":
    case "network":
      return null;
    case "link": {
      const link = links.get(way.id);
      return link !== undefined && linkHolds(link, readAt) ? { kind: "link", link } : undefined;
    }
    case "password":
      return passwords.get(page) === way.setAt ? way : undefined;
    case "person":
    case "token":
    case "portal_link": {
      const customer = signIns.get(signInKey(way));
      return customer === undefined ? undefined : { kind: "sign_in", customer, by: way };
    }
  }
}
