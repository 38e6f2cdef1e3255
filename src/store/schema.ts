/**
 * Every table (PostgreSQL dialect, the same for PGlite and a PostgreSQL server). Instants are epoch ms in bigint columns named
 * `…At`, intervals are `start`/`end`, half-open. Facts are stored once; derived tables can be rebuilt from the facts at any time.
 *
 * The table `samples` is partitioned by UTC day, which drizzle cannot say: its migration is written by hand and keeps these columns.
 */
import { sql } from "drizzle-orm";
import {
  bigint,
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
import type { CheckDefinition, PlatformSettings } from "../domain/status/platform.ts";
import type { ConfirmationState } from "../domain/monitoring/confirmation.ts";
import type { ReadingState } from "../domain/monitoring/timeline.ts";
import type { IncidentImpact, IncidentState } from "../domain/status/incident.ts";
import type { MaintenanceState } from "../domain/status/maintenance-window.ts";

const instant = (name: string) => bigint(name, { mode: "number" });

const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
});

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

export const locations = pgTable("locations", {
  id: serial("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  title: text("title").notNull(),
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
  /** Raw Ed25519 public key, 32 bytes. */
  publicKey: bytes("public_key").notNull(),
  createdAt: instant("created_at").notNull(),
  revokedAt: instant("revoked_at"),
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
  },
  (table) => [primaryKey({ columns: [table.checkId, table.start] })],
);

/** Where the derivation of each check stood at the end of each UTC day (and, for the running day, a minute ago at most). */
export const checkpoints = pgTable(
  "checkpoints",
  {
    checkId: integer("check_id")
      .notNull()
      .references(() => checks.id),
    /** Start of the UTC day. */
    day: instant("day").notNull(),
    /** The last sample that the state covers. */
    through: instant("through").notNull(),
    state: jsonb("state").$type<ConfirmationState>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.checkId, table.day] })],
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

export const incidents = pgTable("incidents", {
  id: serial("id").primaryKey(),
  /** What people quote: `INC-2026-0001`. */
  reference: text("reference").notNull().unique(),
  title: text("title").notNull(),
  /** When the trouble began, as people say; may lie before the declaration. */
  startedAt: instant("started_at").notNull(),
  declaredAt: instant("declared_at").notNull(),
  resolvedAt: instant("resolved_at"),
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
    /** Name of the token that wrote it, until people come with the console. */
    author: text("author").notNull(),
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
  (table) => [primaryKey({ columns: [table.incidentId, table.serviceId, table.start] })],
);

export const maintenanceWindows = pgTable("maintenance_windows", {
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
});

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

// ── Who may write ───────────────────────────────────────────────────────────────────────────────────────────────────

export const tokens = pgTable("tokens", {
  id: serial("id").primaryKey(),
  name: text("name").notNull().unique(),
  /** SHA-256 of the token; the token itself is shown once and stored nowhere. */
  digest: bytes("digest").notNull().unique(),
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
