/** What is sent by mail, and the servers that send. */
import { sql } from "drizzle-orm";
import { type AnyPgColumn, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { MailingFacts, MailingKind } from "../../domain/mailing/mailing.ts";
import type { CustomerLanguage } from "../../domain/sla/promise/customer.ts";
import type { ReturnedMail } from "../../domain/status/suppression.ts";
import { contracts } from "./agreements.ts";
import { instant } from "./columns.ts";
import { accessLinks } from "./people.ts";

/** One mail to one recipient, once: put down together with what causes it, kept until it was taken. */
export const mailings = pgTable(
  "mailings",
  {
    /** Random: names the mail in logs and in its Message-ID. */
    id: text("id").primaryKey(),
    /** What is sent to whom, so that nothing is put down twice. */
    key: text("key").notNull().unique(),
    kind: text("kind").$type<MailingKind>().notNull(),
    /** Of a report; null: it is about no contract. */
    contractId: integer("contract_id").references(() => contracts.id),
    /** The billing cycle "YYYY-MM", or the ISO week "YYYY-Www". */
    label: text("label").notNull(),
    /** Of the report, or of the summary: from 1. */
    revision: integer("revision").notNull(),
    recipient: text("recipient").notNull(),
    language: text("language").$type<CustomerLanguage>().notNull(),
    /** The link that lets the customer in; null: none stands in it. */
    linkId: text("link_id").references((): AnyPgColumn => accessLinks.id),
    /** What a summary tells, as it stood; null: it is made of what is stored. */
    facts: jsonb("facts").$type<MailingFacts>(),
    createdAt: instant("created_at").notNull(),
    /** Not to be sent before. */
    dueAt: instant("due_at").notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** The first attempt since it was put down, or last asked for by a person; null: none yet. */
    triedSince: instant("tried_since"),
    /** The next attempt is not made before; while one is under way, until when nobody else makes one. */
    nextAt: instant("next_at").notNull(),
    /** Why the last attempt failed; null: none has. */
    failure: text("failure"),
    sentAt: instant("sent_at"),
    /** When it came back after it was sent, or was complained of; null: it did not, or nobody said. */
    returnedAt: instant("returned_at"),
    /** How; null: it did not, or nobody said. */
    returned: jsonb("returned").$type<ReturnedMail>(),
    /** When it was given up; null: it was not. */
    failedAt: instant("failed_at"),
    /** When it became pointless before it arrived; null: it did not. */
    withdrawnAt: instant("withdrawn_at"),
  },
  (table) => [
    index("mailings_waiting")
      .on(table.nextAt)
      .where(sql`${table.sentAt} is null and ${table.failedAt} is null and ${table.withdrawnAt} is null`),
    index("mailings_created").on(table.createdAt),
    index("mailings_contract").on(table.contractId, table.label),
  ],
);

/** Every attempt to send a mail. One without an end was under way when its server ended: nobody knows whether it was taken. */
export const mailingAttempts = pgTable(
  "mailing_attempts",
  {
    mailingId: text("mailing_id")
      .notNull()
      .references(() => mailings.id),
    /** From 1. */
    number: integer("number").notNull(),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
    /** Null: it was taken, or has not ended. */
    failure: text("failure"),
  },
  (table) => [primaryKey({ columns: [table.mailingId, table.number] })],
);

/** Servers over this database, each with when it last found all well: to say so it has to be able to write. */
export const servers = pgTable("servers", {
  id: text("id").primaryKey(),
  wellAt: instant("well_at").notNull(),
});
