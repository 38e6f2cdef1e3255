/**
 * The one database behind everything: PGlite in a folder (or in memory, for tests), or a PostgreSQL server through postgres.js.
 * One type, one schema, one set of migrations; every store function takes a `Database` first, be it the database or a transaction.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PGlite } from "@electric-sql/pglite";
import { type SQL, sql } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as overPglite } from "drizzle-orm/pglite";
import { migrate as migratePglite } from "drizzle-orm/pglite/migrator";
import { drizzle as overPostgres } from "drizzle-orm/postgres-js";
import { migrate as migratePostgres } from "drizzle-orm/postgres-js/migrator";
import { fromPglite } from "pg-boss";
import postgres from "postgres";
import { Conflict } from "../domain/errors.ts";
import * as schema from "./schema.ts";

/** A database or a transaction: the same operations either way. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>;

export interface OpenDatabase {
  db: Database;
  /** What stands behind it, for start-up words and for what differs (notifications, jobs). */
  engine: "pglite" | "postgres";
  /** Brings the schema to this version; harmless when it is there already. */
  migrate(): Promise<void>;
  /** Calls back for every NOTIFY on a channel, and once after each reconnection, when some may have been missed. */
  listen(channel: string, heard: () => void): Promise<void>;
  /** Hand-written SQL for the job library, on connections of its own; text may hold several statements where no values are given. */
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** Ends connections, or flushes and closes the folder. */
  close(): Promise<void>;
}

/** Where the database is: a PostgreSQL address, a folder for PGlite, or memory. */
export type DatabasePlace = { url: string; connections?: number } | { folder: string } | { memory: true };

const migrationsFolder = fileURLToPath(new URL("../../drizzle", import.meta.url));

/** Opens the database. Refuses nothing by itself: a server that is away shows at the first query. */
export async function openDatabase(place: DatabasePlace): Promise<OpenDatabase> {
  if ("url" in place) {
    return overServer(place.url, place.connections ?? 8);
  }
  if ("folder" in place) {
    const folder = join(place.folder, "pglite");
    if (!existsSync(join(folder, "PG_VERSION"))) {
      await createCluster(folder);
    }
    return overFolder(await PGlite.create({ dataDir: folder, startParams }));
  }
  return overFolder(await PGlite.create({ startParams }));
}

/** PGlite's own way of starting, with buffers for a server that watches services, not for a warehouse: it saves 130 MB. */
const startParams = [
  ...PGlite.defaultStartParams,
  ...["-c", "shared_buffers=12MB"],
  ...["-c", "wal_buffers=512kB"],
];

/**
 * In a process of its own: making the files takes several hundred MB, which only a process that ends gives back. Made beside and then
 * renamed: the folder is there whole or not at all, whoever is killed on the way.
 */
async function createCluster(folder: string): Promise<void> {
  const script = fileURLToPath(new URL("./create-cluster.ts", import.meta.url));
  const beside = `${folder}.new-${process.pid}`;
  try {
    mkdirSync(beside, { recursive: true, mode: 0o700 });
    await promisify(execFile)(process.execPath, [script, beside], { timeout: 120_000 });
    // Of an earlier version, which made the folder first.
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
  } catch (cause) {
    rmSync(beside, { recursive: true, force: true });
    throw new Conflict(
      "database_not_created",
      `the database could not be created in ${folder}: is the disk full, or the folder not writable?`,
      [],
      { cause },
    );
  }
}

function overFolder(engine: PGlite): OpenDatabase {
  const client = untilPanic(engine);
  const db = overPglite({ client, schema });
  return {
    db,
    engine: "pglite",
    migrate: () => migratePglite(db, { migrationsFolder }),
    async listen(channel, heard) {
      await client.listen(channel, heard);
    },
    executeSql: fromPglite(client).executeSql,
    close: () => client.close(),
  };
}

/**
 * PostgreSQL ends itself when it can no longer write its log: the disk is full, say. PGlite lives on in pieces, and the next query would
 * never return and hold up everything else. So after a panic nothing is asked of it any more; what it has stored is safe, and a restart
 * recovers it.
 */
function untilPanic(client: PGlite): PGlite {
  let panic: unknown;
  const guarded = <Arguments extends unknown[], T>(work: (...given: Arguments) => Promise<T>) => {
    return async (...given: Arguments): Promise<T> => {
      if (panic !== undefined) {
        throw stopped(panic);
      }
      try {
        return await work(...given);
      } catch (error) {
        if ((error as { severity?: string }).severity === "PANIC") {
          panic = error;
        }
        throw error;
      }
    };
  };
  client.execProtocol = guarded(client.execProtocol.bind(client));
  client.execProtocolStream = guarded(client.execProtocolStream.bind(client));
  client.close = guarded(client.close.bind(client));
  return client;
}

/** PostgreSQL's own code for a server that had to end. */
function stopped(cause: unknown): Error {
  const words = `the database in the data folder has stopped: ${(cause as Error).message}. Make room, then start Fournines again`;
  return Object.assign(new Error(words, { cause }), { code: "57P02" });
}

function overServer(url: string, connections: number): OpenDatabase {
  const options = {
    connect_timeout: 5,
    // A query waits for the next attempt: it must not wait long to hear that nobody answers.
    backoff: (retries: number) => Math.min(1, 0.1 * retries),
    idle_timeout: 60,
    onnotice: () => {},
    connection: { application_name: "fournines" },
  };
  const client = postgres(url, { ...options, max: connections });
  const db = overPostgres({ client, schema });
  // drizzle changes how its client reads timestamps; the job library gets one that it left alone, with one connection only, because it
  // sends whole transactions as one text.
  const jobs = postgres(url, { ...options, max: 1, types: { json: jsonAsGiven } });
  return {
    db,
    engine: "postgres",
    migrate: () => migratePostgres(db, { migrationsFolder }),
    async listen(channel, heard) {
      await client.listen(channel, heard, heard);
    },
    executeSql: oneAfterTheOther(async (text, values = []) => {
      try {
        const given = values.map((value) => value ?? null) as never[];
        // Several statements give a list of results, one statement a list of rows.
        return { rows: (await jobs.unsafe(text, given)).flat() };
      } catch (error) {
        // Text that opened a transaction and failed in it would leave the connection of no use.
        await jobs.unsafe("rollback").catch(() => {});
        throw error;
      }
    }),
    async close() {
      await Promise.all([client.end({ timeout: 3 }), jobs.end({ timeout: 3 })]);
    },
  };
}

/** The job library writes its JSON itself. */
const jsonAsGiven = {
  to: 114,
  from: [114, 3802],
  serialize: (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value)),
  parse: (text: string) => JSON.parse(text) as unknown,
};

/** A connection on which transactions are opened by hand must not be shared by two at a time. */
function oneAfterTheOther<Arguments extends unknown[], T>(
  work: (...given: Arguments) => Promise<T>,
): (...given: Arguments) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (...given) => {
    const next = last.then(() => work(...given));
    last = next.catch(() => {});
    return next;
  };
}

/** Rows of a hand-written query; the drivers wrap them differently. */
export async function queryRows<Row>(db: Database, query: SQL): Promise<Row[]> {
  const result: unknown = await db.execute(query);
  return Array.isArray(result) ? (result as Row[]) : (result as { rows: Row[] }).rows;
}

/** A column of numbers as one parameter for `unnest`: a PostgreSQL array literal, which both drivers pass through. */
export function numberArray(values: readonly (number | null | undefined)[]): string {
  let literal = "{";
  for (let i = 0; i < values.length; i++) {
    literal += `${i === 0 ? "" : ","}${values[i] ?? "NULL"}`;
  }
  return `${literal}}`;
}

/** A column of texts as one parameter for `unnest`. */
export function textArray(values: readonly (string | null | undefined)[]): string {
  const elements = values.map((value) =>
    value === null || value === undefined
      ? "NULL"
      : `"${value.replace(/[\\"]/g, "\\$&").replaceAll("\0", "")}"`,
  );
  return `{${elements.join(",")}}`;
}

/** Serialises everyone who asks for the same lock until their transaction ends. */
export async function lockInTransaction(tx: Database, name: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`fournines:${name}`}, 0))`);
}
