import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { applyPlatform } from "../../../src/actions/apply-platform.ts";
import { openCheckSecret } from "../../../src/actions/sealed-text.ts";
import { openTrial } from "../../../src/server/check-trial.ts";
import type { PlatformDefinition } from "../../../src/domain/status/platform.ts";
import type { Database } from "../../../src/store/database.ts";
import { findStandingService } from "../../../src/store/platforms.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { httpCheck } from "../../support/watched.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const secretKey = "a secret of the test";

const file: PlatformDefinition = {
  settings: {
    ...{ name: "Acme", address: null, timeZone: "Europe/Copenhagen", languages: ["en"] },
    commitment: { targetPercent: "99.99", anchorDay: 1 },
  },
  locations: [
    { slug: "lisbon", title: "Lisbon" },
    { slug: "osaka", title: "Osaka" },
  ],
  groups: [{ slug: "core", title: "Core", description: "" }],
  services: [
    {
      slug: "beacon",
      title: "Beacon",
      description: "",
      group: null,
      checks: [{ slug: "web", ...httpCheck }],
    },
  ],
};

let target: Server;
/** What the target was sent as authorization, in order. */
const shown: (string | undefined)[] = [];
beforeAll(async () => {
  target = createServer((request, response) => {
    shown.push(request.headers.authorization);
    response.end('{"status":"ok"}');
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void target.close());
const targetUrl = () => `http://127.0.0.1:${(target.address() as AddressInfo).port}/health`;

onPostgres("services in the console", (database) => {
  let db: Database;
  let api: TestApi;
  let ops: TestBrowser;
  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate tokens, people, platforms, check_revisions, checks, services, service_groups, locations restart identity cascade`,
    );
    await applyPlatform(db, file, now - 1000);
    api = await testApi(db, now, {
      askOnce: openTrial(({ name }) => openCheckSecret(secretKey, name)),
    });
    ops = (await comeIn(api, "Ola", "ops")).browser;
    shown.length = 0;
  });

  const lantern = {
    ...{ kind: "http", title: "Lantern of Åbo", url: "https://lantern.example/", status: "200-299, 301" },
    ...{ locations: ["lisbon", "osaka"], interval: "30s", timeout: "5s", counts: "yes", verify: "yes" },
    do: "save",
  };
  const stands = async (slug: string) => (await findStandingService(db, slug))!.definition;
  const edition = async (path: string) =>
    /name="edition" value="([^"]+)"/.exec(await (await ops.get(path)).text())![1]!;

  it("are listed, found by words and by what is wrong with them", async () => {
    const page = async (query: string) => (await ops.get(`/console/services${query}`)).text();
    expect(await page("")).toContain("/console/services/beacon");
    expect(await page("?q=lam")).not.toContain("/console/services/beacon");
    expect(await page("?q=lam")).toContain("/console/services/lamp");
    expect(await page("?show=wrong")).not.toContain("/console/services/lamp");
  });

  it("are added with a first check, and named by their title", async () => {
    const answer = await ops.post("/console/new-service", { ...lantern, once: "one" });
    expect([answer.status, answer.headers.get("Location")]).toEqual([
      303,
      "/console/services/lantern-of-aabo",
    ]);
    const { checks, title } = await stands("lantern-of-aabo");
    expect(title).toBe("Lantern of Åbo");
    expect(checks).toMatchObject([
      {
        slug: "http",
        intervalMs: 30_000,
        locations: ["lisbon", "osaka"],
        target: {
          url: "https://lantern.example/",
          expectStatus: [
            { from: 200, to: 299 },
            { from: 301, to: 301 },
          ],
        },
      },
    ]);
    const again = await ops.post("/console/new-service", { ...lantern, once: "one" });
    expect(again.headers.get("Location")).toBe("/console/services/lantern-of-aabo");
    const other = await ops.post("/console/new-service", { ...lantern, once: "two" });
    expect([other.status, (await other.text()).includes("choose another one")]).toEqual([409, true]);
  });

  it("say at the field what is wrong, and keep what was typed", async () => {
    const answer = await ops.post("/console/new-service", { ...lantern, url: "lantern", interval: "soon" });
    const text = await answer.text();
    expect(answer.status).toBe(422);
    expect(text).toContain('id="url-fault"');
    expect(text).toContain('id="interval-fault"');
    expect(text).toContain('value="Lantern of Åbo"');
    expect(await findStandingService(db, "lantern-of-aabo")).toBeUndefined();
  });

  it("are tried before they are kept, with phases and with the secret that was typed", async () => {
    const typed = { ...lantern, url: targetUrl(), bearer: "hunter2", json: '$.status = "ok"' };
    const answer = await ops.post("/console/new-service", { ...typed, do: "try" });
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(text).toContain('data-outcome="ok"');
    expect(text).toContain("First byte");
    expect(shown).toEqual(["Bearer hunter2"]);
    expect(text).not.toContain("hunter2");
    expect(await findStandingService(db, "lantern-of-aabo")).toBeUndefined();
    const held = /name="sealed_bearer" value="([^"]+)"/.exec(text)![1]!;
    await ops.post("/console/new-service", { ...typed, bearer: "", sealed_bearer: held, do: "save" });
    const { checks } = await stands("lantern-of-aabo");
    expect(checks[0]!.target).toMatchObject({ bearerToken: held });
    const other = { ...typed, title: "Lamp post", json: '$.status = "no"', do: "try" };
    const failed = await ops.post("/console/new-service", other);
    expect(await failed.text()).toContain('data-outcome="fail"');
  });

  it("are tried as often as a person would, and no more", async () => {
    const statuses = [];
    for (let i = 0; i < 21; i++) {
      const answer = await ops.post("/console/new-service", { ...lantern, url: targetUrl(), do: "try" });
      statuses.push(answer.status);
    }
    expect(statuses.slice(0, 20).every((status) => status === 200)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect(shown).toHaveLength(20);
  });

  it("show no secret when they are changed, keep it, and forget it when told so", async () => {
    await ops.post("/console/new-service", { ...lantern, bearer: "hunter2" });
    const path = "/console/services/lantern-of-aabo/checks/http";
    const text = await (await ops.get(path)).text();
    expect(text).toContain("A value is kept");
    expect(text).not.toMatch(/hunter2|sealed:[\w-]{20}/);
    const token = async () => (await stands("lantern-of-aabo")).checks[0]!.target as { bearerToken?: string };
    const before = (await token()).bearerToken;
    await ops.post(path, { ...lantern, interval: "1m", edition: await edition(path) });
    expect((await token()).bearerToken).toBe(before);
    await ops.post(path, { ...lantern, forget_bearer: "yes", edition: await edition(path) });
    expect((await token()).bearerToken).toBeUndefined();
  });

  it("tell the second of two people who change one at once, and let them save after a look", async () => {
    await ops.post("/console/new-service", lantern);
    const path = "/console/services/lantern-of-aabo/checks/http";
    const first = await edition(path);
    await ops.post(path, { ...lantern, interval: "1m", edition: first });
    const second = await ops.post(path, { ...lantern, interval: "2m", edition: first });
    const text = await second.text();
    expect([second.status, text.includes("Somebody else has changed"), text.includes('value="2m"')]).toEqual([
      412,
      true,
      true,
    ]);
    const seen = /name="edition" value="([^"]+)"/.exec(text)![1]!;
    expect((await ops.post(path, { ...lantern, interval: "2m", edition: seen })).status).toBe(303);
    expect((await stands("lantern-of-aabo")).checks[0]!.intervalMs).toBe(120_000);
  });

  it("take a second check of any kind, and let it go again", async () => {
    await ops.post("/console/new-service", lantern);
    const at = "/console/services/lantern-of-aabo";
    const dns = { kind: "dns", name: "lantern.example", record: "AAAA", answers: "::1", counts: "" };
    const typed = { ...dns, edition: await edition(`${at}/new-check?kind=dns`), do: "save" };
    expect((await ops.post(`${at}/new-check`, typed)).status).toBe(303);
    expect((await stands("lantern-of-aabo")).checks).toMatchObject([
      { slug: "http" },
      { slug: "dns", counts: false, target: { record: "AAAA", expectAnswers: ["::1"] } },
    ]);
    const removal = { edition: await edition(`${at}/checks/dns`) };
    expect((await ops.post(`${at}/checks/dns/removal`, removal)).status).toBe(422);
    await ops.post(`${at}/checks/dns/removal`, { ...removal, confirmed: "yes" });
    expect((await stands("lantern-of-aabo")).checks.map(({ slug }) => slug)).toEqual(["http"]);
  });

  it("are renamed, archived only when that was meant, and restored", async () => {
    await ops.post("/console/new-service", lantern);
    const at = "/console/services/lantern-of-aabo";
    const renamed = { title: "Lantern", group: "core", edition: await edition(`${at}/edit`) };
    expect((await ops.post(`${at}/edit`, renamed)).status).toBe(303);
    expect(await stands("lantern-of-aabo")).toMatchObject({ title: "Lantern", group: "core" });
    expect((await ops.post(`${at}/archive`)).status).toBe(422);
    await ops.post(`${at}/archive`, { confirmed: "yes" });
    expect(await (await ops.get(at)).text()).toContain("Restore the service");
    expect(await (await ops.get("/console/services?show=archived")).text()).toContain(at);
    await ops.post(`${at}/restoration`);
    expect((await findStandingService(db, "lantern-of-aabo"))!.archivedAt).toBeNull();
  });

  it("of a file are shown, and not changed", async () => {
    const text = await (await ops.get("/console/services/beacon")).text();
    expect(text).toContain("from the platform file");
    expect(text).not.toContain("/console/services/beacon/edit");
    expect((await ops.get("/console/services/beacon/edit")).status).toBe(409);
    expect((await ops.post("/console/services/beacon/archive", { confirmed: "yes" })).status).toBe(409);
  });
});
