/** Who asked to be told, and what each is told. */
import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { Announcement, AnnouncementSubject, Topic } from "../../domain/status/announcement.ts";
import type { SubscriptionMessageKind } from "../../domain/status/subscription-message.ts";
import type {
  Pace,
  SubscriberWay,
  SubscriptionChannel,
  SubscriptionScope,
} from "../../domain/status/subscription.ts";
import type { ReturnedMail, Suppression } from "../../domain/status/suppression.ts";
import { instant } from "./columns.ts";

/**
 * Subscriptions. The one place with the addresses of those who subscribed: once one is over its address is null, and what was sent to it
 * is known by its id alone.
 */
export const subscriptions = pgTable(
  "subscriptions",
  {
    serial: serial("serial").primaryKey(),
    /** Random: names it in addresses, in logs and in the audit. */
    id: text("id").notNull().unique(),
    /** Slug of the page of which it tells. */
    page: text("page").notNull().default("public"),
    /** What lets them read it (domain/status/subscriber-access.ts). */
    way: jsonb("way").$type<SubscriberWay>().notNull().default({ kind: "public" }),
    channel: text("channel").$type<SubscriptionChannel>().notNull(),
    address: text("address"),
    secret: text("secret"),
    /** Null: the whole page. */
    scope: jsonb("scope").$type<SubscriptionScope>(),
    topics: jsonb("topics").$type<readonly Topic[]>().notNull(),
    pace: text("pace").$type<Pace>().notNull(),
    language: text("language").notNull(),
    createdAt: instant("created_at").notNull(),
    askedAt: instant("asked_at"),
    asks: integer("asks").notNull().default(0),
    confirmedAt: instant("confirmed_at"),
    suppressedAt: instant("suppressed_at"),
    suppression: text("suppression").$type<Suppression>(),
    endedAt: instant("ended_at"),
    refusals: integer("refusals").notNull().default(0),
    softReturns: jsonb("soft_returns").$type<readonly number[]>().notNull().default([]),
    failure: text("failure"),
    returned: jsonb("returned").$type<ReturnedMail>(),
    lastToldAt: instant("last_told_at"),
    author: text("author"),
    consent: text("consent"),
  },
  (table) => [
    // A webhook may stand several times: each has a secret of its own, and whoever has none cannot answer for it.
    uniqueIndex("subscriptions_address")
      .on(table.page, table.channel, table.address)
      .where(sql`${table.address} is not null and ${table.channel} <> 'webhook'`),
    index("subscriptions_active")
      .on(table.serial)
      .where(
        sql`${table.confirmedAt} is not null and ${table.endedAt} is null and ${table.suppressedAt} is null`,
      ),
    check("subscriptions_forgotten", sql`(${table.endedAt} is null) = (${table.address} is not null)`),
  ],
);

/** What was said in public, put down with it in one transaction, until everybody who hears it has it waiting. */
export const announcements = pgTable(
  "announcements",
  {
    id: serial("id").primaryKey(),
    /** So that nothing is told twice. */
    key: text("key").notNull().unique(),
    subject: text("subject").$type<AnnouncementSubject>().notNull(),
    reference: text("reference").notNull(),
    event: text("event").$type<Announcement["event"]>().notNull(),
    at: instant("at").notNull(),
    serviceSlugs: jsonb("service_slugs").$type<string[]>().notNull(),
    /** Subscriptions up to this serial have it waiting. */
    spreadTo: integer("spread_to").notNull().default(0),
    /** When all have; null: not yet. */
    spreadAt: instant("spread_at"),
  },
  (table) => [
    index("announcements_unspread")
      .on(table.id)
      .where(sql`${table.spreadAt} is null`),
  ],
);

/** One message to one subscription: a question whether it is wanted, or what was announced since the last one. */
export const subscriptionMessages = pgTable(
  "subscription_messages",
  {
    /** Random: names it in logs and in its Message-ID, and is what a webhook answers with. */
    id: text("id").primaryKey(),
    subscription: integer("subscription")
      .notNull()
      .references(() => subscriptions.serial, { onDelete: "cascade" }),
    kind: text("kind").$type<SubscriptionMessageKind>().notNull(),
    createdAt: instant("created_at").notNull(),
    /** While 0, more may be put into it. */
    attempts: integer("attempts").notNull().default(0),
    triedSince: instant("tried_since"),
    /** The next attempt is not made before; while one is under way, until when nobody else makes one. */
    nextAt: instant("next_at").notNull(),
    failure: text("failure"),
    sentAt: instant("sent_at"),
    /** When it was given up; null: it was not. */
    failedAt: instant("failed_at"),
    /** When it became pointless; null: it did not. */
    withdrawnAt: instant("withdrawn_at"),
    /** When it came back after it was sent, or was complained of; null: it did not, or nobody said. */
    returnedAt: instant("returned_at"),
  },
  (table) => [
    // In the order in which they are taken: of thousands that are due at one instant only the first are read.
    index("subscription_messages_waiting")
      .on(table.nextAt, table.createdAt, table.id)
      .where(sql`${table.sentAt} is null and ${table.failedAt} is null and ${table.withdrawnAt} is null`),
    uniqueIndex("subscription_messages_open")
      .on(table.subscription)
      .where(
        sql`${table.kind} = 'news' and ${table.attempts} = 0 and ${table.sentAt} is null and ${table.failedAt} is null and ${table.withdrawnAt} is null`,
      ),
    index("subscription_messages_subscription").on(table.subscription, table.createdAt),
  ],
);

/** Which announcement a subscription hears in which message: once. */
export const subscriptionNotices = pgTable(
  "subscription_notices",
  {
    subscription: integer("subscription")
      .notNull()
      .references(() => subscriptions.serial, { onDelete: "cascade" }),
    announcementId: integer("announcement_id")
      .notNull()
      .references(() => announcements.id),
    messageId: text("message_id")
      .notNull()
      .references(() => subscriptionMessages.id, { onDelete: "cascade" }),
  },
  (table) => [
    primaryKey({ columns: [table.subscription, table.announcementId] }),
    index("subscription_notices_message").on(table.messageId),
  ],
);
