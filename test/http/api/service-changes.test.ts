import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { applyPlatform } from "../../../src/actions/apply-platform.ts";
import { openCheckSecret } from "../../../src/actions/sealed-text.ts";
import { openTrial } from "../../../src/server/check-trial.ts";
import { findAudit } from "../../../src/store/audit.ts";
import { listWatchedChecks } from "../../../src/store/watched-checks.ts";
import { findStandingService } from "../../../src/store/platforms.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { eachDatabase } from "../../support/databases.ts";
import { httpCheck } from "../../support/watched.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const secretKey = "a secret of the test";
const all = "/api/v1/services";
const file = {
  settings: {
    ...{ name: "Acme", address: null, timeZone: "Europe/Copenhagen", languages: ["en"] },
    commitment: { targetPercent: "99.99", anchorDay: 1 },
  },
  locations: [{ slug: "lisbon", title: "Lisbon" }],
  groups: [{ slug: "core", title: "Core", description: "" }],
  services: [
    {
      ...{ slug: "beacon", title: "Beacon", description: "", group: null },
      checks: [{ slug: "web", ...httpCheck }],
    },
  ],
};
const lantern = {
  title: "Lantern of Åbo",
  group: "core",
  checks: { web: { http: { url: "https://lantern.example/", bearer_token: "${secret:quite secret}" } } },
};

let target: Server;
/** What the target was sent as authorization, in order. */
const shown: (string | undefined)[] = [];
beforeAll(async () => {
  target = createServer((request, response) => {
    shown.push(request.headers.authorization);
    response.writeHead(request.url === "/broken" ? 503 : 200).end("fine");
  });
  await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void target.close());
const targetUrl = (path: string) => `http://127.0.0.1:${(target.address() as AddressInfo).port}${path}`;

eachDatabase("services changed over the API", (database) => {
  let api: TestApi;
  const send = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await api.send(method, path, body, headers);
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any };
  };
  const etagOf = async (slug: string) =>
    (await send("GET", `${all}/${slug}/definition`)).headers.get("ETag")!;
  const stands = async (slug: string) => (await findStandingService(database(), slug))!.definition;

  beforeEach(async () => {
    const db = database();
    await db.execute(
      sql`truncate idempotency_keys, platforms, check_revisions, checks, services, service_groups, locations restart identity cascade`,
    );
    await applyPlatform(db, file, now - 1000);
    api = await testApi(db, now, { askOnce: openTrial(({ name }) => openCheckSecret(secretKey, name)) });
    shown.length = 0;
  });

  it("are added once under a key, with a slug made of the title where none is given", async () => {
    const key = { "Idempotency-Key": "one" };
    const [first, second] = [await send("POST", all, lantern, key), await send("POST", all, lantern, key)];
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
    expect(first.headers.get("Location")).toBe(`${all}/lantern-of-aabo`);
    expect(first.body).toMatchObject({
      ...{ slug: "lantern-of-aabo", managed_by: "people", archived: false },
      written: { title: "Lantern of Åbo", checks: { web: { http: { bearer_token: "${sealed:kept}" } } } },
    });
    expect(JSON.stringify(first.body)).not.toContain("quite secret");
    const taken = await send("POST", all, { ...lantern, slug: "lantern-of-aabo" });
    expect([taken.status, taken.body.code]).toEqual([409, "service_exists"]);
    const [entry] = await findAudit(database(), { text: "lantern-of-aabo" }, { before: null, limit: 1 });
    expect(entry).toMatchObject({ kind: "service", event: "added" });
  });

  it("are put as they were read, which changes nothing and keeps what is secret", async () => {
    expect((await send("PUT", `${all}/lantern`, lantern)).status).toBe(201);
    const before = await stands("lantern");
    const read = await send("GET", `${all}/lantern/definition`);
    const again = await send("PUT", `${all}/lantern`, read.body.written, {
      "If-Match": read.headers.get("ETag")!,
    });
    expect([again.status, again.body]).toEqual([200, read.body]);
    expect(await stands("lantern")).toEqual(before);
    const moved = structuredClone(read.body.written);
    moved.checks.web.http.url = "https://elsewhere.example/";
    const refused = await send("PUT", `${all}/lantern`, moved);
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ pointer: "/checks/web/http" }]]);
  });

  it("are changed in part, check by check", async () => {
    await send("PUT", `${all}/lantern`, lantern);
    const patch = {
      group: null,
      checks: { web: { interval: "1m" }, name: { dns: { name: "lantern.example" } } },
    };
    const patched = await send("PATCH", `${all}/lantern`, patch, { "If-Match": await etagOf("lantern") });
    expect(patched.status).toBe(200);
    expect(await stands("lantern")).toMatchObject({ title: "Lantern of Åbo", group: null });
    expect((await stands("lantern")).checks.map(({ slug, intervalMs }) => [slug, intervalMs])).toEqual([
      ["web", 60_000],
      ["name", 15_000],
    ]);
    await send("PATCH", `${all}/lantern`, { checks: { name: null } });
    expect((await stands("lantern")).checks.map(({ slug }) => slug)).toEqual(["web"]);
  });

  it("tell whoever is late that somebody else changed them, and overwrite nothing", async () => {
    await send("PUT", `${all}/lantern`, lantern);
    const seen = { "If-Match": await etagOf("lantern") };
    expect((await send("PATCH", `${all}/lantern`, { title: "Light" }, seen)).status).toBe(200);
    const late = await send("PATCH", `${all}/lantern`, { title: "Lamp" }, seen);
    expect([late.status, late.body.code]).toEqual([412, "version_changed"]);
    expect((await stands("lantern")).title).toBe("Light");
    const unread = await send("PATCH", `${all}/lantern`, { title: "Lamp" }, { "If-Match": "no quotes" });
    expect([unread.status, unread.body.code]).toEqual([422, "if_match"]);
  });

  it("are archived and taken up again, and are asked in between by nobody", async () => {
    await send("PUT", `${all}/lantern`, lantern);
    const asked = async () =>
      (await listWatchedChecks(database()))
        .filter(({ archivedAt }) => archivedAt === null)
        .map(({ serviceSlug }) => serviceSlug);
    expect((await send("DELETE", `${all}/lantern`)).body).toMatchObject({ archived: true });
    expect(await asked()).toEqual(["beacon"]);
    expect((await send("PUT", `${all}/lantern`, lantern)).body.code).toBe("service_gone");
    expect((await send("POST", `${all}/lantern/restoration`)).body).toMatchObject({ archived: false });
    expect(await asked()).toEqual(["beacon", "lantern"]);
  });

  it("that a platform file made are read, and changed there", async () => {
    const read = await send("GET", `${all}/beacon/definition`);
    expect([read.status, read.body.managed_by]).toEqual([200, "file"]);
    for (const [method, path, body] of [
      ["PUT", "", lantern],
      ["PATCH", "", { title: "Light" }],
      ["DELETE", "", undefined],
      ["POST", "/restoration", undefined],
    ] as const) {
      const refused = await send(method, `${all}/beacon${path}`, body);
      expect([method, refused.status, refused.body.code]).toEqual([method, 409, "made_by_file"]);
    }
    expect((await send("GET", `${all}/none/definition`)).status).toBe(404);
    expect((await send("PATCH", `${all}/none`, {})).status).toBe(404);
  });

  it.each([
    ["no check", { checks: {} }, "/checks"],
    ["an address that is none", { checks: { web: { http: "nowhere" } } }, "/checks/web/http"],
    ["a group that is not there", { ...lantern, group: "gone" }, "/group"],
    [
      "a location that is not there",
      { checks: { web: { http: "https://a.example", locations: "x" } } },
      "/checks/web/locations",
    ],
    ["a name that is none", { ...lantern, slug: "Not A Slug" }, "/slug"],
    ["a word of its own", { ...lantern, colour: "red" }, "/colour"],
  ])("are refused with %s, at its place", async (_, body, pointer) => {
    const refused = await send("POST", all, { slug: "bad", ...body });
    expect([refused.status, refused.body.code]).toEqual([422, "bad_service"]);
    expect(refused.headers.get("Content-Type")).toContain("application/problem+json");
    expect(refused.body.errors.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
    expect(await findStandingService(database(), "bad")).toBeUndefined();
  });

  it("have their checks tried before they are saved, with all phases, and nothing kept", async () => {
    const check = { http: { url: targetUrl("/"), bearer_token: "${secret:quite secret}" } };
    const tried = await send("POST", "/api/v1/check-trials", { check });
    expect([tried.status, tried.body]).toMatchObject([200, { outcome: "ok", reason: null }]);
    expect(tried.body.timings).toMatchObject({
      ...{ connect: expect.any(Number), first_byte: expect.any(Number), total: expect.any(Number) },
    });
    expect(shown).toEqual(["Bearer quite secret"]);
    await send("PUT", `${all}/lantern`, { checks: { web: check } });
    const kept = { http: { url: targetUrl("/broken"), bearer_token: "${sealed:kept}" } };
    const again = await send("POST", "/api/v1/check-trials", {
      service: "lantern",
      name: "web",
      check: kept,
    });
    expect(again.body).toMatchObject({ outcome: "fail", reason: "unexpected_status" });
    expect(shown).toEqual(["Bearer quite secret", "Bearer quite secret"]);
    expect(await findStandingService(database(), "trial")).toBeUndefined();
  });

  it("refuse to try what cannot be asked, at its place", async () => {
    const pointerOf = async (body: object) => {
      const refused = await send("POST", "/api/v1/check-trials", body);
      return [refused.status, refused.body.errors[0].pointer];
    };
    expect(await pointerOf({ check: { http: { url: "nowhere" } } })).toEqual([422, "/check/http/url"]);
    expect(await pointerOf({ check: { "check-in": { period: "1h" } } })).toEqual([422, "/check/check-in"]);
    expect((await send("POST", "/api/v1/check-trials", { service: "none", check: {} })).status).toBe(404);
  });
});
