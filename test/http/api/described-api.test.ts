import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { operationName, operationsOf } from "../../../src/http/api/described-api.ts";
import { onPostgres } from "../../support/databases.ts";
import { now } from "../../support/boards.ts";
import { apiRights } from "../rights.ts";
import { testApi, type TestApi } from "../../support/api.ts";

onPostgres("the API's description of itself", (database) => {
  const open = (): Promise<TestApi> => testApi(database(), now);

  it("is OpenAPI 3.1 to a validator that nobody here wrote", async () => {
    const document = (await (await (await open()).request("/api/v1/openapi.json")).json()) as Record<
      string,
      unknown
    >;
    const { valid, errors } = await new Validator().validate(document);
    expect([valid, errors]).toEqual([true, undefined]);
  });

  it("names every operation once, by its address alone", async () => {
    const api = await open();
    const operations = operationsOf((await (await api.request("/api/v1/openapi.json")).json()) as never);
    const names = operations.map(({ operation }) => operation.operationId);
    expect(names.length).toBeGreaterThan(80);
    expect(new Set(names).size).toBe(names.length);
    for (const { method, path, operation } of operations) {
      expect(operation.operationId).toBe(operationName(method, path));
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z0-9]+$/);
    }
    // Whoever made a client of it keeps these.
    expect(names).toEqual(
      expect.arrayContaining([
        "getSummary",
        "getServicesBySlug",
        "postIncidents",
        "postIncidentsByReferenceUpdates",
        "patchMaintenanceWindowsByReference",
      ]),
    );
  });

  it("names for every route what it takes to be let in, each way described", async () => {
    const document = (await (await (await open()).request("/api/v1/openapi.json")).json()) as never;
    const { securitySchemes } = (
      document as { components: { securitySchemes: Record<string, { type: string; description: string }> } }
    ).components;
    const named = new Map(
      operationsOf(document).map(({ method, path, operation: { security = [] } }) => [
        `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
        security.flatMap((one) => Object.keys(one)),
      ]),
    );
    const { "GET /api/v1/openapi.json": itself, ...described } = apiRights;
    expect(itself).toBe("open");
    for (const [route, needed] of Object.entries(described)) {
      const names = named.get(route);
      expect([route, names?.length]).toEqual([route, needed === "open" ? 0 : 1]);
      for (const name of names!) {
        expect([route, name === "token"]).toEqual([route, needed !== "probe"]);
        expect(securitySchemes[name]?.description).toBeTruthy();
      }
    }
    expect([...new Set([...named.values()].flat())].sort()).toEqual(Object.keys(securitySchemes).sort());
    expect(named.get("POST /api/v1/batches")).toEqual(["batch"]);
    expect(named.get("POST /api/v1/probes")).toEqual(["invitation"]);
  });

  it("is printed as a page of ours, every operation of it, without a script of others", async () => {
    const api = await open();
    const operations = operationsOf((await (await api.request("/api/v1/openapi.json")).json()) as never);
    const answer = await api.request("/api/docs", { headers: { "Accept-Language": "en" } });
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    const html = await answer.text();
    for (const { method, path, operation } of operations) {
      expect(html).toContain(`<details id="${operation.operationId}">`);
      expect(html).toContain(`<b>${method.toUpperCase()}</b> ${path}</code>`);
    }
    expect(html).not.toMatch(/<script(?![^>]*src="\/assets\/)|undefined|\[object/);
  });

  it("lets pages of others read what is public, and asks them before anything else", async () => {
    const api = await open();
    const preflight = (path: string, method: string) =>
      api.request(path, {
        method: "OPTIONS",
        headers: { Origin: "https://intranet.example", "Access-Control-Request-Method": method },
      });
    const asked = await preflight("/api/v1/summary", "GET");
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked.headers.get("access-control-allow-methods")).toBe("GET,HEAD");
    expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
    // A browser goes no further with what is not named.
    expect(
      (await preflight("/api/v1/incidents", "POST")).headers.get("access-control-allow-methods"),
    ).not.toContain("POST");
    const read = await api.request("/api/v1/summary", { headers: { Origin: "https://intranet.example" } });
    expect([read.status, read.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
  });

  it("lets them read that there is nothing, and what is refused", async () => {
    const api = await open();
    for (const [path, status] of [
      ["/api/v2/nothing.json", 404],
      ["/da/api/v2/nothing.json", 404],
      ["/api/v1/nothing", 404],
      ["/api/v1/incidents/INC-2026-9999", 404],
      ["/api/v1/incidents?limit=none", 422],
      ["/api/v1/audit", 401],
    ] as const) {
      const { status: answered, headers } = await api.request(path);
      expect([path, answered, headers.get("access-control-allow-origin")]).toEqual([path, status, "*"]);
    }
  });

  it("leads keepers of passwords to where one is changed", async () => {
    const answer = await (await open()).request("/.well-known/change-password");
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/console/account"]);
  });
});
