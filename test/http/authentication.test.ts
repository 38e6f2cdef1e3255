import { afterAll, beforeAll, expect, it } from "vitest";
import { createToken } from "../../src/actions/create-token.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { tokens } from "../../src/store/tables/people.ts";
import { eq } from "drizzle-orm";
import { type TestApi, testApi } from "../support/api.ts";
import { openFreshDatabase } from "../support/databases.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
let open: OpenDatabase;
let api: TestApi;
let token: string;

beforeAll(async () => {
  open = await openFreshDatabase();
  api = await testApi(open.db, now);
  token = await createToken(open.db, "Lisbon desk", now);
});
afterAll(() => open.close());

it("reading needs no token", async () => {
  expect((await api.request("/api/v1/incidents")).status).toBe(200);
});

it("a token may write, in any case of the scheme", async () => {
  expect((await declareWith(`Bearer ${token}`)).status).toBe(201);
  expect((await declareWith(`bearer ${token}`)).status).toBe(201);
});

it("the control token of this run may write", async () => {
  expect((await declareWith(`Bearer ${api.deps.controlToken}`)).status).toBe(201);
});

it.each([
  ["a wrong token", () => `Bearer ${token}x`],
  ["a token without its prefix", () => `Bearer ${token.slice(3)}`],
  ["another scheme", () => `Basic ${token}`],
  ["nothing after the scheme", () => "Bearer "],
  ["a control token that is cut", () => `Bearer ${api.deps.controlToken.slice(0, -1)}`],
])("%s is refused", async (_, header) => {
  const answer = await declareWith(header());
  expect(answer.status).toBe(401);
  expect(answer.headers.get("WWW-Authenticate")).toContain("Bearer");
  expect(await answer.json()).toMatchObject({ code: "token_invalid" });
});

it("a revoked token is refused", async () => {
  const revoked = await createToken(open.db, "Osaka desk", now);
  await open.db.update(tokens).set({ revokedAt: now }).where(eq(tokens.name, "Osaka desk"));
  expect((await declareWith(`Bearer ${revoked}`)).status).toBe(401);
});

it("who has no token is refused before anything of the body is judged", async () => {
  const answer = await api.request("/api/v1/incidents", {
    method: "POST",
    body: "not json",
    headers: { "Content-Type": "application/json" },
  });
  expect(answer.status).toBe(401);
});

function declareWith(authorization: string): Promise<Response> {
  return api.request("/api/v1/incidents", {
    method: "POST",
    body: JSON.stringify({ title: "t", message: "m" }),
    headers: { Authorization: authorization, "Content-Type": "application/json" },
  });
}
