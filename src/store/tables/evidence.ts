/**
 * What was seen: probes, their keys, and the batches they signed. Facts; stored once, changed never.
 *
 * The table `samples` is partitioned by UTC day, which drizzle cannot say: its migration is written by hand and keeps these columns.
 */
import {
  bigint,
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
import type { CheckKind, ProbeEngine, ProbeState } from "../../../probes/protocol.ts";
import { bytes, instant } from "./columns.ts";
import { checks, locations } from "./watched.ts";

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
