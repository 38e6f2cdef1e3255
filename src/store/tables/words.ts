/** People's words: incidents, planned maintenance, and what was said of each. Facts. */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { BrokenRule } from "../../domain/sla/promise/window-judgement.ts";
import type { IncidentTemplate } from "../../domain/status/incident-template.ts";
import type { IncidentImpact, IncidentState } from "../../domain/status/incident.ts";
import type { SeriesPart } from "../../domain/status/maintenance-series.ts";
import type { MaintenanceState } from "../../domain/status/maintenance-window.ts";
import { instant } from "./columns.ts";
import { services } from "./watched.ts";

export const incidents = pgTable(
  "incidents",
  {
    id: serial("id").primaryKey(),
    /** What people quote: `INC-2026-0001`. */
    reference: text("reference").notNull().unique(),
    title: text("title").notNull(),
    /** When the trouble began, as people say; may lie before the declaration. */
    startedAt: instant("started_at").notNull(),
    declaredAt: instant("declared_at").notNull(),
    resolvedAt: instant("resolved_at"),
    /** Code of the language in which its title is written. */
    language: text("language").notNull(),
    /** Its title in other languages, by code. */
    titles: jsonb("titles").$type<Record<string, string>>().notNull().default({}),
    /** Slug of its priority; null: none was given. */
    priority: text("priority"),
    /** Counts its changes: whoever changes it says which one they looked at. */
    version: integer("version").notNull().default(1),
    /** It became part of this one; null: it stands by itself. */
    mergedIntoId: integer("merged_into_id").references((): AnyPgColumn => incidents.id),
    mergedAt: instant("merged_at"),
  },
  (table) => [
    index("incidents_started").on(table.startedAt),
    index("incidents_merged").on(table.mergedIntoId),
  ],
);

/** What was learned of an incident, once it is over: a draft until it is published. */
export const incidentPostmortems = pgTable("incident_postmortems", {
  incidentId: integer("incident_id")
    .primaryKey()
    .references(() => incidents.id),
  message: text("message").notNull(),
  language: text("language").notNull(),
  translations: jsonb("translations").$type<Record<string, string>>().notNull(),
  author: text("author").notNull(),
  savedAt: instant("saved_at").notNull(),
  publishedAt: instant("published_at"),
});

/** What the measurement proposes to say: nobody outside sees it. */
export const incidentDrafts = pgTable(
  "incident_drafts",
  {
    id: serial("id").primaryKey(),
    draftedAt: instant("drafted_at").notNull(),
    /** When all of its services were measured up again; null: they are not. */
    overAt: instant("over_at"),
    /** When somebody, or the clock, published or dismissed it; null: it waits. */
    settledAt: instant("settled_at"),
    settledBy: text("settled_by"),
    /** As which it was published; null: it was not. */
    incidentId: integer("incident_id").references(() => incidents.id),
  },
  (table) => [
    index("incident_drafts_waiting")
      .on(table.draftedAt)
      .where(sql`${table.settledAt} is null`),
  ],
);

/** A service that was measured down, from when until when. */
export const incidentDraftServices = pgTable(
  "incident_draft_services",
  {
    draftId: integer("draft_id")
      .notNull()
      .references(() => incidentDrafts.id),
    serviceId: integer("service_id")
      .notNull()
      .references(() => services.id),
    start: instant("start").notNull(),
    end: instant("end"),
  },
  (table) => [primaryKey({ columns: [table.draftId, table.serviceId, table.start] })],
);

/** Words ready to be said, as people keep them beside those of the platform file. */
export const incidentTemplates = pgTable("incident_templates", {
  id: serial("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  definition: jsonb("definition").$type<Omit<IncidentTemplate, "slug">>().notNull(),
  /** Counts its changes, from 1. */
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
  archivedAt: instant("archived_at"),
});

export const incidentUpdates = pgTable(
  "incident_updates",
  {
    id: serial("id").primaryKey(),
    incidentId: integer("incident_id")
      .notNull()
      .references(() => incidents.id),
    state: text("state").$type<IncidentState>().notNull(),
    message: text("message").notNull(),
    at: instant("at").notNull(),
    /** Id of the person, or name of the token, that wrote it. */
    author: text("author").notNull(),
    /** Code of the language in which the message is written. */
    language: text("language").notNull(),
    /** The message in other languages, by code. */
    translations: jsonb("translations").$type<Record<string, string>>().notNull().default({}),
    /** When its words were last corrected; null: they stand as they were said. */
    editedAt: instant("edited_at"),
    /** Until when more was promised; null: nothing was. */
    nextUpdateAt: instant("next_update_at"),
  },
  (table) => [index("incident_updates_incident").on(table.incidentId)],
);

/** Impact of an incident on a service, from when until when: null while it lasts. */
export const incidentServices = pgTable(
  "incident_services",
  {
    incidentId: integer("incident_id")
      .notNull()
      .references(() => incidents.id),
    serviceId: integer("service_id")
      .notNull()
      .references(() => services.id),
    start: instant("start").notNull(),
    end: instant("end"),
    impact: text("impact").$type<IncidentImpact>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.incidentId, table.serviceId, table.start] }),
    index("incident_services_service").on(table.serviceId),
  ],
);

/** Planned work that comes again and again by a local rule; its windows are rows of `maintenance_windows`. */
export const maintenanceSeries = pgTable("maintenance_series", {
  id: serial("id").primaryKey(),
  reference: text("reference").notNull().unique(),
  /** What holds from when, oldest first: what has been is never rewritten. */
  parts: jsonb("parts").$type<SeriesPart[]>().notNull(),
  /** No window of it begins at this instant or later; null: as long as its rule goes on. */
  endsAt: instant("ends_at"),
  /** Why it may break what contracts promise about windows; null: nobody has said. */
  reason: text("reason"),
  author: text("author").notNull(),
  createdAt: instant("created_at").notNull(),
  /** How often it was changed: whoever changes it says what they have seen. */
  version: integer("version").notNull(),
});

export const maintenanceWindows = pgTable(
  "maintenance_windows",
  {
    id: serial("id").primaryKey(),
    reference: text("reference").notNull().unique(),
    title: text("title").notNull(),
    message: text("message").notNull(),
    state: text("state").$type<MaintenanceState>().notNull(),
    /** When customers could first read of it; an enlargement announces it anew (sla-semantics 6). */
    announcedAt: instant("announced_at").notNull(),
    plannedStart: instant("planned_start").notNull(),
    plannedEnd: instant("planned_end").notNull(),
    actualStart: instant("actual_start"),
    actualEnd: instant("actual_end"),
    author: text("author").notNull(),
    seriesId: integer("series_id").references(() => maintenanceSeries.id),
    /** The local time at which its series has it, "2026-12-06T22:00", wherever it was moved to; null: it is of no series. */
    occurrence: text("occurrence"),
  },
  (table) => [
    uniqueIndex("maintenance_windows_occurrence").on(table.seriesId, table.occurrence),
    index("maintenance_windows_planned").on(table.plannedStart),
  ],
);

/** What the contracts' rules on windows said of one, each time it was published as it is then; rows are only added. */
export const windowJudgements = pgTable(
  "window_judgements",
  {
    id: serial("id").primaryKey(),
    windowId: integer("window_id")
      .notNull()
      .references(() => maintenanceWindows.id),
    broken: jsonb("broken").$type<BrokenRule[]>().notNull(),
    reason: text("reason"),
    author: text("author").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (table) => [index("window_judgements_window").on(table.windowId)],
);

export const maintenanceUpdates = pgTable(
  "maintenance_updates",
  {
    id: serial("id").primaryKey(),
    windowId: integer("window_id")
      .notNull()
      .references(() => maintenanceWindows.id),
    state: text("state").$type<MaintenanceState>().notNull(),
    message: text("message").notNull(),
    at: instant("at").notNull(),
    author: text("author").notNull(),
  },
  (table) => [index("maintenance_updates_window").on(table.windowId)],
);

export const maintenanceServices = pgTable(
  "maintenance_services",
  {
    windowId: integer("window_id").notNull(),
    serviceId: integer("service_id")
      .notNull()
      .references(() => services.id),
  },
  (table) => [
    primaryKey({ columns: [table.windowId, table.serviceId] }),
    foreignKey({ columns: [table.windowId], foreignColumns: [maintenanceWindows.id] }),
  ],
);
