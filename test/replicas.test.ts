/**
 * Two servers over one PostgreSQL, as real processes in two places: any takes batches and people's words, one derives, both tell the
 * same; and when one is killed the other goes on.
 */
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeBatch, digestOf, noPrevious } from "../probes/batch.ts";
import { run } from "../src/cli/main.ts";
import { listBatches } from "../src/store/batches.ts";
import { type OpenDatabase, queryRows } from "../src/store/database.ts";
import { openDatabase } from "../src/store/open-database.ts";
import { sql } from "drizzle-orm";
import { createPostgresDatabase } from "./support/databases.ts";
import { type Installation, install, type ServerProcess } from "./support/server-process.ts";
import { startTarget, type Target } from "./support/target.ts";

describe("two servers over one database", () => {
  let target: Target;
  let place: Awaited<ReturnType<typeof createPostgresDatabase>>;
  let database: OpenDatabase;
  const installations: Installation[] = [];
  const servers: ServerProcess[] = [];

  const start = async (i: number) => {
    servers[i] = await installations[i]!.start({
      DATABASE_URL: place.url,
      FOURNINES_LOCATION: ["lisbon", "osaka"][i]!,
      SECRET_KEY: "one secret for all servers of this platform",
    });
  };

  beforeAll(async () => {
    target = await startTarget();
    place = await createPostgresDatabase();
    database = await openDatabase({ url: place.url, connections: 2 });
    const platform = `
platform: { name: Acme, time_zone: Europe/Copenhagen }
locations: { lisbon: { title: Lisbon }, osaka: { title: Osaka } }
services:
  beacon:
    title: Beacon
    checks:
      web: { http: "${target.url}", interval: 2s, timeout: 1s, confirm: { down: 2, up: 1, locations: 1 }, locations: [lisbon, osaka] }
`;
    for (let i = 0; i < 2; i++) {
      installations.push(await install(platform, "none"));
      await start(i);
    }
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.kill()));
    await Promise.all(installations.map((installation) => installation.remove()));
    await target.close();
    await database.close();
    await place.drop();
  });

  const page = async (i: number) => (await fetch(servers[i]!.url)).text();
  const derives = async (i: number) =>
    /^fournines_derives (\d)/m.exec(await (await fetch(`${servers[i]!.url}/metrics`)).text())?.[1] === "1";
  const outagesAt = async (i: number) => {
    const answer = await fetch(`${servers[i]!.url}/api/v1/services/beacon/outages`);
    return ((await answer.json()) as { outages: unknown[] }).outages;
  };
  /** When each of the two told this, in the order of the servers. */
  const toldBy = (text: RegExp) =>
    Promise.all(
      [0, 1].map(async (i) => {
        await expect.poll(() => page(i), { interval: 50 }).toMatch(text);
        return Date.now();
      }),
    );

  it("derive in one place only, and both tell that all is well", async () => {
    await toldBy(/Beacon is running/);
    expect([await derives(0), await derives(1)].filter(Boolean)).toHaveLength(1);
  });

  it("both tell an outage and its end, within a second of each other", async () => {
    target.answer(503);
    const [down0, down1] = await toldBy(/Beacon is down/);
    expect(Math.abs(down0! - down1!)).toBeLessThan(1000);
    target.answer(200);
    const [up0, up1] = await toldBy(/Beacon is running/);
    expect(Math.abs(up0! - up1!)).toBeLessThan(1000);
    await expect.poll(async () => isDeepStrictEqual(await outagesAt(0), await outagesAt(1))).toBe(true);
    expect(await outagesAt(0)).toHaveLength(1);
  });

  it("both tell what people say to either of them, within a second", async () => {
    const [data] = [installations[1]!.folder];
    const printed: string[] = [];
    const code = await run(
      [
        "incident",
        "declare",
        "--title",
        "Sign-in is slow",
        "--message",
        "We look.",
        "--service",
        "beacon=partial_outage",
      ],
      {
        print: (line: string) => printed.push(line),
        environment: { DATA_DIR: `${data}/data` },
      } as never,
    );
    expect(code, printed.join("\n")).toBe(0);
    await expect.poll(() => page(0), { timeout: 1000, interval: 20 }).toContain("Sign-in is slow");
    await expect.poll(() => page(1), { timeout: 1000, interval: 20 }).toContain("Sign-in is slow");
  });

  it("the other goes on where the one that derives is killed, and nothing is lost", async () => {
    const victim = (await derives(0)) ? 0 : 1;
    const survivor = 1 - victim;
    await servers[victim]!.kill();
    target.answer(503);
    await expect.poll(async () => (await outagesAt(survivor)).length).toBe(2);
    expect(await derives(survivor)).toBe(true);
    target.answer(200);
    await start(victim);
    await expect.poll(async () => (await outagesAt(victim)).length).toBe(2);
    await expect
      .poll(async () => isDeepStrictEqual(await outagesAt(survivor), await outagesAt(victim)))
      .toBe(true);
    expect([await derives(0), await derives(1)].filter(Boolean)).toHaveLength(1);
    await wholeEvidence();
  });

  /** Every chain without holes, and every sample of it with its row, once. */
  async function wholeEvidence() {
    let samples = 0;
    let before = { probe: "", sequence: 0, digest: noPrevious };
    for await (const { probeId, bytes } of listBatches(database.db, 0, Number.MAX_SAFE_INTEGER)) {
      const batch = decodeBatch(bytes);
      const last = before.probe === probeId ? before : { sequence: 0, digest: noPrevious };
      expect([batch.sequence, batch.previous]).toEqual([last.sequence + 1, last.digest]);
      before = { probe: probeId, sequence: batch.sequence, digest: await digestOf(bytes) };
      samples += batch.observations.length;
    }
    expect(samples).toBeGreaterThan(10);
    // Batches go on arriving while this looks, and what one server stored the other derives a moment later.
    const rows = () => queryRows<{ n: number }>(database.db, sql`select count(*)::int as n from samples`);
    await expect.poll(async () => (await rows())[0]!.n).toBeGreaterThanOrEqual(samples);
  }
});
