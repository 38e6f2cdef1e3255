/** What follows from the samples: readings, outages, months, counts. All of it can be rebuilt from the facts at any time. */
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
} from "drizzle-orm/pg-core";
import type { ConfirmationState } from "../../domain/monitoring/confirmation-state.ts";
import type { ReadingState } from "../../domain/monitoring/timeline.ts";
import { instant } from "./columns.ts";
import { checks, services } from "./watched.ts";

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
