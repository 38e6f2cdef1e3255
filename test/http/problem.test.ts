import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Forbidden } from "../../src/domain/errors.ts";
import { onThrown, onUnknownRoute, problemKinds } from "../../src/http/problem.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { openFreshDatabase } from "../support/databases.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
let open: OpenDatabase;
let api: TestApi;

beforeAll(async () => {
  open = await openFreshDatabase();
  api = await testApi(open.db, now);
});
afterAll(() => open.close());

describe("the API answers with a problem", () => {
  it.each<[string, () => Promise<Response>, number, string]>([
    ["malformed JSON", () => api.send("POST", "/api/v1/incidents", '{"title": '), 400, "malformed_json"],
    [
      "another content type",
      () => api.send("POST", "/api/v1/incidents", "a=b", { "Content-Type": "text/plain" }),
      415,
      "unsupported_media_type",
    ],
    [
      "a body that is too large",
      () => api.send("POST", "/api/v1/incidents", JSON.stringify({ title: "x".repeat(300_000) })),
      413,
      "body_too_large",
    ],
    ["an unknown address", () => api.request("/api/v1/nothing"), 404, "unknown_address"],
    [
      "a method it does not take",
      () => api.request("/api/v1/incidents", { method: "DELETE" }),
      405,
      "method_not_allowed",
    ],
    [
      "writing without a token",
      () => api.request("/api/v1/incidents", { method: "POST", body: "{}" }),
      401,
      "token_missing",
    ],
    ["a query that is wrong", () => api.request("/api/v1/incidents?limit=0"), 422, "invalid_request"],
    ["a query that is unknown", () => api.request("/api/v1/incidents?colour=red"), 422, "invalid_request"],
    ["a service that does not exist", () => api.request("/api/v1/services/bacon"), 404, "service_not_found"],
  ])("for %s", async (_, request, status, code) => {
    const answer = await request();
    expect(answer.status).toBe(status);
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    const problem = (await answer.json()) as { type: string; instance: string; detail: string };
    expect(problem).toMatchObject({ status, code });
    expect(problem.instance).toBe(`urn:uuid:${answer.headers.get("X-Request-Id")}`);
    expect(Object.keys(problemKinds).map((kind) => `/problems/${kind}`)).toContain(problem.type);
    expect(api.defects).toEqual([]);
  });

  it("that names the methods an address does take", async () => {
    const answer = await api.request("/api/v1/incidents", { method: "DELETE" });
    expect(answer.headers.get("Allow")).toBe("GET, HEAD, POST");
  });

  it("that says by ?name which part of the address is wrong", async () => {
    const answer = await api.request("/api/v1/incidents?limit=0");
    expect(((await answer.json()) as { errors: { pointer: string }[] }).errors[0]?.pointer).toBe("?limit");
  });

  it("for a stream of unknown length that grows too large", async () => {
    const chunk = new TextEncoder().encode("x".repeat(100_000));
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 4; i++) {
          controller.enqueue(chunk);
        }
        controller.close();
      },
    });
    const request = new Request("http://localhost/api/v1/incidents", {
      method: "POST",
      body,
      duplex: "half",
    });
    expect((await api.request(request)).status).toBe(413);
  });
});

it("what was stored is answered as stored, also when the board could not be told", async () => {
  const deaf = await testApi(open.db, now, {
    changed: () => Promise.reject(new Error("no word came through")),
  });
  const answer = await deaf.send("POST", "/api/v1/incidents", { title: "t", message: "m" });
  expect(answer.status).toBe(201);
  expect(deaf.defects).toHaveLength(1);
});

describe("what is no refusal", () => {
  const logged: { requestId: string; error: unknown }[] = [];
  const app = new Hono();
  app.onError(onThrown((defect) => logged.push(defect)));
  app.notFound(onUnknownRoute(app));
  app.get("/defect", () => {
    throw new Error("password=hunter2", { cause: new Error("deep") });
  });
  app.get("/away", () => {
    throw new Error("query failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
  });
  app.get("/forbidden", () => {
    throw new Forbidden("not_yours", "That belongs to somebody else.");
  });

  it("is logged once with its cause and number, and never told", async () => {
    const answer = await app.request("/defect");
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toContain("hunter2");
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ requestId: answer.headers.get("X-Request-Id") });
    expect((logged[0]?.error as Error).cause).toMatchObject({ message: "deep" });
  });

  it("says that the database is away, and when to come back", async () => {
    const answer = await app.request("/away");
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "5"]);
    expect(await answer.json()).toMatchObject({ code: "database_away" });
  });

  it("and what is one is not logged", async () => {
    const before = logged.length;
    expect((await app.request("/forbidden")).status).toBe(403);
    expect(logged).toHaveLength(before);
  });
});

describe("a person who asks for a page", () => {
  const browser = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "da" };
  let withPages: TestApi;
  beforeAll(async () => {
    withPages = await testApi(open.db, now, {
      problemHtml: ({ status, requestId }, path, language) =>
        `<h1>${status} ${requestId} ${path} ${language}</h1>`,
      readiness: () => Promise.reject(new Error("a defect")),
    });
  });

  it.each([
    ["/nothing", 404],
    ["/check-in/1-guessed", 404],
    ["/readyz", 500],
  ])("is answered with one at %s", async (path, status) => {
    const answer = await withPages.request(path, { headers: browser });
    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([status, "text/html; charset=utf-8"]);
    expect(await answer.text()).toBe(`<h1>${status} ${answer.headers.get("X-Request-Id")} ${path} da</h1>`);
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff");
  });

  it("is answered as a program under /api, and a program everywhere", async () => {
    for (const [path, headers] of [
      ["/api/v1/nothing", browser],
      ["/nothing", { Accept: "*/*" }],
      ["/nothing", {}],
    ] as const) {
      const answer = await withPages.request(path, { headers });
      expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    }
  });
});
