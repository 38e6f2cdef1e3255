/** What customers report, and what became of it. */
import { sql } from "drizzle-orm";
import { index, integer, pgTable, primaryKey, serial, text } from "drizzle-orm/pg-core";
import type { FileRefusal } from "../../domain/support/request-file.ts";
import type { RequestChannel, RequestStepKind } from "../../domain/support/request.ts";
import { contracts, customers } from "./agreements.ts";
import { bytes, instant } from "./columns.ts";
import { services } from "./watched.ts";
import { incidents } from "./words.ts";

/** Whoever reported something without an account: the one place with their name and address, which can be erased. */
export const reporters = pgTable("reporters", {
  /** `r_` and 16 letters and digits. */
  id: text("id").primaryKey(),
  /** Null: not said, or erased. */
  name: text("name"),
  /** In small letters; null: not said, or erased. */
  mail: text("mail").unique(),
  createdAt: instant("created_at").notNull(),
  erasedAt: instant("erased_at"),
});

/** Reports of trouble and questions, each as its steps have made it. */
export const requests = pgTable(
  "requests",
  {
    id: serial("id").primaryKey(),
    /** What people quote: `REQ-2026-0001`. */
    reference: text("reference").notNull().unique(),
    channel: text("channel").$type<RequestChannel>().notNull(),
    subject: text("subject").notNull(),
    customerId: integer("customer_id").references(() => customers.id),
    contractId: integer("contract_id").references(() => contracts.id),
    serviceId: integer("service_id").references(() => services.id),
    reporterId: text("reporter_id").references(() => reporters.id),
    language: text("language").notNull(),
    priority: text("priority"),
    openedAt: instant("opened_at").notNull(),
    answeredAt: instant("answered_at"),
    pausedAt: instant("paused_at"),
    resolvedAt: instant("resolved_at"),
    incidentId: integer("incident_id").references(() => incidents.id),
    release: text("release"),
    /** Names the mail it came with, so that one that is delivered twice is one; null: it came otherwise. */
    sourceId: text("source_id").unique(),
  },
  (table) => [
    index("requests_open")
      .on(table.openedAt)
      .where(sql`${table.resolvedAt} is null`),
    index("requests_contract").on(table.contractId, table.openedAt),
    index("requests_customer").on(table.customerId, table.openedAt),
    index("requests_incident").on(table.incidentId),
    index("requests_reporter").on(table.reporterId),
  ],
);

/** What happened to a request: append-only, but for the words of somebody who is erased. */
export const requestSteps = pgTable(
  "request_steps",
  {
    requestId: integer("request_id")
      .notNull()
      .references(() => requests.id),
    /** From 1. */
    number: integer("number").notNull(),
    kind: text("kind").$type<RequestStepKind>().notNull(),
    at: instant("at").notNull(),
    author: text("author").notNull(),
    text: text("text").notNull(),
    value: text("value").notNull(),
    /** Names the mail it came with; null: it came otherwise. */
    sourceId: text("source_id").unique(),
  },
  (table) => [primaryKey({ columns: [table.requestId, table.number] })],
);

/** What came with mails of customers; gone with whoever sent it is erased. */
export const requestFiles = pgTable(
  "request_files",
  {
    requestId: integer("request_id")
      .notNull()
      .references(() => requests.id),
    /** Within its request, from 1. */
    number: integer("number").notNull(),
    /** Number of the step that it came with. */
    step: integer("step").notNull(),
    /** As the sender calls it. */
    name: text("name").notNull(),
    bytes: integer("bytes").notNull(),
    /** Why it is not kept; null: it is. */
    refusal: text("refusal").$type<FileRefusal>(),
    /** As it came; null: it is not kept. */
    content: bytes("content"),
  },
  (table) => [primaryKey({ columns: [table.requestId, table.number] })],
);
