/** What is watched: the platform, its services and how each is asked. */
import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { Target } from "../../../probes/protocol.ts";
import type { CheckDefinition } from "../../domain/monitoring/check-definition.ts";
import type { BrandFile } from "../../domain/status/brand.ts";
import type { PlatformSettings } from "../../domain/status/platform.ts";
import { bytes, instant, type ManagedBy } from "./columns.ts";

/** One row: the platform itself. */
export const platforms = pgTable(
  "platforms",
  {
    id: integer("id").primaryKey(),
    settings: jsonb("settings").$type<PlatformSettings>().notNull(),
    managedBy: text("managed_by").$type<ManagedBy>().notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [check("platforms_single", sql`${table.id} = 1`)],
);

/** Files of the brand, as they are served; the settings say which of them is what. */
export const brandFiles = pgTable("brand_files", {
  /** SHA-256 of the content, hex. */
  digest: text("digest").primaryKey(),
  kind: text("kind").$type<BrandFile["kind"]>().notNull(),
  content: bytes("content").notNull(),
});

export const locations = pgTable("locations", {
  id: serial("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  title: text("title").notNull(),
  /** Reference targets of its probes' self-check; null: those of the platform. */
  selfCheck: jsonb("self_check").$type<Target[]>(),
  managedBy: text("managed_by").$type<ManagedBy>().notNull(),
  createdAt: instant("created_at").notNull(),
  archivedAt: instant("archived_at"),
});

export const serviceGroups = pgTable("service_groups", {
  id: serial("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  title: text("title").notNull(),
  description: text("description").notNull(),
  position: integer("position").notNull(),
  /** Whether its services are shown only on pages that name them. */
  isPrivate: boolean("is_private").notNull().default(false),
  managedBy: text("managed_by").$type<ManagedBy>().notNull(),
  createdAt: instant("created_at").notNull(),
  archivedAt: instant("archived_at"),
});

export const services = pgTable("services", {
  id: serial("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  title: text("title").notNull(),
  description: text("description").notNull(),
  groupId: integer("group_id").references(() => serviceGroups.id),
  position: integer("position").notNull(),
  /** Whether it is shown only on pages that name it. */
  isPrivate: boolean("is_private").notNull().default(false),
  managedBy: text("managed_by").$type<ManagedBy>().notNull(),
  createdAt: instant("created_at").notNull(),
  archivedAt: instant("archived_at"),
});

/** The id is the check's number on the wire (probes/protocol.ts); it is never used again. */
export const checks = pgTable(
  "checks",
  {
    id: serial("id").primaryKey(),
    serviceId: integer("service_id")
      .notNull()
      .references(() => services.id),
    slug: text("slug").notNull(),
    managedBy: text("managed_by").$type<ManagedBy>().notNull(),
    createdAt: instant("created_at").notNull(),
    archivedAt: instant("archived_at"),
  },
  (table) => [uniqueIndex("checks_service_slug").on(table.serviceId, table.slug)],
);

/** What a check asks and how it is judged, from when: append-only, so that old evidence is judged by the rules of its day. */
export const checkRevisions = pgTable(
  "check_revisions",
  {
    checkId: integer("check_id")
      .notNull()
      .references(() => checks.id),
    effectiveAt: instant("effective_at").notNull(),
    definition: jsonb("definition").$type<CheckDefinition>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.checkId, table.effectiveAt] })],
);
