import { beforeAll, expect, it } from "vitest";
import { down, june2026 } from "../../evaluation/cases.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";

const good = { kind: "availability", input: june2026([down("09 08:15:20", "09 08:17:05")]) };
const bad = { kind: "cycles", input: { timezone: "Europe/Kopenhagen", target_percent: null, labels: [] } };

onPostgres("evaluations over the API", (database) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await testApi(database(), Date.parse("2026-06-01T10:00:00Z"));
  });
  const post = (body: unknown) =>
    api.request("/api/v1/evaluations", {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });

  it("anybody gets the result of a case, without a token", async () => {
    const response = await post(good);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ counted_down_ms: 105_000, verdict: "met" });
  });

  it("a list gets a list, with refusals in their places", async () => {
    const response = await post([bad, good]);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual([
      { error: { code: "time_zone", pointer: "/input/timezone", detail: expect.any(String) } },
      expect.objectContaining({ verdict: "met" }),
    ]);
  });

  it("a refused case is a problem like any other, and says its error too", async () => {
    const response = await post(bad);
    expect(response.status).toBe(422);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    const error = { code: "time_zone", pointer: "/input/timezone", detail: expect.any(String) };
    expect(await response.json()).toMatchObject({
      type: "/problems/invalid-input",
      code: "time_zone",
      errors: [{ pointer: "/input/timezone" }],
      error,
    });
  });

  it("what is no JSON is refused as such", async () => {
    expect((await post("{")).status).toBe(400);
  });

  it("stands in the description of the API", async () => {
    const description = (await (await api.request("/api/v1/openapi.json")).json()) as {
      paths: Record<string, { post?: { requestBody?: unknown } }>;
    };
    expect(description.paths["/api/v1/evaluations"]?.post?.requestBody).toBeDefined();
  });
});
