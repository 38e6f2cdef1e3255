/**
 * Connections to a PostgreSQL server that are lost in the middle of something: nothing goes on half, nobody dies of it, and what comes next
 * finds a connection that works.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isDatabaseAway } from "../../src/store/database-away.ts";
import { type Database, type OpenDatabase, queryRows } from "../../src/store/database.ts";
import { openDatabase } from "../../src/store/open-database.ts";
import { createPostgresDatabase } from "../support/databases.ts";

let place: Awaited<ReturnType<typeof createPostgresDatabase>>;
let open: OpenDatabase;
let elsewhere: OpenDatabase;

beforeAll(async () => {
  place = await createPostgresDatabase();
  open = await openDatabase({ url: place.url, connections: 2 });
  elsewhere = await openDatabase({ url: place.url, connections: 1 });
  await queryRows(elsewhere.db, sql`create table beacons (number integer)`);
});
afterAll(async () => {
  await open.close();
  await elsewhere.close();
  await place.drop();
});

const backendOf = async (db: Database) =>
  (await queryRows<{ pid: number }>(db, sql`select pg_backend_pid() as pid`))[0]!.pid;
const end = async (pid: number) =>
  void (await queryRows(elsewhere.db, sql`select pg_terminate_backend(${pid}::int)`));

it("a transaction whose connection is lost goes on nowhere, and leaves nothing", async () => {
  let refused: unknown;
  const work = open.db.transaction(async (tx) => {
    await queryRows(tx, sql`insert into beacons values (1)`);
    await end(await backendOf(tx));
    await sleep(100);
    // Whoever asks meanwhile has a connection of its own.
    await queryRows(open.db, sql`select 1`);
    await queryRows(tx, sql`insert into beacons values (2)`).catch((error: unknown) => {
      refused = error;
      throw error;
    });
  });
  await expect(work).rejects.toThrow();
  expect(isDatabaseAway(await work.catch((error: unknown) => error))).toBe(true);
  expect(isDatabaseAway(refused)).toBe(true);
  expect(await queryRows(elsewhere.db, sql`select number from beacons`)).toEqual([]);
});

it("a query that was on its way is refused, and the next one is answered", async () => {
  const backends: number[] = [];
  const asleep = open.db.transaction(async (tx) => {
    backends.push(await backendOf(tx));
    await queryRows(tx, sql`select pg_sleep(30)`);
  });
  await expect.poll(() => backends.length).toBe(1);
  await Promise.all([expect(asleep).rejects.toThrow(), end(backends[0]!)]);
  const began = performance.now();
  expect(await queryRows(open.db, sql`select 1 as n`)).toEqual([{ n: 1 }]);
  expect(performance.now() - began).toBeLessThan(1_000);
});

it("however often connections are lost between two transactions, there is one for the next", async () => {
  for (let i = 0; i < 5; i++) {
    const [a, b] = await Promise.all([1, 2].map(() => open.db.transaction((tx) => backendOf(tx))));
    await end(a!);
    await end(b!);
    // At once, before anybody has noticed: it may be refused, it must not keep the connection.
    await open.db.transaction((tx) => queryRows(tx, sql`select 1`)).catch(() => {});
    await sleep(50);
  }
  expect(await open.db.transaction((tx) => queryRows(tx, sql`select 1 as n`))).toEqual([{ n: 1 }]);
});

it("a channel is heard again after its connection was lost, and that something may have been missed is told", async () => {
  const heard: (string | null)[] = [];
  await open.listen("beacons", (payload) => heard.push(payload));
  expect(heard).toEqual([null]);
  const listening = await queryRows<{ pid: number }>(
    elsewhere.db,
    sql`select pid from pg_stat_activity where query like 'listen%beacons%' and datname = current_database()`,
  );
  await end(listening[0]!.pid);
  await expect.poll(() => heard.length).toBe(2);
  await queryRows(elsewhere.db, sql`select pg_notify('beacons', 'Lisbon')`);
  await expect.poll(() => heard).toEqual([null, null, "Lisbon"]);
});
