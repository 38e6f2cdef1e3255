/**
 * Two servers in one place over one PostgreSQL, as real processes: they share what is asked from there, and when one is killed the other
 * takes its part over.
 */
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OpenDatabase, queryRows } from "../src/store/database.ts";
import { openDatabase } from "../src/store/open-database.ts";
import { createPostgresDatabase } from "./support/databases.ts";
import { type Installation, install, type ServerProcess } from "./support/server-process.ts";
import { startTarget, type Target } from "./support/target.ts";

const checks = 12;
const intervalMs = 2_000;

describe("two servers in one place", () => {
  let target: Target;
  let place: Awaited<ReturnType<typeof createPostgresDatabase>>;
  let database: OpenDatabase;
  const installations: Installation[] = [];
  const servers: ServerProcess[] = [];

  beforeAll(async () => {
    target = await startTarget();
    place = await createPostgresDatabase();
    database = await openDatabase({ url: place.url, connections: 2 });
    const services = Array.from(
      { length: checks },
      (_, i) => `  service-${i}: { checks: { web: { http: "${target.url}", interval: 2s, timeout: 1s } } }`,
    );
    const platform = `platform: { name: Acme }\nlocations: { lisbon: Lisbon }\nservices:\n${services.join("\n")}\n`;
    for (let i = 0; i < 2; i++) {
      installations.push(await install(platform, "none"));
      servers.push(
        await installations[i]!.start({
          DATABASE_URL: place.url,
          SECRET_KEY: "one secret for all servers of this platform",
        }),
      );
    }
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await Promise.all(installations.map((installation) => installation.remove()));
    await target.close();
    await database.close();
    await place.drop();
  });

  /** Who holds how many slots now, by the database's clock. */
  const holders = () =>
    queryRows<{ probe: string; slots: number }>(
      database.db,
      sql`
        select probe_id as probe, count(*)::int as slots from check_leases
        where expires_at > extract(epoch from clock_timestamp()) * 1000 group by 1 order by 1`,
    );
  /** Samples of each check since then. */
  const askedSince = async (since: number) =>
    new Map(
      (
        await queryRows<{ check: number; n: number }>(
          database.db,
          sql`select check_id as check, count(*)::int as n from samples where at >= ${since} group by 1`,
        )
      ).map(({ check, n }) => [check, n]),
    );
  const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it("share its checks: each has a part, and together they ask every check as often as one would", async () => {
    await expect.poll(async () => (await holders()).length).toBe(2);
    await expect.poll(async () => (await holders()).reduce((sum, { slots }) => sum + slots, 0)).toBe(32);
    const since = Date.now();
    await passed(3 * intervalMs);
    await expect.poll(async () => (await askedSince(since)).size).toBe(checks);
    for (const n of (await askedSince(since)).values()) {
      // Three rounds fit, and one more at an edge or while this looks; asked by both it would be six at least.
      expect(n).toBeLessThanOrEqual(5);
    }
  });

  it("where one is killed, the other asks everything, two intervals later at the most", async () => {
    await servers[0]!.kill();
    const killedAt = Date.now();
    await expect
      .poll(async () => (await holders()).map(({ slots }) => slots), { interval: 50 })
      .toEqual([32]);
    expect(Date.now() - killedAt).toBeLessThan(2 * intervalMs + 2_000);
    const since = Date.now();
    await expect.poll(async () => (await askedSince(since)).size).toBe(checks);
  });

  it("one that stops in order gives its part up at once", async () => {
    await servers[1]!.stop();
    expect(await holders()).toEqual([]);
  });
});
