/** What is agreed: customers, their contracts and the hours by which these count. Facts. */
import { boolean, index, integer, jsonb, pgTable, primaryKey, serial, text } from "drizzle-orm/pg-core";
import type { ContractClauses } from "../../domain/sla/promise/clauses.ts";
import type { ContractParticulars } from "../../domain/sla/promise/contract-versions.ts";
import type { CustomerDefinition } from "../../domain/sla/promise/customer.ts";
import type { CalendarDefinition } from "../../domain/time/calendar-definition.ts";
import { instant, type ManagedBy } from "./columns.ts";

export const customers = pgTable("customers", {
  id: serial("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  definition: jsonb("definition").$type<Omit<CustomerDefinition, "slug">>().notNull(),
  managedBy: text("managed_by").$type<ManagedBy>().notNull(),
  createdAt: instant("created_at").notNull(),
  archivedAt: instant("archived_at"),
});

/** Hours by which contracts count. */
export const calendars = pgTable("calendars", {
  id: serial("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  managedBy: text("managed_by").$type<ManagedBy>().notNull(),
  createdAt: instant("created_at").notNull(),
  archivedAt: instant("archived_at"),
});

/** What a calendar said, from when it was recorded: append-only, the last one holds. */
export const calendarRevisions = pgTable(
  "calendar_revisions",
  {
    calendarId: integer("calendar_id")
      .notNull()
      .references(() => calendars.id),
    revision: integer("revision").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    author: text("author").notNull(),
    definition: jsonb("definition").$type<CalendarDefinition>().notNull(),
    /** Edition of the library of public holidays that stood behind it then. */
    holidayEdition: text("holiday_edition").notNull(),
  },
  (table) => [primaryKey({ columns: [table.calendarId, table.revision] })],
);

export const contracts = pgTable(
  "contracts",
  {
    id: serial("id").primaryKey(),
    slug: text("slug").notNull().unique(),
    customerId: integer("customer_id")
      .notNull()
      .references(() => customers.id),
    particulars: jsonb("particulars").$type<Omit<ContractParticulars, "customer">>().notNull(),
    /** What people put over the API, in its words, so that they can add to it; null: a file says it. */
    written: jsonb("written").$type<Record<string, unknown>>(),
    managedBy: text("managed_by").$type<ManagedBy>().notNull(),
    createdAt: instant("created_at").notNull(),
    archivedAt: instant("archived_at"),
  },
  (table) => [index("contracts_customer").on(table.customerId)],
);

/**
 * What a contract promised, from when on: append-only. Of the rows with the same effective date the last revision counts; only versions
 * that have not yet taken effect are recorded anew or withdrawn.
 */
export const contractVersions = pgTable(
  "contract_versions",
  {
    contractId: integer("contract_id")
      .notNull()
      .references(() => contracts.id),
    effectiveAt: instant("effective_at").notNull(),
    revision: integer("revision").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    author: text("author").notNull(),
    reason: text("reason").notNull(),
    midCycle: boolean("mid_cycle").notNull(),
    /** Null: this revision withdraws the version. */
    clauses: jsonb("clauses").$type<ContractClauses>(),
    holidayEdition: text("holiday_edition").notNull(),
  },
  (table) => [primaryKey({ columns: [table.contractId, table.effectiveAt, table.revision] })],
);
