import { describe, expect, it } from "vitest";
import { putOffRoutes } from "../../src/http/put-off.ts";

const app = putOffRoutes({
  problemHtml: ({ status }, path, accepted = "") => `<h1>${status} at ${path} for ${accepted}</h1>`,
});

describe("while the database is away from the start on", () => {
  it("it says that it lives, and that it is not ready, and why", async () => {
    const alive = await app.request("/healthz");
    expect([alive.status, await alive.json()]).toEqual([200, { alive: true }]);
    const ready = await app.request("/readyz");
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false, parts: [{ part: "database" }] });
  });

  it.each([
    ["GET", "/console"],
    ["POST", "/api/v1/batches"],
    ["GET", "/pages/partners/"],
    ["DELETE", "/api/v1/incidents/INC-2026-0001"],
  ])("%s %s is put off, in words for whoever asks, and kept by nobody", async (method, path) => {
    const page = await app.request(path, {
      method,
      headers: { Accept: "text/html", "Accept-Language": "da" },
    });
    expect([page.status, await page.text()]).toEqual([503, `<h1>503 at ${path} for da</h1>`]);
    const problem = await app.request(path, { method });
    expect([problem.status, problem.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
    expect(await problem.json()).toMatchObject({ status: 503, type: "/problems/unavailable" });
    for (const answer of [page, problem]) {
      expect(answer.headers.get("retry-after")).toBe("10");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });
});
