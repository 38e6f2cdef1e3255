/** Subscriptions for tests: whatever is not said is as of somebody who hears everything at once, by mail, in English. */
import type { Announcement } from "../../src/domain/status/announcement.ts";
import { neverRefused } from "../../src/domain/status/suppression.ts";
import type { Subscription } from "../../src/domain/status/subscription.ts";

export const subscribedAt = Date.parse("2026-06-01T08:00:00Z");

export function aSubscription(given: Partial<Subscription> = {}): Subscription {
  return {
    id: "sub_aaaaaaaaaaaaaaaa",
    page: "public",
    way: { kind: "public" },
    channel: "email",
    address: "reader@acme.example",
    secret: null,
    scope: null,
    topics: ["incidents", "maintenance"],
    pace: "at_once",
    language: "en",
    createdAt: subscribedAt,
    askedAt: subscribedAt,
    asks: 1,
    confirmedAt: subscribedAt,
    ...neverRefused,
    endedAt: null,
    lastToldAt: null,
    author: null,
    consent: null,
    ...given,
  };
}

export function anAnnouncement(given: Partial<Announcement> = {}): Announcement {
  const { reference = "INC-2026-0001", at = subscribedAt + 1 } = given;
  return {
    key: `incident ${reference} ${at}`,
    ...{ subject: "incident", event: "investigating", reference, at },
    serviceSlugs: ["beacon"],
    ...given,
  };
}
