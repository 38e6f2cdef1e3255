/**
 * Runs a suite over every database the product supports, or over the one that serves many: PGlite in memory, and a real PostgreSQL 18
 * started once for the whole test run (test/support/postgres-server.ts). Each suite gets an empty, migrated database of its own: a copy of one that was made for the run.
 */
import postgres from "postgres";
import { afterAll, beforeAll, describe, inject } from "vitest";
import type { Database, OpenDatabase } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";

let counter = 0;

/** A PGlite in memory with an empty, migrated database. */
export function openFreshDatabase(): Promise<OpenDatabase> {
  return openDatabase({ memory: true, copyOf: inject("dataTemplate") });
}

/** An empty, migrated database on the real server; `drop` takes it away again. */
export async function createPostgresDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = inject("postgresUrl");
  const name = `test_${process.pid}_${++counter}_${Date.now()}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  // As files: in memory or without waiting for the disk, that is quicker than page by page.
  await admin.unsafe(`create database ${name} template ${inject("migratedDatabase")} strategy file_copy`);
  await admin.end();
  return {
    url: new URL(`/${name}`, server).href,
    async drop() {
      const again = postgres(server, { max: 1, onnotice: () => {} });
      await again.unsafe(`drop database if exists ${name} with (force)`);
      await again.end();
    },
  };
}

/** Declares `suite` twice; `database()` gives the open database inside tests and hooks. */
export function eachDatabase(title: string, suite: (database: () => Database) => void): void {
  describe(`${title} (PGlite)`, () => {
    let open: OpenDatabase;
    beforeAll(async () => {
      open = await openFreshDatabase();
    });
    afterAll(() => open.close());
    suite(() => open.db);
  });
  onPostgres(`${title} (PostgreSQL)`, suite);
}

/**
 * Declares `suite` over the real PostgreSQL alone: for what reaches the database only through actions and stores, whose own suites run
 * over both.
 */
export function onPostgres(title: string, suite: (database: () => Database) => void): void {
  describe(title, () => {
    let open: OpenDatabase;
    let place: Awaited<ReturnType<typeof createPostgresDatabase>>;
    beforeAll(async () => {
      place = await createPostgresDatabase();
      open = await openDatabase({ url: place.url, connections: 4 });
    });
    afterAll(async () => {
      await open.close();
      await place.drop();
    });
    suite(() => open.db);
  });
}
