/**
 * A location on Workers against a real server, both on loopback: the deployed bundle in workerd, with storage on disk. It registers, asks,
 * delivers a chain, and neither loses nor doubles what it has taken, whoever of the two is killed.
 */

import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeBatch, digestOf, noPrevious } from "../../../probes/batch.ts";
import type { Observation } from "../../../probes/protocol.ts";
import { inviteProbe } from "../../../src/actions/invite-probe.ts";
import { revokeProbe } from "../../../src/actions/revoke-probe.ts";
import { listBatches } from "../../../src/store/batches.ts";
import { openDatabase } from "../../../src/store/open-database.ts";
import type { OpenDatabase } from "../../../src/store/database.ts";
import { createPostgresDatabase } from "../../support/databases.ts";
import { startCallReceiver } from "../../support/receivers.ts";
import type { CallReceiver } from "../../support/receivers.ts";
import { install } from "../../support/server-process.ts";
import type { Installation, ServerProcess } from "../../support/server-process.ts";
import { startTarget } from "../../support/target.ts";
import type { Target } from "../../support/target.ts";
import { bundle, startWorkerd } from "./workerd.ts";
import type { Bundle } from "./workerd.ts";

interface Status {
  locations: {
    location: string;
    probe: string | null;
    polledAt: number | null;
    checks: number;
    delivered: number;
    held: number;
    refused: number;
    problems: string[];
  }[];
  problem?: string;
}

describe("a location on Workers", () => {
  let target: Target;
  let place: Awaited<ReturnType<typeof createPostgresDatabase>>;
  let database: OpenDatabase;
  let installation: Installation;
  let server: ServerProcess;
  let built: Bundle;
  let folder: string;
  let workerd: Miniflare;
  let port: number;
  let invitation: string;
  let people: CallReceiver;

  const startServer = async () => {
    server = await installation.start({
      DATABASE_URL: place.url,
      FOURNINES_LOCATION: "lisbon",
      PORT: String(port),
      SECRET_KEY: "a secret that all servers of this platform share",
    });
  };

  const startWorker = async (bindings: Record<string, string> = {}) => {
    workerd = await startWorkerd(built, {
      durableObjects: { LOCATIONS: { className: "ProbeLocation", useSQLite: true } },
      durableObjectsPersist: folder,
      bindings: {
        FOURNINES_SERVER: `http://127.0.0.1:${port}`,
        REGIONS: "apac=osaka",
        DNS_OVER_HTTPS: `${target.url}dns-query`,
        PROBE_TOKEN_OSAKA: invitation,
        PROBE_ALERT_AFTER: "2s",
        ALERT_WEBHOOK_URL: people.url,
        ALERT_WEBHOOK_SECRET: alertSecret,
        ...bindings,
      },
    });
  };

  const status = async (): Promise<Status> => {
    const response = await workerd.dispatchFetch("http://probe/status");
    return (await response.json()) as Status;
  };
  const osaka = async () => (await status()).locations[0]!;

  /** What the server has of Osaka, checked to be one chain without a gap. */
  const stored = async (): Promise<Observation[]> => {
    const all: Observation[] = [];
    let previous = noPrevious;
    let sequence = 0;
    for await (const { bytes } of listBatches(database.db, 0, 8_000_000_000_000_000)) {
      const batch = decodeBatch(bytes);
      if (batch.location === "osaka") {
        expect(batch).toMatchObject({ sequence: ++sequence, previous });
        previous = await digestOf(bytes);
        all.push(...batch.observations);
      }
    }
    return all;
  };

  beforeAll(async () => {
    target = await startTarget();
    people = await startCallReceiver();
    port = await freePort();
    place = await createPostgresDatabase();
    installation = await install(
      `
platform: { name: Acme, time_zone: Europe/Copenhagen }
locations: { lisbon: { title: Lisbon }, osaka: { title: Osaka } }
services:
  beacon:
    title: Beacon
    checks:
      web: { http: "${target.url}", interval: 1s, timeout: 900ms, confirm: { down: 2, up: 1, locations: 1 }, locations: [osaka] }
      door: { tcp: "127.0.0.1:${new URL(target.url).port}", interval: 1s, timeout: 900ms, locations: [osaka] }
`,
      "none",
    );
    folder = await mkdtemp(join(tmpdir(), "fournines-objects-"));
    [built] = await Promise.all([bundle(), startServer()]);
    database = await openDatabase({ url: place.url, connections: 2 });
    invitation = (await inviteProbe(database.db, "osaka", "test", Date.now())).token;
    await startWorker();
  });

  afterAll(async () => {
    await workerd.dispose();
    await server.kill();
    await installation.remove();
    await rm(folder, { recursive: true, force: true });
    await target.close();
    await people.close();
    await database.close();
    await place.drop();
  });

  it("is bundled with its objects, its cron and its settings", () => {
    expect(built.said).toMatch(/ProbeLocation.*Durable Object/);
    expect(built.said).toContain("--dry-run: exiting now.");
  });

  it("is started by the cron, registers, asks and delivers", async () => {
    const worker = await workerd.getWorker();
    await worker.scheduled({ cron: "* * * * *" });
    await expect.poll(async () => (await stored()).length).toBeGreaterThan(2);
    const { probe, checks, problems } = await osaka();
    expect(probe).toMatch(/^osaka-/);
    expect({ checks, problems }).toEqual({ checks: 2, problems: [] });
    const outcomes = new Set((await stored()).map(({ check, outcome }) => `${check} ${outcome}`));
    expect([...outcomes].sort()).toEqual(["1 ok", "2 ok"]);
  });

  it("goes on while the server is away, and holds what it sees over a restart of its own", async () => {
    await server.kill();
    await expect.poll(async () => (await osaka()).held).toBeGreaterThan(4);
    expect((await osaka()).problems.length).toBeGreaterThan(0);
    const { headers, body } = await people.received();
    expect(new Webhook(alertSecret).verify(body, headers)).toMatchObject({
      type: "probe.batches_untaken",
      data: { subject: expect.stringContaining("has delivered nothing") },
    });
    const before = await osaka();
    await workerd.dispose();
    await startWorker();
    const after = await osaka();
    expect(after.probe).toBe(before.probe);
    // All but what was still waiting for company.
    expect(after.held).toBeGreaterThanOrEqual(before.held - 2);
    // Nobody has told it yet what to ask: it remembers.
    const askings = target.askings.length;
    await expect.poll(() => target.askings.length).toBeGreaterThan(askings);
    expect((await osaka()).checks).toBe(2);
  });

  it("delivers all of it when the server is back, each sample once", async () => {
    await startServer();
    await expect.poll(async () => (await osaka()).problems).toEqual([]);
    await expect.poll(async () => (await osaka()).held).toBeLessThan(2);
    const samples = await stored();
    expect(new Set(samples.map(({ check, at }) => `${check} ${at}`)).size).toBe(samples.length);
    // Every asking that reached the target is told of, but the last ones before the restart and before now.
    const told = samples.filter(({ check }) => check === 1);
    const untold = target.askings.filter((asking) => !told.some(({ at }) => Math.abs(at - asking.at) < 200));
    expect(untold.length).toBeLessThanOrEqual(4);
  });

  it("comes back by itself after a restart, by the alarm it left", async () => {
    await workerd.dispose();
    const askings = target.askings.length;
    await startWorker();
    await expect.poll(() => target.askings.length).toBeGreaterThan(askings);
  });

  it("stops when it is revoked, tells people, and begins anew with a new invitation", async () => {
    const { probe } = await osaka();
    await revokeProbe(database.db, probe!, "the key may be known", "Ann", Date.now());
    await expect
      .poll(async () => (await osaka()).problems.join())
      .toMatch(/was revoked: put a new invitation/);
    expect(people.calls.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toContain(
      "probe.probe_revoked",
    );
    invitation = (await inviteProbe(database.db, "osaka", "test", Date.now())).token;
    await workerd.dispose();
    await startWorker();
    await expect.poll(async () => (await osaka()).delivered).toBeGreaterThan(0);
    expect((await osaka()).probe).not.toBe(probe);
  });

  it("stops when the settings name its location no longer", async () => {
    await workerd.dispose();
    await startWorker({ REGIONS: "" });
    expect(await status()).toEqual({ locations: [] });
    const askings = target.askings.length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(target.askings.length).toBe(askings);
  });

  it("is the same probe again by a key among its secrets, also when its storage is lost", async () => {
    invitation = (await inviteProbe(database.db, "osaka", "test", Date.now())).token;
    const { privateKey } = generateKeyPairSync("ed25519");
    const key = privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
    const seen = new Set<string | null>();
    for (let turn = 0; turn < 2; turn++) {
      await workerd.dispose();
      await rm(folder, { recursive: true });
      await startWorker({ PROBE_KEY_OSAKA: key });
      await expect.poll(async () => (await osaka()).delivered).toBeGreaterThan(0);
      seen.add((await osaka()).probe);
    }
    expect(seen.size).toBe(1);
  });

  it("says what is wrong with its settings", async () => {
    const wrong: [Record<string, string>, RegExp][] = [
      [{ REGIONS: "mars=osaka" }, /mars is no location hint/],
      [{ REGIONS: "weur=osaka, apac=osaka" }, /osaka is named twice/],
      [{ FOURNINES_SERVER: "" }, /the server's address is missing/],
      [{ PROBE_ALERT_AFTER: "soon" }, /PROBE_ALERT_AFTER/],
      [{ REGIONS: "apac=osaka, weur=lisbon" }, /lisbon is not registered: put an invitation/],
    ];
    for (const [settings, problem] of wrong) {
      await workerd.dispose();
      await startWorker(settings);
      const { problem: all = "", locations } = await status();
      expect([all, ...locations.flatMap(({ problems }) => problems)].join()).toMatch(problem);
    }
  });
});

const alertSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
