import { beforeEach, expect, it } from "vitest";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import { agree, closablePlatform, forgetClosings } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("links of a customer", (database) => {
  let db: Database;
  let api: TestApi;
  let browser: TestBrowser;
  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.99");
    api = await testApi(db, now);
    browser = testBrowser(api);
  });

  const links = "/api/v1/customers/acme/links";
  const make = async () =>
    (await (await api.send("POST", links, {})).json()) as { id: string; path: string; expires_at: string };
  const list = async () => {
    const answer = await api.send("GET", links, undefined);
    return ((await answer.json()) as { links: Record<string, unknown>[] }).links;
  };

  it("are made for 90 days, and listed without what lets in", async () => {
    const { id, path, expires_at } = await make();
    expect(path).toMatch(new RegExp(`^/portal/enter/${id}\\.[\\w-]{32}$`));
    expect(expires_at).toBe("2026-09-08T10:00:00.000Z");
    const [listed] = await list();
    expect(listed).toMatchObject({ id, customer: "acme", last_used_at: null, revoked_at: null });
    expect(JSON.stringify(listed)).not.toContain("/portal");
  });

  it("take a token that may write contracts", async () => {
    for (const [method, path] of [
      ["GET", links],
      ["POST", links],
      ["DELETE", `${links}/x`],
    ] as const) {
      expect([method, (await api.request(path, { method })).status]).toEqual([method, 401]);
    }
  });

  it("are of a customer that there is and that is not archived", async () => {
    expect((await api.send("POST", "/api/v1/customers/nobody/links", {})).status).toBe(404);
    expect((await api.send("GET", "/api/v1/customers/nobody/links", undefined)).status).toBe(404);
  });

  it("are revoked under their own customer only, once for all", async () => {
    const { id } = await make();
    expect((await api.send("DELETE", `/api/v1/customers/beta/links/${id}`, undefined)).status).toBe(404);
    expect((await api.send("DELETE", `${links}/${id}`, undefined)).status).toBe(200);
    api.clock.now += 60_000;
    expect((await api.send("DELETE", `${links}/${id}`, undefined)).status).toBe(200);
    expect((await list())[0]!["revoked_at"]).toBe("2026-06-10T10:00:00.000Z");
  });

  it("are made, shown and revoked on a page of the console", async () => {
    const made = await api.send("POST", "/api/v1/tokens", { name: "Bo" });
    await browser.post("/console/sign-in", { token: ((await made.json()) as { token: string }).token });
    const page = "/console/customers/acme/links";
    expect(await (await browser.get(page)).text()).toContain("No link has been made yet.");
    const posted = await browser.post(page);
    expect([posted.status, posted.headers.get("Location")]).toEqual([303, page]);
    const text = await (await browser.get(page)).text();
    const [, address, id] = /value="(https:\/\/status\.example\/portal\/enter\/([\w-]{16})\.[\w-]{32})"/.exec(
      text,
    )!;
    expect(text).toContain("Made by Bo");
    expect((await browser.post(`${page}/${id}/revocation`)).status).toBe(422);
    expect((await browser.post(`${page}/${id}/revocation`, { confirmed: "yes" })).status).toBe(303);
    const after = await (await browser.get(page)).text();
    expect(after).toContain("Revoked");
    expect(after).not.toContain(address);
    expect((await browser.get("/console/customers/nobody/links")).status).toBe(404);
  });
});
