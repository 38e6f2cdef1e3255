/**
 * The database goes away under a running server and comes back: the page stays and admits it, writes are refused for now, probing goes
 * on, and afterwards every sample is there once. A real PostgreSQL, stopped and started.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decodeBatch } from "../probes/batch.ts";
import { listBatches } from "../src/store/batches.ts";
import { queryRows } from "../src/store/database.ts";
import { openDatabase } from "../src/store/open-database.ts";
import { type PostgresServer, startPostgres } from "./support/postgres-server.ts";
import { becomesServer, type Installation, install, type ServerProcess } from "./support/server-process.ts";
import { startTarget, type Target } from "./support/target.ts";

describe("a database that goes away", () => {
  let database: PostgresServer;
  let target: Target;
  let installation: Installation;
  let server: ServerProcess;
  let token: string;

  const platform = (title: string) => `
platform: { name: Acme, time_zone: UTC }
services:
  beacon:
    title: ${title}
    checks: { web: { http: "${target.url}", interval: 1s, timeout: 500ms } }
`;
  const get = (path: string) => fetch(`${server.url}${path}`, { signal: AbortSignal.timeout(8_000) });
  const page = async () => (await get("/")).text();
  const declare = () =>
    fetch(`${server.url}/api/v1/incidents`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({
        title: "Beacon is dark",
        message: "We look.",
        services: [{ service: "beacon", impact: "major_outage" }],
      }),
      signal: AbortSignal.timeout(8_000),
    });
  const linesWith = (words: string) =>
    server
      .output()
      .split("\n")
      .filter((line) => line.includes(words));

  beforeAll(async () => {
    [database, target] = await Promise.all([startPostgres(), startTarget()]);
    installation = await install(platform("Beacon"), "none");
  });

  beforeEach(({ onTestFailed }) => onTestFailed(() => console.error(server?.output())));
  afterAll(async () => {
    await server?.kill();
    await target.close();
    await installation.remove();
    await database.stop();
  });

  it("at start is waited for, with one sentence, and the server then runs", async () => {
    await database.halt();
    const attempt = installation.launch({ DATABASE_URL: database.url });
    await expect
      .poll(attempt.output)
      .toMatch(
        /^Waiting: the database at 127.0.0.1:\d+ does not answer \(connect ECONNREFUSED [\d.:]+\)\.\n$/,
      );
    await database.resume();
    server = await becomesServer(attempt);
    expect(linesWith("Waiting")).toHaveLength(1);
    token = /fn_[\w-]{43}/.exec(server.output())![0];
    await expect.poll(page, { interval: 100 }).toContain("Beacon is running");
  });

  it("the page is still served, and says since when and how old it is", async () => {
    const firstSample = target.askings.length;
    await database.halt();
    await expect.poll(page, { interval: 100 }).toContain("Our database has not answered");
    expect((await get("/")).status).toBe(200);
    expect((await get("/services/beacon")).status).toBe(200);
    expect((await get("/history")).status).toBe(200);
    const summary = (await (await get("/api/v1/summary")).json()) as { database_away_since: string };
    expect(Date.now() - Date.parse(summary.database_away_since)).toBeLessThan(15_000);
    await expect.poll(() => target.askings.length - firstSample).toBeGreaterThanOrEqual(3);
  });

  it("it is not ready, and refuses writes for now with a problem that says so", async () => {
    const ready = await get("/readyz");
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      ready: false,
      parts: [{ part: "database" }, { trouble: null }],
    });
    const refused = await declare();
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Content-Type")).toBe("application/problem+json");
    expect(refused.headers.get("Retry-After")).toBe("5");
    expect(await refused.json()).toMatchObject({ code: "database_away", status: 503 });
  });

  it("back again, everything is delivered, in one chain, nothing lost or doubled", async () => {
    // An outage that nobody could write down when it happened.
    target.answer(503);
    await sleep(2_500);
    target.answer(200);
    await sleep(1_200);
    await database.resume();
    await expect.poll(page, { interval: 100 }).not.toContain("Our database has not answered");
    expect((await get("/readyz")).status).toBe(200);
    await expect.poll(async () => (await declare()).status).toBe(201);

    const outages = async () =>
      ((await (await get("/api/v1/services/beacon/outages")).json()) as { outages: unknown[] }).outages;
    await expect.poll(outages, { interval: 100 }).toHaveLength(1);
    expect((await server.stop()).code).toBe(0);

    const { db, close } = await openDatabase({ url: database.url });
    const batches = await Array.fromAsync(listBatches(db, 0, Number.MAX_SAFE_INTEGER));
    const decoded = batches.map(({ bytes }) => decodeBatch(bytes));
    expect(decoded.map(({ sequence }) => sequence)).toEqual(decoded.map((_, i) => i + 1));
    expect(decoded.slice(1).map(({ previous }) => previous)).toEqual(
      batches.slice(0, -1).map(({ digest }) => digest),
    );
    const instants = decoded.flatMap(({ observations }) => observations.map(({ at }) => at));
    expect(new Set(instants).size).toBe(instants.length);
    expect(instants).toHaveLength(target.askings.length);
    const [{ n }] = (await queryRows(db, sql`select count(*)::int as n from samples`)) as unknown as [
      { n: number },
    ];
    expect(n).toBe(instants.length);
    await close();
  });

  it("the log says it once when it goes and once when it is back, and nothing else", () => {
    expect(linesWith('"level":50').map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      "the database cannot be used: the page is served from memory, samples wait",
    ]);
    expect(linesWith('"level":40')).toEqual([]);
    expect(linesWith("the database can be used again")).toHaveLength(1);
  });

  it("what changed in the database after its return reaches the page", async () => {
    server = await installation.start({ DATABASE_URL: database.url });
    await database.halt();
    await expect.poll(page, { interval: 100 }).toContain("Our database has not answered");
    await database.resume();
    await expect.poll(page, { interval: 100 }).not.toContain("Our database has not answered");
    const elsewhere = postgres(database.url, { max: 1 });
    await expect
      .poll(
        async () => {
          await elsewhere`update services set title = 'Lighthouse'`;
          await elsewhere`select pg_notify('fournines', '')`;
          return page();
        },
        { interval: 500 },
      )
      .toContain("Lighthouse");
    await elsewhere.end();
  });

  it("being stopped while it is away, the server ends in order within 5 s", async () => {
    await database.halt();
    await expect.poll(page, { interval: 100 }).toContain("Our database has not answered");
    const { code, tookMs } = await server.stop();
    expect({ code, inTime: tookMs < 5_000 }, server.output()).toEqual({ code: 0, inTime: true });
    await database.resume();
  });

  it("at a later start the page is served as it was known, until the database answers", async () => {
    await database.halt();
    const attempt = installation.launch({ DATABASE_URL: database.url });
    await expect.poll(attempt.output).toMatch(/Meanwhile http:\S+ serves the page as it was known at \d{4}-/);
    const url = /Meanwhile (http:\S+) serves/.exec(attempt.output())![1]!;
    const ask = (path: string, accept: string) => fetch(url + path, { headers: { Accept: accept } });
    const html = await (await ask("/services/beacon", "text/html")).text();
    expect(html).toContain("Our database has not answered since");
    expect(html).toContain("Beacon");
    expect(html).not.toMatch(/(is|are) running/);
    const summary = (await (await ask("/api/v2/summary.json", "*/*")).json()) as {
      components: { name: string }[];
    };
    expect(summary.components.map(({ name }) => name)).toContain("Beacon");
    expect((await ask("/healthz", "*/*")).status).toBe(200);
    expect((await ask("/readyz", "*/*")).status).toBe(503);
    const refused = await ask("/api/v1/incidents", "application/json");
    expect([refused.status, refused.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
    const console_ = await ask("/console", "text/html");
    expect([console_.status, console_.headers.get("cache-control")]).toEqual([503, "no-store"]);
    expect(await console_.text()).toContain("does not answer at the moment");

    await database.resume();
    server = await becomesServer(attempt);
    expect(server.url).toBe(url.replace("127.0.0.1", "localhost"));
    await expect.poll(page, { interval: 100 }).not.toContain("Our database has not answered");
    await server.stop();
  });

  it.each([
    ["a wrong password", (url: URL) => (url.password = "wrong"), /password authentication failed/],
    ["an unknown database", (url: URL) => (url.pathname = "/nowhere"), /database "nowhere" does not exist/],
  ])("%s is said at once, without a stack", async (_, spoil, words) => {
    const url = new URL(database.url);
    spoil(url);
    const began = performance.now();
    const refusal = await installation.start({ DATABASE_URL: url.href }).then(
      () => "it started",
      (error: Error) => error.message,
    );
    // At once: nothing is waited for, as a database that is away is for a minute.
    expect(performance.now() - began).toBeLessThan(40_000);
    expect(refusal).toMatch(/ended with 1/);
    expect(refusal).toMatch(words);
    expect(refusal).toContain("DATABASE_URL");
    expect(refusal).not.toMatch(/\n\s+at |wrong@|:wrong/);
  });
});
