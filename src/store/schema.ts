/**
 * Every table (PostgreSQL dialect, the same for PGlite and a PostgreSQL server). Instants are epoch ms in bigint columns named
 * `…At`, intervals are `start`/`end`, half-open. Facts are stored once; derived tables can be rebuilt from the facts at any time.
 *
 * The table `samples` is partitioned by UTC day, which drizzle cannot say: its migration is written by hand and keeps these columns.
 */
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  serial,
  smallint,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { CheckKind, ProbeEngine, ProbeState, Target } from "../../probes/protocol.ts";
import type { AlertEvent, AlertKind, AlertSeverity } from "../domain/alerting/alert.ts";
import type { AlertHappening } from "../domain/alerting/alert-history.ts";
import type { AuditKind } from "../domain/audit/audit-chain.ts";
import type { AuditEvent } from "../domain/audit/audit-event.ts";
import type { Role, Scope } from "../domain/people/rights.ts";
import type { MailingFacts, MailingKind } from "../domain/mailing/mailing.ts";
import type { BrandFile } from "../domain/status/brand.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { CheckDefinition } from "../domain/monitoring/check-definition.ts";
import type { ContractClauses, ExclusionKind } from "../domain/sla/promise/clauses.ts";
import type { CreditMode, CreditState } from "../domain/sla/close/credit-ledger.ts";
import type { DifferenceKind } from "../domain/sla/close/cycle-state.ts";
import type { ProposalStep, RevisionCause } from "../domain/sla/close/proposal.ts";
import type { ContractParticulars } from "../domain/sla/promise/contract-versions.ts";
import type { CustomerDefinition, CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { CalendarDefinition } from "../domain/time/calendar-definition.ts";
import type { ConfirmationState } from "../domain/monitoring/confirmation-state.ts";
import type { ReadingState } from "../domain/monitoring/timeline.ts";
import type { LinkOpens } from "../domain/status/page-access.ts";
import type { IncidentImpact, IncidentState } from "../domain/status/incident.ts";
import type { IncidentTemplate } from "../domain/status/incident-template.ts";
import type { FileRefusal } from "../domain/support/request-file.ts";
import type { RequestChannel, RequestStepKind } from "../domain/support/request.ts";
import type { SeriesPart } from "../domain/status/maintenance-series.ts";
import type { MaintenanceState } from "../domain/status/maintenance-window.ts";
import type { Announcement, AnnouncementSubject, Topic } from "../domain/status/announcement.ts";
import type { SubscriptionMessageKind } from "../domain/status/subscription-message.ts";
import type {
  Pace,
  SubscriberWay,
  SubscriptionChannel,
  SubscriptionScope,
} from "../domain/status/subscription.ts";
import type { Suppression } from "../domain/status/suppression.ts";
import type { BrokenRule } from "../domain/sla/promise/window-judgement.ts";

const instant = (name: string) => bigint(name, { mode: "number" });

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
});

/** What a link is for: to come in, to follow an invitation, to choose a new password. */
export type LinkPurpose = "sign-in" | "invitation" | "reset";

/** Who made a thing: `file` rows belong to `fournines apply`, which leaves all others alone. */
export type ManagedBy = "file" | "people" | "starter";

// ── Facts: what is watched ──────────────────────────────────────────────────────────────────────────────────────────

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

// ── Facts: what was seen ────────────────────────────────────────────────────────────────────────────────────────────

export const probes = pgTable("probes", {
  id: text("id").primaryKey(),
  locationId: integer("location_id")
    .notNull()
    .references(() => locations.id),
  engine: text("engine").$type<ProbeEngine>().notNull(),
  /** Kinds of check it can ask. */
  kinds: jsonb("kinds").$type<CheckKind[]>().notNull(),
  createdAt: instant("created_at").notNull(),
  revokedAt: instant("revoked_at"),
  /** Why it was revoked, in the words of whoever did it. */
  revokedReason: text("revoked_reason"),
  /** When it last polled or delivered. */
  seenAt: instant("seen_at"),
  /** What it last said of itself. */
  state: jsonb("state").$type<ProbeState>(),
  /** Its clock minus the server's, as the server measured it at the last delivery. */
  skewMs: bigint("skew_ms", { mode: "number" }),
  /** Until when it counts among those that share the location's checks, by the database's clock; null: it has never polled, or has left. */
  sharesUntil: instant("shares_until"),
});

/** Keys of a probe: each signs the batches from its sequence on, until the next one takes over. */
export const probeKeys = pgTable(
  "probe_keys",
  {
    probeId: text("probe_id")
      .notNull()
      .references(() => probes.id),
    fromSequence: bigint("from_sequence", { mode: "number" }).notNull(),
    /** Raw Ed25519 public key, 32 bytes. */
    publicKey: bytes("public_key").notNull(),
    /** Signature of the key before over this one; null: the first key, vouched for by the invitation. */
    endorsement: bytes("endorsement"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.probeId, table.fromSequence] }),
    uniqueIndex("probe_keys_public_key").on(table.publicKey),
  ],
);

/** One-time tokens with which a probe makes itself known in a location. */
export const probeInvitations = pgTable("probe_invitations", {
  id: serial("id").primaryKey(),
  locationId: integer("location_id")
    .notNull()
    .references(() => locations.id),
  /** SHA-256 of the token; the token itself is shown once and stored nowhere. */
  digest: bytes("digest").notNull().unique(),
  author: text("author").notNull(),
  createdAt: instant("created_at").notNull(),
  expiresAt: instant("expires_at").notNull(),
  /** The probe that used it; null: nobody has yet. */
  probeId: text("probe_id").references(() => probes.id),
});

/**
 * Which probe of a location asks which share of its checks, and until when. Checks of a kind are spread over slots by their number; an
 * expired lease may be taken by another probe. Instants are the database's clock.
 */
export const checkLeases = pgTable(
  "check_leases",
  {
    locationId: integer("location_id")
      .notNull()
      .references(() => locations.id),
    kind: text("kind").$type<CheckKind>().notNull(),
    slot: smallint("slot").notNull(),
    probeId: text("probe_id")
      .notNull()
      .references(() => probes.id),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.locationId, table.kind, table.slot] })],
);

/**
 * What only one server at a time may do, and who does it. The term rises with every holder, so that one that was replaced without
 * noticing is told apart. Instants are the database's clock.
 */
export const leases = pgTable("leases", {
  name: text("name").primaryKey(),
  holder: text("holder").notNull(),
  term: bigint("term", { mode: "number" }).notNull(),
  expiresAt: instant("expires_at").notNull(),
});

/** Signed batches as received, the bytes zstd-compressed. */
export const batches = pgTable(
  "batches",
  {
    probeId: text("probe_id")
      .notNull()
      .references(() => probes.id),
    sequence: bigint("sequence", { mode: "number" }).notNull(),
    /** SHA-256 of the uncompressed bytes, 32 bytes. */
    digest: bytes("digest").notNull(),
    signature: bytes("signature").notNull(),
    compressed: bytes("compressed").notNull(),
    /** Earliest and latest `at` of its observations. */
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at").notNull(),
    samples: integer("samples").notNull(),
    receivedAt: instant("received_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.probeId, table.sequence] }),
    index("batches_last_at").on(table.lastAt),
  ],
);

/** Batches that are stored and not yet derived from: taken by a server that is not the one that derives. */
export const underivedBatches = pgTable(
  "underived_batches",
  {
    probeId: text("probe_id").notNull(),
    sequence: bigint("sequence", { mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.probeId, table.sequence] }),
    foreignKey({
      columns: [table.probeId, table.sequence],
      foreignColumns: [batches.probeId, batches.sequence],
    }),
  ],
);

/** Checks of which samples came that are older than what had been derived: to be derived again from there on. */
export const reopenings = pgTable("reopenings", {
  checkId: integer("check_id")
    .primaryKey()
    .references(() => checks.id),
  /** The earliest sample that came late. */
  fromAt: instant("from_at").notNull(),
  /** The latest one. */
  throughAt: instant("through_at").notNull(),
});

/**
 * Each UTC day's word on every chain: what stood at its end, under a digest that names the day before. Whoever holds one can tell
 * later that nothing before it was rewritten.
 */
export const evidenceRoots = pgTable("evidence_roots", {
  /** Start of the UTC day. */
  day: instant("day").primaryKey(),
  /** SHA-256 over the canonical text of the day, 32 bytes. */
  root: bytes("root").notNull(),
  /** Root of the day before that has one; null: the first. */
  previous: bytes("previous"),
  /** Where each probe's chain stood: the canonical text itself. */
  statement: text("statement").notNull(),
  createdAt: instant("created_at").notNull(),
  /** RFC 3161 token over the root; null: none was asked for or came. */
  timestampToken: bytes("timestamp_token"),
  /** Where it was sent already; null: nowhere yet. */
  sentTo: jsonb("sent_to").$type<string[]>(),
  /** When it had been sent to all who are to keep it; null: not yet. */
  sentAt: instant("sent_at"),
});

/**
 * Batches older than 48 hours, an hour of one chain together. The bytes of each can be had back exactly; of the signatures the last
 * is kept, which vouches for all before it by way of the chain (store/evidence-pack.ts).
 */
export const batchPacks = pgTable(
  "batch_packs",
  {
    probeId: text("probe_id")
      .notNull()
      .references(() => probes.id),
    firstSequence: bigint("first_sequence", { mode: "number" }).notNull(),
    lastSequence: bigint("last_sequence", { mode: "number" }).notNull(),
    /** Digest and signature of the last batch. */
    digest: bytes("digest").notNull(),
    signature: bytes("signature").notNull(),
    /** zstd over the packed text. */
    compressed: bytes("compressed").notNull(),
    firstAt: instant("first_at").notNull(),
    lastAt: instant("last_at").notNull(),
    samples: integer("samples").notNull(),
    /** When the last one was received, and on which UTC day all of them were: no pack reaches over midnight (domain/monitoring/evidence-root.ts). */
    receivedAt: instant("received_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.probeId, table.firstSequence] }),
    index("batch_packs_last_at").on(table.lastAt),
  ],
);

/** Samples of the last 48 hours, for what wants single samples quickly. Partitioned by UTC day of `at`. */
export const samples = pgTable(
  "samples",
  {
    checkId: integer("check_id").notNull(),
    locationId: smallint("location_id").notNull(),
    at: instant("at").notNull(),
    /** 0 ok, 1 slow, 2 fail, 3 probe_error: index into `outcomes` of the protocol. */
    outcome: smallint("outcome").notNull(),
    lookupMs: real("lookup_ms"),
    connectMs: real("connect_ms"),
    tlsMs: real("tls_ms"),
    firstByteMs: real("first_byte_ms"),
    totalMs: real("total_ms"),
    reason: text("reason"),
    detail: text("detail"),
    /** By how many ms its instant may be wrong; null: the probe's clock was right. */
    uncertaintyMs: integer("uncertainty_ms"),
  },
  (table) => [index("samples_check_at").on(table.checkId, table.at)],
);

/** The last call of each check-in job. */
export const checkIns = pgTable("check_ins", {
  checkId: integer("check_id")
    .primaryKey()
    .references(() => checks.id),
  calledAt: instant("called_at").notNull(),
  outcome: text("outcome").$type<"ok" | "fail">().notNull(),
});

// ── Derived: can be rebuilt from the facts ──────────────────────────────────────────────────────────────────────────

/** Change points of each check's reading. */
export const readings = pgTable(
  "readings",
  {
    checkId: integer("check_id")
      .notNull()
      .references(() => checks.id),
    at: instant("at").notNull(),
    state: text("state").$type<ReadingState>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.checkId, table.at] })],
);

/** Outages of each check, with what their three lengths are computed from. */
export const outages = pgTable(
  "outages",
  {
    checkId: integer("check_id")
      .notNull()
      .references(() => checks.id),
    /** The first failing round. */
    start: instant("start").notNull(),
    /** The first ok round after, or when the reading went unknown; null while it lasts. */
    end: instant("end"),
    lastFailAt: instant("last_fail_at").notNull(),
    /** Null: there was none before. */
    lastOkBeforeAt: instant("last_ok_before_at"),
    /** Null: there was none yet. */
    firstOkAfterAt: instant("first_ok_after_at"),
    /** By how many ms its edges may be wrong for the clocks of probes. */
    uncertaintyMs: integer("uncertainty_ms").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.checkId, table.start] })],
);

/** Where a location had nothing conclusive to say of a check for longer than a reading holds; those that ended. */
export const locationSilences = pgTable(
  "location_silences",
  {
    checkId: integer("check_id")
      .notNull()
      .references(() => checks.id),
    /** Its slug, as the rules of the check name it. */
    location: text("location").notNull(),
    start: instant("start").notNull(),
    end: instant("end").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.checkId, table.location, table.start] }),
    index("location_silences_check_end").on(table.checkId, table.end),
  ],
);

/** Where the derivation of each check stood at the end of each hour (of each UTC day, after two days); for the running hour, a minute ago. */
export const checkpoints = pgTable(
  "checkpoints",
  {
    checkId: integer("check_id")
      .notNull()
      .references(() => checks.id),
    /** Start of the hour of its last sample. */
    start: instant("start").notNull(),
    /** The last sample that the state covers. */
    through: instant("through").notNull(),
    state: jsonb("state").$type<ConfirmationState>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.checkId, table.start] })],
);

/**
 * Months of each service that are over, under the platform's own commitment. A row is dropped with whatever it was computed from
 * (triggers, actions/derive-batch.ts) and computed anew (actions/keep-months.ts); none is ever changed.
 */
export const serviceMonths = pgTable(
  "service_months",
  {
    serviceId: integer("service_id")
      .notNull()
      .references(() => services.id),
    /** The billing cycle, cut where the service was archived. */
    start: instant("start").notNull(),
    end: instant("end").notNull(),
    /** What it was computed by (domain/sla/measure/kept-month.ts). */
    terms: text("terms").notNull(),
    /** The month in which the service was first observed: there is none before it. */
    isFirst: boolean("is_first").notNull(),
    downMs: bigint("down_ms", { mode: "number" }).notNull(),
    worstDownMs: bigint("worst_down_ms", { mode: "number" }).notNull(),
    unknownMs: bigint("unknown_ms", { mode: "number" }).notNull(),
    longestDownMs: bigint("longest_down_ms", { mode: "number" }).notNull(),
    shortestDownMs: bigint("shortest_down_ms", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.serviceId, table.start] })],
);

/** Counts and latencies over 5 minutes, an hour, a day: for charts only, no percentage is made of them. */
export const rollups = pgTable(
  "rollups",
  {
    checkId: integer("check_id").notNull(),
    locationId: smallint("location_id").notNull(),
    /** Length of the bucket: 300, 3,600 or 86,400. */
    seconds: integer("seconds").notNull(),
    start: instant("start").notNull(),
    count: integer("count").notNull(),
    failures: integer("failures").notNull(),
    p50Ms: real("p50_ms"),
    p95Ms: real("p95_ms"),
    p99Ms: real("p99_ms"),
    /** Histogram of response times (domain/monitoring/rollup.ts), so that buckets can be added up. */
    latency: text("latency").notNull(),
  },
  (table) => [primaryKey({ columns: [table.checkId, table.seconds, table.start, table.locationId] })],
);

// ── Facts: people's words ───────────────────────────────────────────────────────────────────────────────────────────

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

// ── Facts: what is agreed ───────────────────────────────────────────────────────────────────────────────────────────

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

// ── Facts: what people said of measured time, and what was issued. Rows are only ever added; the database refuses the rest ──────────

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

// ── What customers report ───────────────────────────────────────────────────────────────────────────────────────────

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

// ── What ops are to know ────────────────────────────────────────────────────────────────────────────────────────────

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

// ── What is sent ────────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── Who asked to be told ────────────────────────────────────────────────────────────────────────────────────────────

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

// ── Who may come in, and do what ────────────────────────────────────────────────────────────────────────────────────

/** The one place with names and addresses of people: erased, the id stays, and with it everything that was recorded under it. */
export const people = pgTable(
  "people",
  {
    id: text("id").primaryKey(),
    role: text("role").$type<Role>().notNull(),
    customerId: integer("customer_id").references(() => customers.id),
    /** Null: not said yet, or erased. */
    name: text("name"),
    mail: text("mail").unique(),
    /** Language that was chosen; null: what the browser accepts. */
    language: text("language"),
    author: text("author").notNull(),
    createdAt: instant("created_at").notNull(),
    /** When the invitation was followed; null: not yet. */
    joinedAt: instant("joined_at"),
    deactivatedAt: instant("deactivated_at"),
    erasedAt: instant("erased_at"),
  },
  (table) => [
    check("people_customer", sql`(${table.role} = 'customer') = (${table.customerId} is not null)`),
  ],
);

export const passwords = pgTable("passwords", {
  personId: text("person_id")
    .primaryKey()
    .references(() => people.id),
  /** Argon2id, in the notation of the PHC. */
  hash: text("hash").notNull(),
  changedAt: instant("changed_at").notNull(),
});

/** Who people are at an identity provider. */
export const identities = pgTable(
  "identities",
  {
    issuer: text("issuer").notNull(),
    /** Its name for them, which it never gives to anybody else. */
    subject: text("subject").notNull(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.subject] }),
    index("identities_person").on(table.personId),
  ],
);

/** Passkeys: the public half of keys that devices of people keep. */
export const passkeys = pgTable(
  "passkeys",
  {
    /** As the device names it, base64url. */
    id: text("id").primaryKey(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    /** COSE. */
    publicKey: bytes("public_key").notNull(),
    /** How often it was used, as the device counts; 0: it does not count. */
    counter: bigint("counter", { mode: "number" }).notNull(),
    transports: jsonb("transports").$type<string[]>().notNull(),
    /** What its person calls it. */
    name: text("name").notNull(),
    createdAt: instant("created_at").notNull(),
    lastUsedAt: instant("last_used_at"),
  },
  (table) => [index("passkeys_person").on(table.personId)],
);

/** Questions that wait for a passkey to answer them, each once. */
export const passkeyChallenges = pgTable("passkey_challenges", {
  challenge: text("challenge").primaryKey(),
  expiresAt: instant("expires_at").notNull(),
});

/** Authenticators: the secret that makes their codes, enciphered with a key made from the server's. */
export const secondFactors = pgTable("second_factors", {
  personId: text("person_id")
    .primaryKey()
    .references(() => people.id),
  sealed: bytes("sealed").notNull(),
  createdAt: instant("created_at").notNull(),
  /** When a first code of it was shown; null: none was, and none is asked for. */
  confirmedAt: instant("confirmed_at"),
  /** Step of 30 s of the last code that let in: no code of it or before lets in again. */
  lastStep: bigint("last_step", { mode: "number" }).notNull(),
});

/** Codes for whoever lost their authenticator. */
export const backupCodes = pgTable(
  "backup_codes",
  {
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    digest: bytes("digest").notNull(),
    usedAt: instant("used_at"),
  },
  (table) => [primaryKey({ columns: [table.personId, table.digest] })],
);

export const tokens = pgTable("tokens", {
  id: serial("id").primaryKey(),
  name: text("name").notNull().unique(),
  /** SHA-256 of the token; the token itself is shown once and stored nowhere. */
  digest: bytes("digest").notNull().unique(),
  /** What it may do; null: everything, as all could that were made before there were rights. */
  scopes: jsonb("scopes").$type<Scope[]>(),
  /** Whose it is: it may no more than they may; null: a machine's. */
  personId: text("person_id").references(() => people.id),
  /** Who made it; null: made before that was recorded. */
  author: text("author"),
  /** Null: it holds until it is revoked. */
  expiresAt: instant("expires_at"),
  createdAt: instant("created_at").notNull(),
  lastUsedAt: instant("last_used_at"),
  revokedAt: instant("revoked_at"),
});

/** Answers already given to a request that names its own key, so that the same request again does nothing twice. Kept for a day. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** Whose key: name of the token. */
    author: text("author").notNull(),
    key: text("key").notNull(),
    /** SHA-256 over method, path and body of the request. */
    requestDigest: bytes("request_digest").notNull(),
    status: smallint("status").notNull(),
    /** JSON text of the answer. */
    response: text("response").notNull(),
    /** The `Location` header of the answer; null: it had none. */
    location: text("location"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.author, table.key] }),
    index("idempotency_keys_created").on(table.createdAt),
  ],
);

/** Links that let somebody in: once, as whoever holds a token or as a person; or again and again until they expire, as a customer. */
export const accessLinks = pgTable(
  "access_links",
  {
    /** Random, part of the address; the rest of it is its seal, made from the server's secret (actions/access-link.ts). */
    id: text("id").primaryKey(),
    tokenId: integer("token_id").references(() => tokens.id),
    customerId: integer("customer_id").references(() => customers.id),
    personId: text("person_id").references(() => people.id),
    purpose: text("purpose").$type<LinkPurpose>().notNull().default("sign-in"),
    author: text("author").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** When it was first followed; null: not yet. */
    usedAt: instant("used_at"),
    revokedAt: instant("revoked_at"),
    /** When the letter that brought it came back; null: it did not, or nobody said. */
    returnedAt: instant("returned_at"),
  },
  (table) => [
    check(
      "access_links_one_holder",
      sql`num_nonnulls(${table.tokenId}, ${table.customerId}, ${table.personId}) = 1`,
    ),
    index("access_links_customer").on(table.customerId),
    index("access_links_person").on(table.personId),
  ],
);

/** Links that let in to pages of audiences (domain/status/page-access.ts). */
export const pageLinks = pgTable(
  "page_links",
  {
    /** Random, part of the address; the rest of it is its seal, made from the server's secret (actions/page-pass.ts). */
    id: text("id").primaryKey(),
    page: text("page").notNull(),
    name: text("name").notNull(),
    opens: text("opens").$type<LinkOpens>().notNull(),
    author: text("author").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Null: it holds until it is revoked. */
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("page_links_page").on(table.page)],
);

/** Passes that an address handed over to a page under another name, and that were used: each is good once. Kept for as long as they would hold. */
export const spentHandovers = pgTable("spent_handovers", {
  /** SHA-256 of the pass. */
  digest: bytes("digest").primaryKey(),
  spentAt: instant("spent_at").notNull(),
});

/** Passwords of pages. */
export const pagePasswords = pgTable("page_passwords", {
  page: text("page").primaryKey(),
  /** Argon2id in the notation of the PHC (actions/password-hash.ts). */
  hash: text("hash").notNull(),
  setAt: instant("set_at").notNull(),
});

/** Who is signed in, in which browser: as long as what let them in holds. */
export const sessions = pgTable(
  "sessions",
  {
    /** SHA-256 of what the cookie holds; the secret itself is stored nowhere. */
    digest: bytes("digest").primaryKey(),
    /** The link that was followed; null: the token itself was shown. */
    linkId: text("link_id").references(() => accessLinks.id),
    tokenId: integer("token_id").references(() => tokens.id),
    customerId: integer("customer_id").references(() => customers.id),
    personId: text("person_id").references(() => people.id),
    /** Language that was chosen; null: what the browser accepts. */
    language: text("language"),
    /** From where it was opened, and by which browser, for its person to know it again. */
    address: text("address").notNull().default(""),
    agent: text("agent").notNull().default(""),
    createdAt: instant("created_at").notNull(),
    seenAt: instant("seen_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    check(
      "sessions_one_holder",
      sql`num_nonnulls(${table.tokenId}, ${table.customerId}, ${table.personId}) = 1`,
    ),
    index("sessions_expires").on(table.expiresAt),
    index("sessions_person").on(table.personId),
  ],
);
