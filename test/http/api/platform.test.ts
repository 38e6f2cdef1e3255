import { beforeAll, describe, expect, it } from "vitest";
import { listWatchedChecks } from "../../../src/store/watched-checks.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";

const now = Date.parse("2026-06-01T10:00:00Z");
const text = (checks: string) =>
  `platform: { name: Acme, time_zone: Europe/Copenhagen }\nservices:\n  beacon:\n    title: Beacon\n    ${checks}\n`;
const good = text('checks: { web: { http: "http://127.0.0.1:9/" } }');

onPostgres("the platform over the API", (database) => {
  let api: TestApi;
  let db: Database;
  beforeAll(async () => {
    db = database();
    api = await testApi(db, now);
  });
  const post = (body: unknown, query = "", headers?: Record<string, string>) =>
    api.send("POST", `/api/v1/platform${query}`, body, headers);

  describe("is for those who may", () => {
    it.each([
      ["no token", undefined, "token_missing"],
      ["a token that is not known", `Bearer fn_${"a".repeat(43)}`, "token_invalid"],
      ["something that is no token", "Basic YTpi", "token_invalid"],
    ])("%s is refused before anything is read", async (_, authorization, code) => {
      const response = await api.request("/api/v1/platform", {
        method: "POST",
        body: "{",
        headers: {
          "Content-Type": "application/json",
          ...(authorization === undefined ? {} : { Authorization: authorization }),
        },
      });
      expect(response.status).toBe(401);
      expect(response.headers.get("Content-Type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ code });
    });
  });

  it("a dry run shows the plan and changes nothing", async () => {
    const response = await post({ text: good }, "?dry_run=true");
    expect(response.status).toBe(200);
    const plan = (await response.json()) as { changes: { noun: string; slug: string; verb: string }[] };
    expect(plan.changes).toContainEqual(
      expect.objectContaining({ noun: "service", slug: "beacon", verb: "add" }),
    );
    expect(await listWatchedChecks(db)).toEqual([]);
  });

  it("mistakes are told all at once, with their lines and rules, and nothing is applied", async () => {
    const response = await post({
      file: "acme.yaml",
      text: text('cheks: { web: { http: "http://127.0.0.1:9/" } }\n    colour: red'),
    });
    expect(response.status).toBe(422);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    const problem = (await response.json()) as {
      detail: string;
      errors: { pointer: string; detail: string }[];
    };
    const words = JSON.stringify(problem);
    expect(words).toMatch(/acme\.yaml:5:5.*cheks.*checks/);
    expect(words).toMatch(/:6:5.*colour/);
    expect(problem.errors.every(({ pointer }) => pointer !== "")).toBe(true);
    expect(await listWatchedChecks(db)).toEqual([]);
  });

  it("a file of thousands of checks is not too large", async () => {
    const response = await post(
      { text: `${good}${"# as many lines as it takes\n".repeat(20_000)}` },
      "?dry_run=true",
    );
    expect(response.status).toBe(200);
  });

  it("what is sent must have the shape of a request", async () => {
    const response = await post({ yaml: good });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ pointer: "/text" })]) as unknown,
    });
  });

  it("applied, it is what is watched; applied again, nothing changes", async () => {
    expect((await post({ text: good })).status).toBe(200);
    expect(await listWatchedChecks(db)).toMatchObject([{ serviceSlug: "beacon", slug: "web" }]);
    expect(await (await post({ text: good })).json()).toMatchObject({ changes: [] });
  });

  it("reads included files from what comes with the request, and tells doubts about contracts", async () => {
    const body = {
      text: `${good}include: contracts.yaml\n`,
      files: {
        "contracts.yaml":
          "customers: { acme: Acme }\ncontracts: { all: { customer: acme, starts: 2026-01-01, target: 100 } }\n",
      },
    };
    const plan = (await (await post(body, "?dry_run=true")).json()) as {
      changes: object[];
      warnings: string[];
    };
    expect(plan.changes).toContainEqual(
      expect.objectContaining({ noun: "contract", slug: "all", verb: "add" }),
    );
    expect(plan.warnings).toEqual([
      expect.stringContaining('contract all: "beacon/web" is asked every 15s'),
      expect.stringContaining("from one location only"),
    ]);
    const missing = await post({ ...body, files: {} });
    expect(await missing.json()).toMatchObject({
      code: "bad_platform_file",
      detail: expect.stringContaining("contracts.yaml cannot be read"),
    });
  });
});

onPostgres("tokens over the API", (database) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi(database(), now);
  });
  const list = async () =>
    (
      (await (await api.send("GET", "/api/v1/tokens", undefined)).json()) as {
        tokens: Record<string, unknown>[];
      }
    ).tokens;

  it("nothing about them is told without a token", async () => {
    for (const method of ["GET", "POST"]) {
      const response = await api.request("/api/v1/tokens", { method });
      expect(response.status).toBe(401);
      expect(response.headers.get("WWW-Authenticate")).toContain("Bearer");
    }
  });

  it("one is shown when it is made and never again, works until it is revoked, and is listed with its uses", async () => {
    const made = await api.send("POST", "/api/v1/tokens", { name: "deploys" });
    expect(made.status).toBe(201);
    const { token } = (await made.json()) as { token: string };
    expect(token).toMatch(/^fn_[\w-]{43}$/);
    const use = () => api.request("/api/v1/tokens", { headers: { Authorization: `Bearer ${token}` } });
    expect((await use()).status).toBe(200);
    const all = await list();
    expect(all).toContainEqual(
      expect.objectContaining({ name: "deploys", created_at: "2026-06-01T10:00:00.000Z", revoked_at: null }),
    );
    expect(all.find(({ name }) => name === "deploys")!.last_used_at).not.toBeNull();
    expect(JSON.stringify(all)).not.toContain(token.slice(3));
    expect((await api.send("DELETE", "/api/v1/tokens/deploys", undefined)).status).toBe(200);
    expect((await use()).status).toBe(401);
  });

  it("a name that stands already, a blank one and one that does not exist are refused", async () => {
    await api.send("POST", "/api/v1/tokens", { name: "twice" });
    expect((await api.send("POST", "/api/v1/tokens", { name: "twice" })).status).toBe(409);
    expect((await api.send("POST", "/api/v1/tokens", { name: " " })).status).toBe(422);
    expect((await api.send("DELETE", "/api/v1/tokens/nobody", undefined)).status).toBe(404);
  });
});
