/**
 * What people said of measured time, and what was issued: corrections, exclusions, decisions, reports, credits, all in one chain. Rows are only
 * ever added; the database refuses the rest.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { AuditKind } from "../../domain/audit/audit-chain.ts";
import type { AuditEvent } from "../../domain/audit/audit-event.ts";
import type { ReadingState } from "../../domain/monitoring/timeline.ts";
import type { CreditMode, CreditState } from "../../domain/sla/close/credit-ledger.ts";
import type { DifferenceKind } from "../../domain/sla/close/cycle-state.ts";
import type { ProposalStep, RevisionCause } from "../../domain/sla/close/proposal.ts";
import type { ExclusionKind } from "../../domain/sla/promise/clauses.ts";
import { contracts } from "./agreements.ts";
import { bytes, instant } from "./columns.ts";
import { services } from "./watched.ts";

/** Every step of what follows, each naming the digest of the one before: none can be changed or left out unnoticed. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    sequence: bigint("sequence", { mode: "number" }).primaryKey(),
    kind: text("kind").$type<AuditKind>().notNull(),
    /** What it is about: a reference, or contract and cycle. */
    subject: text("subject").notNull(),
    event: text("event").$type<AuditEvent>().notNull(),
    author: text("author").notNull(),
    recordedAt: instant("recorded_at").notNull(),
    /** Canonical JSON: what stood before and stands after. */
    content: text("content").notNull(),
    /** Digest of the entry before; null: the first. */
    previous: bytes("previous"),
    /** SHA-256 over the canonical text of the entry, 32 bytes. */
    digest: bytes("digest").notNull(),
  },
  (table) => [
    index("audit_entries_subject").on(table.subject),
    index("audit_entries_author").on(table.author, table.sequence),
    index("audit_entries_kind").on(table.kind, table.sequence),
  ],
);

/** Where a step came from: apart from the chain, so that it can be erased when a person is. */
export const auditOrigins = pgTable("audit_origins", {
  sequence: bigint("sequence", { mode: "number" })
    .primaryKey()
    .references(() => auditEntries.sequence),
  address: text("address").notNull(),
  agent: text("agent").notNull(),
  requestId: text("request_id").notNull(),
});

/** Proposals to reclassify measured time of a service; what became of each stands in `proposal_steps`. */
export const corrections = pgTable(
  "corrections",
  {
    id: serial("id").primaryKey(),
    reference: text("reference").notNull().unique(),
    serviceId: integer("service_id")
      .notNull()
      .references(() => services.id),
    start: instant("start").notNull(),
    end: instant("end").notNull(),
    state: text("state").$type<ReadingState>().notNull(),
    reason: text("reason").notNull(),
    /** Where it is shown to be so; "": nowhere. */
    evidence: text("evidence").notNull(),
    author: text("author").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (table) => [index("corrections_service").on(table.serviceId, table.end)],
);

/** Proposals to take time out of the count of a contract, or of all that allow it. */
export const exclusions = pgTable("exclusions", {
  id: serial("id").primaryKey(),
  reference: text("reference").notNull().unique(),
  kind: text("kind").$type<ExclusionKind>().notNull(),
  start: instant("start").notNull(),
  end: instant("end").notNull(),
  /** Slugs of services; "*": all. */
  services: jsonb("services").$type<"*" | string[]>().notNull(),
  /** Null: every contract that allows the kind. */
  contractId: integer("contract_id").references(() => contracts.id),
  reason: text("reason").notNull(),
  evidence: text("evidence").notNull(),
  author: text("author").notNull(),
  recordedAt: instant("recorded_at").notNull(),
});

/** What became of a proposal, by its reference. Each step is taken once; a revoked one is proposed anew. */
export const proposalSteps = pgTable(
  "proposal_steps",
  {
    id: serial("id").primaryKey(),
    reference: text("reference").notNull(),
    step: text("step").$type<ProposalStep>().notNull(),
    /** Why; "": nothing was said. */
    reason: text("reason").notNull(),
    author: text("author").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (table) => [uniqueIndex("proposal_steps_once").on(table.reference, table.step)],
);

/** Why what was measured and what was declared differ, service by service: it holds for every contract. */
export const explanations = pgTable(
  "explanations",
  {
    id: serial("id").primaryKey(),
    kind: text("kind").$type<DifferenceKind>().notNull(),
    serviceId: integer("service_id")
      .notNull()
      .references(() => services.id),
    /** Start of the outage, or of the incident's impact. */
    start: instant("start").notNull(),
    end: instant("end").notNull(),
    /** Reference of the incident; null for an outage. */
    incident: text("incident"),
    reason: text("reason").notNull(),
    author: text("author").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (table) => [index("explanations_service").on(table.serviceId, table.start)],
);

/** What a person decided of a cycle whose verdict hangs on unknown time, with the figures that were looked at. */
export const decisions = pgTable(
  "decisions",
  {
    id: serial("id").primaryKey(),
    contractId: integer("contract_id")
      .notNull()
      .references(() => contracts.id),
    label: text("label").notNull(),
    verdict: text("verdict").notNull(),
    percent: text("percent"),
    low: text("low"),
    high: text("high"),
    reason: text("reason").notNull(),
    author: text("author").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (table) => [index("decisions_cycle").on(table.contractId, table.label)],
);

/** Reports as issued: the canonical text, its seal, and everything it was computed from. */
export const reports = pgTable(
  "reports",
  {
    contractId: integer("contract_id")
      .notNull()
      .references(() => contracts.id),
    /** "YYYY-MM": the billing cycle. */
    label: text("label").notNull(),
    /** From 1; each supersedes the one before. */
    revision: integer("revision").notNull(),
    cycleStart: instant("cycle_start").notNull(),
    cycleEnd: instant("cycle_end").notNull(),
    reason: text("reason").notNull(),
    author: text("author").notNull(),
    approver: text("approver"),
    issuedAt: instant("issued_at").notNull(),
    percent: text("percent"),
    verdict: text("verdict").notNull(),
    /** Credit of this revision by itself; null: none. */
    creditMinor: bigint("credit_minor", { mode: "number" }),
    currency: text("currency"),
    /** zstd over the canonical JSON of the report. */
    report: bytes("report").notNull(),
    /** zstd over the canonical JSON of its inputs. */
    inputs: bytes("inputs").notNull(),
    /** SHA-256 over what was measured, agreed and laid over it, 32 bytes: whether something has changed since. */
    factsDigest: bytes("facts_digest").notNull(),
    /** SHA-256 over the canonical JSON of the report, 32 bytes, signed with Ed25519. */
    sha256: bytes("sha256").notNull(),
    signature: bytes("signature").notNull(),
    publicKey: bytes("public_key").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.contractId, table.label, table.revision] }),
    index("reports_cycle_end").on(table.cycleEnd),
  ],
);

/** Something came to light after a report was issued: a restatement that waits for a person. */
export const revisionProposals = pgTable(
  "revision_proposals",
  {
    id: serial("id").primaryKey(),
    reference: text("reference").notNull().unique(),
    contractId: integer("contract_id")
      .notNull()
      .references(() => contracts.id),
    label: text("label").notNull(),
    /** The revision that would be restated. */
    supersedes: integer("supersedes").notNull(),
    cause: text("cause").$type<RevisionCause>().notNull(),
    reason: text("reason").notNull(),
    author: text("author").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (table) => [index("revision_proposals_cycle").on(table.contractId, table.label)],
);

/** The ledger of credits. A line is what one revision brought; its last entry says how it stands. */
export const creditEntries = pgTable(
  "credit_entries",
  {
    id: serial("id").primaryKey(),
    contractId: integer("contract_id")
      .notNull()
      .references(() => contracts.id),
    label: text("label").notNull(),
    revision: integer("revision").notNull(),
    state: text("state").$type<CreditState>().notNull(),
    /** Below 0: taken back. */
    amountMinor: bigint("amount_minor", { mode: "number" }).notNull(),
    currency: text("currency").notNull(),
    mode: text("mode").$type<CreditMode>().notNull(),
    /** Until when it may be claimed, inclusive; null: whenever. */
    claimUntil: instant("claim_until"),
    reason: text("reason").notNull(),
    author: text("author").notNull(),
    recordedAt: instant("recorded_at").notNull(),
  },
  (table) => [
    uniqueIndex("credit_entries_once").on(table.contractId, table.label, table.revision, table.state),
  ],
);

/** Closings under way and done, of one contract's cycle or of a whole month. */
export const closings = pgTable(
  "closings",
  {
    id: serial("id").primaryKey(),
    label: text("label").notNull(),
    /** Null: every contract. */
    contractId: integer("contract_id").references(() => contracts.id),
    author: text("author").notNull(),
    /** End of the latest of the cycles: measurements from before are looked after from now on. */
    until: instant("until").notNull(),
    startedAt: instant("started_at").notNull(),
    /** When it was last heard of; one that fell silent is over. */
    seenAt: instant("seen_at").notNull(),
    finishedAt: instant("finished_at"),
    total: integer("total").notNull(),
    closed: integer("closed").notNull(),
    waiting: integer("waiting").notNull(),
  },
  (table) => [
    uniqueIndex("closings_open")
      .on(table.label, sql`coalesce(${table.contractId}, 0)`)
      .where(sql`${table.finishedAt} is null`),
  ],
);

/** Stretches that changed after a cycle they lie in was closed: looked at soon, then gone. */
export const lateChanges = pgTable("late_changes", {
  id: serial("id").primaryKey(),
  /** Null: every service. */
  serviceId: integer("service_id"),
  fromAt: instant("from_at").notNull(),
  cause: text("cause").$type<RevisionCause>().notNull(),
  /** The reference of what changed it; "": evidence that came late. */
  subject: text("subject").notNull(),
});
