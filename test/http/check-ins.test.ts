import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { NotFound } from "../../src/domain/errors.ts";
import { checkInToken, checkOfToken } from "../../src/http/check-in-address.ts";
import { checkRevisions, checks } from "../../src/store/tables/watched.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { insertServices } from "../support/services.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
let open: OpenDatabase;
let api: TestApi;

beforeAll(async () => {
  open = await openFreshDatabase();
  await insertServices(open.db, ["beacon"]);
});
beforeEach(async () => {
  api = await testApi(open.db, now);
});
afterAll(() => open.close());

it.each([
  ["GET", "", "ok"],
  ["POST", "", "ok"],
  ["HEAD", "", "ok"],
  ["GET", "/fail", "fail"],
  ["POST", "/fail", "fail"],
])("%s …%s says %s", async (method, suffix, outcome) => {
  const path = `/check-in/${checkInToken(api.deps.secretKey, 42)}${suffix}`;
  const answer = await api.request(path, { method, ...(method === "POST" ? { body: "any words" } : {}) });
  expect(answer.status).toBe(200);
  expect(api.calls).toEqual([{ checkId: 42, at: now, outcome }]);
});

it("an address that was not made here is unknown, whatever is nearly right", async () => {
  const token = checkInToken(api.deps.secretKey, 42);
  const others = [
    token.replace("42-", "43-"),
    token.slice(0, -1),
    `${token}A`,
    "42",
    "042-x",
    checkInToken("another", 42),
  ];
  for (const other of others) {
    expect(checkOfToken(api.deps.secretKey, other), other).toBeNull();
    expect((await api.request(`/check-in/${other}`)).status).toBe(404);
  }
  expect(api.calls).toEqual([]);
});

it("a check that no job calls any more is refused by name", async () => {
  const gone = await testApi(open.db, now, {
    checkedIn: () => Promise.reject(new NotFound("check_not_found", "Nobody watches this job.")),
  });
  const answer = await gone.request(`/check-in/${checkInToken(gone.deps.secretKey, 1)}`);
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: "check_not_found" }]);
});

it("the addresses are told to who has a token, and to nobody else", async () => {
  const [check] = await open.db
    .insert(checks)
    .values({ serviceId: 1, slug: "backup", managedBy: "people", createdAt: 0 })
    .returning({ id: checks.id });
  await open.db.insert(checkRevisions).values({
    checkId: check!.id,
    effectiveAt: 0,
    definition: {
      target: { kind: "check-in", periodMs: 60_000, graceMs: 10_000, lastCallAt: null },
      intervalMs: 15_000,
      timeoutMs: 5_000,
      slowAboveMs: null,
      family: "any",
      locations: ["lisbon"],
      confirmDown: 1,
      confirmUp: 1,
      quorumFail: null,
      counts: true,
      parent: null,
    },
  });
  expect((await api.request("/api/v1/check-ins")).status).toBe(401);
  const list = await api.request("/api/v1/check-ins", {
    headers: { Authorization: `Bearer ${api.deps.controlToken}` },
  });
  const { check_ins } = (await list.json()) as { check_ins: { path: string }[] };
  expect(check_ins).toMatchObject([{ service: "beacon", check: "backup", last_called_at: null }]);
  expect((await api.request(check_ins[0]!.path)).status).toBe(200);
  expect(api.calls).toMatchObject([{ checkId: check!.id }]);
});

it("a delivered batch goes on exactly as it came", async () => {
  const bytes = new TextEncoder().encode('{"not":"parsed here"}');
  const answer = await api.request("/api/v1/batches", {
    method: "POST",
    body: bytes,
    headers: {
      "Content-Type": "application/octet-stream",
      "Fournines-Signature": new Uint8Array(64).fill(7).toBase64(),
    },
  });
  expect([answer.status, await answer.json()]).toEqual([200, { acknowledged: 7, receivedAt: now }]);
  expect(api.calls).toEqual([{ batch: { bytes, signature: new Uint8Array(64).fill(7) }, at: now }]);
  const unsigned = await api.request("/api/v1/batches", { method: "POST", body: bytes });
  expect(unsigned.status).toBe(422);
});

it("machines learn whether it lives, whether it is ready, and its numbers", async () => {
  expect((await api.request("/healthz")).status).toBe(200);
  expect((await api.request("/readyz")).status).toBe(200);
  expect((await api.request("/metrics")).headers.get("Content-Type")).toContain("text/plain");
  const unready = await testApi(open.db, now, {
    readiness: () => Promise.resolve([{ part: "database", trouble: "does not answer" }]),
  });
  const answer = await unready.request("/readyz");
  expect([answer.status, await answer.json()]).toEqual([
    503,
    { ready: false, parts: [{ part: "database", trouble: "does not answer" }] },
  ]);
});
