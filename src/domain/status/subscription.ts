/**
 * Somebody who asked to be told: where, of what, how often, in which language, and whether they have confirmed it. Whoever has not, or has
 * ended it, or whose address no longer takes anything, hears nothing. After announcements, before messages and channels.
 */
import { Conflict, type Fault } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import { type Announcement, type Topic, topicOf, topics } from "./announcement.ts";
import type { WayIn } from "./page-access.ts";
import { neverRefused, type ReturnedMail, type Suppression } from "./suppression.ts";
import { refuseFaults } from "./public-words.ts";

export const subscriptionChannels = ["email", "webhook", "slack"] as const;
export type SubscriptionChannel = (typeof subscriptionChannels)[number];

export const subscriptionStates = ["pending", "active", "suppressed", "ended"] as const;
export type SubscriptionState = (typeof subscriptionStates)[number];

/** How often somebody wants to be written to at most. */
export const paces = ["at_once", "hourly", "daily"] as const;
export type Pace = (typeof paces)[number];

/** Which services somebody wants to hear of: all there are and ever will be, or those that are named, and all of groups. */
export type SubscriptionScope = null | { groups: readonly string[]; services: readonly string[] };

/** What somebody wants to hear. */
export interface SubscriptionChoice {
  /** Null: the whole page. */
  scope: SubscriptionScope;
  topics: readonly Topic[];
  pace: Pace;
  /** Code of a language of the page. */
  language: string;
}

/** What lets a subscriber read what they are told: the way they came in, or that those who run the platform put them in. */
export type SubscriberWay = WayIn | { kind: "entered" };

export interface Subscription extends SubscriptionChoice {
  /** Slug of the page on which it was made, and of whose services it tells. */
  page: string;
  way: SubscriberWay;
  /** Random: names it in addresses, in the audit and in logs; says nothing of who it is. */
  id: string;
  channel: SubscriptionChannel;
  /** Where it is told: the one place where this stands; null: it is over, and forgotten. */
  address: string | null;
  /** With which messages to a webhook are signed; null: it has none, or is over. */
  secret: string | null;
  createdAt: Instant;
  /** When it was last asked to confirm; null: it never had to be. */
  askedAt: Instant | null;
  /** How often it was asked. */
  asks: number;
  confirmedAt: Instant | null;
  /** Since when nothing is sent because its address takes nothing, or nobody there wants it; null: it is sent. */
  suppressedAt: Instant | null;
  /** Why; null while it is sent. */
  suppression: Suppression | null;
  endedAt: Instant | null;
  /** Messages refused for good in a row. */
  refusals: number;
  /** When letters came back that may arrive another day: one of each day, of the last weeks, oldest first. */
  softReturns: readonly Instant[];
  /** Why the last message was not taken; null: it was. */
  failure: string | null;
  /** How the last one came back after it was taken; null: it did not, or nobody said. */
  returned: ReturnedMail | null;
  /** When a message was last begun; null: none was. */
  lastToldAt: Instant | null;
  /** Who put it in for somebody else, and why they may; null: whoever it is for. */
  author: string | null;
  consent: string | null;
}

/** What there is to choose from. */
export interface SubscriptionOffer {
  languages: readonly string[];
  groups: readonly string[];
  services: readonly string[];
}

/** Whoever has not confirmed by then is forgotten. */
export const forgottenAfterMs = 48 * 3_600_000;
/** One address is asked to confirm once within this, and so often at all. */
export const askAgainAfterMs = 3_600_000;
export const mostAsks = 3;
/** Whoever signs up again is reminded of it once within this. */
export const remindAgainAfterMs = 24 * 3_600_000;
/** Names of services and groups in one subscription. */
const scopeLimit = 500;
const longestAddress = 254;
const longestUrl = 2_000;

export function subscriptionState({
  confirmedAt,
  suppressedAt,
  endedAt,
}: Pick<Subscription, "confirmedAt" | "suppressedAt" | "endedAt">): SubscriptionState {
  if (endedAt !== null) {
    return "ended";
  }
  return confirmedAt === null ? "pending" : suppressedAt !== null ? "suppressed" : "active";
}

/**
 * Whether a subscription hears of an announcement: it was confirmed when it was said, stands, and wants to hear of it.
 *
 * @param groupOf group of a service by its slug; undefined: it is in none
 */
export function hears(
  subscription: Subscription,
  announcement: Announcement,
  groupOf: (serviceSlug: string) => string | undefined,
): boolean {
  const { confirmedAt, scope } = subscription;
  const isTold =
    subscriptionState(subscription) === "active" && confirmedAt !== null && confirmedAt <= announcement.at;
  return (
    isTold &&
    subscription.topics.includes(topicOf(announcement)) &&
    (scope === null ||
      announcement.serviceSlugs.some((slug) => {
        const group = groupOf(slug);
        return scope.services.includes(slug) || (group !== undefined && scope.groups.includes(group));
      }))
  );
}

/** Whether an address that has not confirmed yet may be asked once more. */
export function mayAsk({ askedAt, asks }: Pick<Subscription, "askedAt" | "asks">, now: Instant): boolean {
  return asks < mostAsks && (askedAt === null || now - askedAt >= askAgainAfterMs);
}

/** Whether an address that is subscribed already is told so once more. */
export function mayRemind({ askedAt }: Pick<Subscription, "askedAt">, now: Instant): boolean {
  return askedAt === null || now - askedAt >= remindAgainAfterMs;
}

/**
 * Confirmed: from now on it hears, whatever kept it from hearing before. Confirming again changes nothing.
 *
 * @throws Conflict subscription_ended
 */
export function confirmSubscription(subscription: Subscription, now: Instant): Subscription {
  refuseEnded(subscription);
  return subscriptionState(subscription) === "active"
    ? subscription
    : {
        ...subscription,
        confirmedAt: subscription.confirmedAt ?? now,
        ...neverRefused,
      };
}

/** Other choices. @throws Conflict subscription_ended */
export function changeSubscription(subscription: Subscription, choice: SubscriptionChoice): Subscription {
  refuseEnded(subscription);
  const { scope, topics: wanted, pace, language } = choice;
  return { ...subscription, scope, topics: wanted, pace, language };
}

/** Over, and its address forgotten. Ending it again changes nothing. */
export function endSubscription(subscription: Subscription, now: Instant): Subscription {
  return subscription.endedAt !== null
    ? subscription
    : {
        ...subscription,
        ...{ address: null, secret: null, consent: null, failure: null, returned: null },
        endedAt: now,
      };
}

/** An address as it is kept, so that one is not taken for two; what is none comes back as it was typed. */
export function tidyAddress(channel: SubscriptionChannel, typed: string): string {
  const text = typed.trim();
  return channel === "email" ? text.toLowerCase() : (URL.parse(text)?.href ?? text);
}

/**
 * Refuses what cannot be subscribed.
 *
 * @param plainHttp whether a webhook may be told over http://, because private networks are open
 * @throws InvalidInput invalid_subscription
 */
export function refuseUnfit(
  { channel, address, ...choice }: SubscriptionChoice & { channel: SubscriptionChannel; address: string },
  offer: SubscriptionOffer,
  plainHttp = false,
): void {
  refuseFaults("invalid_subscription", "This cannot be subscribed to as it is.", [
    ...addressFaults(channel, address, plainHttp),
    ...choiceFaults(choice, offer),
  ]);
}

/** @throws InvalidInput invalid_subscription */
export function refuseUnfitChoice(choice: SubscriptionChoice, offer: SubscriptionOffer): void {
  refuseFaults("invalid_subscription", "This cannot be subscribed to as it is.", choiceFaults(choice, offer));
}

function choiceFaults(
  { scope, topics: wanted, language }: SubscriptionChoice,
  offer: SubscriptionOffer,
): Fault[] {
  const faults: Fault[] = [];
  if (wanted.length === 0 || new Set(wanted).size !== wanted.length) {
    faults.push({ pointer: "/topics", detail: `Choose at least one of ${topics.join(", ")}.` });
  }
  if (!offer.languages.includes(language)) {
    faults.push({
      pointer: "/language",
      detail: `The page has the languages ${offer.languages.join(", ")}.`,
    });
  }
  if (scope === null) {
    return faults;
  }
  const { groups, services } = scope;
  if (groups.length + services.length === 0) {
    faults.push({ pointer: "/services", detail: "Choose at least one service, or the whole page." });
  }
  if (groups.length + services.length > scopeLimit) {
    faults.push({ pointer: "/services", detail: `At most ${scopeLimit}; choose the whole page instead.` });
  }
  for (const [name, given, known] of [
    ["groups", groups, offer.groups],
    ["services", services, offer.services],
  ] as const) {
    const unknown = given.filter((slug) => !known.includes(slug));
    if (unknown.length > 0) {
      faults.push({ pointer: `/${name}`, detail: `There is no "${unknown[0]!.slice(0, 100)}".` });
    }
  }
  return faults;
}

/** What a mail server takes as one address, and nothing that leads elsewhere. */
const mailShape =
  /^[^\s@<>()[\]\\,;:"]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u;
const slackHosts = ["hooks.slack.com", "hooks.slack-gov.com"];

function addressFaults(channel: SubscriptionChannel, address: string, plainHttp: boolean): Fault[] {
  const pointer = "/address";
  if (channel === "email") {
    return address.length <= longestAddress && mailShape.test(address)
      ? []
      : [{ pointer, detail: "This is not a mail address, like you@example.org." }];
  }
  const url = URL.parse(address);
  if (url === null || address.length > longestUrl || url.username !== "" || url.password !== "") {
    return [{ pointer, detail: "This is not an address, like https://example.org/hook." }];
  }
  if (channel === "slack") {
    return url.protocol === "https:" && slackHosts.includes(url.host) && url.pathname.startsWith("/services/")
      ? []
      : [{ pointer, detail: "This is not an incoming webhook of Slack: https://hooks.slack.com/services/…" }];
  }
  return url.protocol === "https:" || (plainHttp && url.protocol === "http:")
    ? []
    : [{ pointer, detail: "A webhook has an address with https://." }];
}

function refuseEnded({ endedAt }: Subscription): void {
  if (endedAt !== null) {
    throw new Conflict(
      "subscription_ended",
      "This subscription is over. Subscribe again if you want to hear.",
    );
  }
}

/** Enough of an address for those who know it, and too little for everybody else: "r…@acme.example", "hooks.slack.com/…". */
export function maskedAddress({ channel, address }: Pick<Subscription, "channel" | "address">): string {
  if (address === null) {
    return "";
  }
  const [name = "", domain = ""] = address.split("@");
  return channel === "email" ? `${[...name][0] ?? ""}…@${domain}` : `${URL.parse(address)?.host ?? ""}/…`;
}
