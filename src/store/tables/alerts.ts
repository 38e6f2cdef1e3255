/** What ops are to know: alerts, where each was told, silences, who is on duty in place of whom. */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { AlertHappening } from "../../domain/alerting/alert-history.ts";
import type { AlertEvent, AlertKind, AlertSeverity } from "../../domain/alerting/alert.ts";
import { instant } from "./columns.ts";
import { people } from "./people.ts";

/**
 * Things that need a person, from when until when: at most one open for a key. An alert that is held back, muted, or a member of another
 * one calls nobody; every other open one calls, from `callingSince` on, until it is acknowledged or over.
 */
export const alerts = pgTable(
  "alerts",
  {
    id: serial("id").primaryKey(),
    /** What it is about, so that the same trouble is told once: `probe_network_lost osaka-1a2b`. */
    key: text("key").notNull(),
    kind: text("kind").$type<AlertKind>().notNull(),
    severity: text("severity").$type<AlertSeverity>().notNull().default("critical"),
    /** The facts that its words are made of. */
    facts: jsonb("facts").$type<Record<string, string | number | null>>().notNull(),
    openedAt: instant("opened_at").notNull(),
    /** When its own trouble ended. */
    closedAt: instant("closed_at"),
    /** When it was over for people: its own trouble and those of its members ended, and for good where they came and went. */
    overAt: instant("over_at"),
    /** The alert it is held back behind, by key; null: it was told. */
    heldBackBy: text("held_back_by"),
    /** The alert that speaks for it, as both have one cause; null: it speaks for itself. */
    memberOf: integer("member_of").references((): AnyPgColumn => alerts.id),
    /** What mutes it at the moment: `silence 12`, `maintenance MW-2026-0007`, `hours office`; null: nothing. */
    mutedBy: text("muted_by"),
    /** Since when its trouble has been coming and going; null: it does not. */
    flappingSince: instant("flapping_since"),
    /** From when the delays of its escalation count; null: it calls nobody. Anew with every round. */
    callingSince: instant("calling_since"),
    /** How often it began to call anew: an acknowledgement was taken back or lapsed, a silence ended. */
    round: integer("round").notNull().default(0),
    /** The route it took in this round, by slug; null: no route, the channels of the configuration. */
    route: text("route"),
    /** Who acknowledged it: id of a person, or name of a token; null: nobody, or it was taken back. */
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedAt: instant("acknowledged_at"),
    /** Until when the acknowledgement holds; null: until it is over. */
    acknowledgedUntil: instant("acknowledged_until"),
    /** When its opening and its closing were told; null: not yet. */
    openingToldAt: instant("opening_told_at"),
    closingToldAt: instant("closing_told_at"),
  },
  (table) => [
    uniqueIndex("alerts_open")
      .on(table.key)
      .where(sql`${table.closedAt} is null`),
    index("alerts_not_over")
      .on(table.id)
      .where(sql`${table.overAt} is null`),
    index("alerts_members").on(table.memberOf),
    index("alerts_key").on(table.key, table.openedAt),
  ],
);

/**
 * What of an alert is to be told on which channel: kept until it was taken there, however often that has to be tried. A channel is one of
 * the configured ones by name (`mail`, `ops-chat`), or `person:ID`, the own mail address of a person: addresses stand with people only.
 */
export const alertTellings = pgTable(
  "alert_tellings",
  {
    alertId: integer("alert_id")
      .notNull()
      .references(() => alerts.id),
    event: text("event").$type<AlertEvent>().notNull(),
    channel: text("channel").notNull(),
    /** Round of calling, and step of the escalation in it, from 0. */
    round: integer("round").notNull().default(0),
    step: integer("step").notNull().default(0),
    /** Why this channel: `rota:platform`, `management`; null: it is the channel that was named. */
    target: text("target"),
    /** The person it is meant for, by id; null: whoever reads the channel. */
    person: text("person"),
    attempts: integer("attempts").notNull().default(0),
    /** When it became due; null: with the event itself, before this was noted. */
    dueAt: instant("due_at"),
    /** Not before then; while an attempt is under way, until when nobody else makes one. */
    nextAt: instant("next_at").notNull(),
    /** Why the last attempt failed; null: none has. */
    failure: text("failure"),
    /** Null: not yet. */
    toldAt: instant("told_at"),
    /** When no more attempts are made, as the channel refused it for good or did not take it for a day; null: they are. */
    givenUpAt: instant("given_up_at"),
    /** When it was no longer worth telling, as somebody had acknowledged or all was over; null: it is. */
    withdrawnAt: instant("withdrawn_at"),
  },
  (table) => [
    primaryKey({ columns: [table.alertId, table.event, table.channel, table.round, table.step] }),
    // From its first columns alone it is known what a channel is told next, however much waits there.
    index("alert_tellings_next")
      .on(table.channel, table.nextAt, table.alertId)
      .where(sql`${table.toldAt} is null and ${table.withdrawnAt} is null and ${table.givenUpAt} is null`),
  ],
);

/** Every attempt to tell something on a channel that has ended, and how: append-only, forgotten after a while. */
export const channelAttempts = pgTable(
  "channel_attempts",
  {
    id: serial("id").primaryKey(),
    channel: text("channel").notNull(),
    /** Null: it was a test. */
    alertId: integer("alert_id"),
    event: text("event").$type<AlertEvent>(),
    /** Which attempt with this telling it was, from 1. */
    number: integer("number").notNull(),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at").notNull(),
    /** What was answered; null: it was not taken. */
    answer: text("answer"),
    /** Why it was not taken; null: it was. */
    failure: text("failure"),
  },
  (table) => [
    index("channel_attempts_channel").on(table.channel, table.id),
    index("channel_attempts_ended").on(table.endedAt),
  ],
);

/** How each channel has done lately: one row a channel that anything was ever told on. */
export const channelConditions = pgTable("channel_conditions", {
  channel: text("channel").primaryKey(),
  /** When it last took something. */
  takenAt: instant("taken_at"),
  /** Since when nothing has been taken, though it was tried; null: the last attempt was taken. */
  failingSince: instant("failing_since"),
  /** Attempts that failed since then. */
  failures: integer("failures").notNull().default(0),
  /** Why the last one did. */
  failure: text("failure"),
  /** Nothing is told before then: it asked for a pause, or has failed several times in a row. */
  pausedUntil: instant("paused_until"),
});

/** Everything that happened to an alert, in order: append-only, forgotten with it. Deliveries stand in `alert_tellings`. */
export const alertEvents = pgTable(
  "alert_events",
  {
    id: serial("id").primaryKey(),
    alertId: integer("alert_id")
      .notNull()
      .references(() => alerts.id),
    event: text("event").$type<AlertHappening>().notNull(),
    at: instant("at").notNull(),
    /** Id of a person, or name of a token; null: nobody did it. */
    author: text("author"),
    facts: jsonb("facts").$type<Record<string, string | number | null>>().notNull(),
  },
  (table) => [index("alert_events_alert").on(table.alertId, table.id)],
);

/** Alerts that are not to call anybody, from when until when, and why. */
export const alertSilences = pgTable(
  "alert_silences",
  {
    id: serial("id").primaryKey(),
    /** Which alerts it mutes; an empty list: all of that sort. */
    services: jsonb("services").$type<string[]>().notNull(),
    groups: jsonb("groups").$type<string[]>().notNull(),
    kinds: jsonb("kinds").$type<AlertKind[]>().notNull(),
    start: instant("start").notNull(),
    end: instant("end").notNull(),
    reason: text("reason").notNull(),
    author: text("author").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Who ended it before its time, and when. */
    liftedBy: text("lifted_by"),
    liftedAt: instant("lifted_at"),
  },
  (table) => [index("alert_silences_end").on(table.end)],
);

/** Somebody takes a rota's duty in the place of whoever its rotation names: of two for the same instant the later one holds. */
export const rotaOverrides = pgTable(
  "rota_overrides",
  {
    id: serial("id").primaryKey(),
    /** Slug of the rota. */
    rota: text("rota").notNull(),
    /** The person on duty, by id. */
    person: text("person")
      .notNull()
      .references(() => people.id),
    start: instant("start").notNull(),
    end: instant("end").notNull(),
    note: text("note").notNull().default(""),
    author: text("author").notNull(),
    createdAt: instant("created_at").notNull(),
    withdrawnBy: text("withdrawn_by"),
    withdrawnAt: instant("withdrawn_at"),
  },
  (table) => [index("rota_overrides_end").on(table.rota, table.end)],
);
