/**
 * The one database behind everything: PGlite in a folder (or in memory, for tests), or a PostgreSQL server.
 * One type, one schema, one set of migrations; every store function takes a `Database` first, be it the database or a transaction.
 */
import { type Column, type SQL, sql } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/** A database or a transaction: the same operations either way. */
export type Database = PgDatabase<PgQueryResultHKT>;

export interface OpenDatabase {
  db: Database;
  /** What stands behind it, for start-up words and for what differs (notifications, jobs). */
  engine: "pglite" | "postgres";
  /** Brings the schema to this version; harmless when it is there already. */
  migrate(): Promise<void>;
  /** Calls back with the payload of every NOTIFY on a channel, and with null once it listens (again): some may have been missed. */
  listen(channel: string, heard: (payload: string | null) => void): Promise<void>;
  /** Hand-written SQL for the job library, on connections of its own; text may hold several statements where no values are given. */
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
  /** Ends connections, or flushes and closes the folder. */
  close(): Promise<void>;
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

/** A pattern for `ilike`: whatever holds this text, letter by letter. */
export function holding(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}

/** Whether a number of a row is among these: one parameter, however many they are. */
export function isAmong(column: Column, numbers: readonly number[]): SQL {
  return sql`${column} = any(${numberArray(numbers)}::int[])`;
}

/** Whether a text of a row is among these: one parameter, however many they are. */
export function isNamed(column: Column, texts: readonly string[]): SQL {
  return sql`${column} = any(${textArray(texts)}::text[])`;
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
