import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { followAccessLink, makeAccessLink, pathOfAccessLink } from "../../../src/actions/access-link.ts";
import { createToken } from "../../../src/actions/create-token.ts";
import type { Database } from "../../../src/store/database.ts";
import { revokeAccessLink } from "../../../src/store/access-links.ts";
import { revokeToken } from "../../../src/store/tokens.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const hourMs = 3_600_000;

onPostgres("the door of the console", (database) => {
  let db: Database;
  let api: TestApi;
  let browser: TestBrowser;
  let token: string;
  beforeEach(async () => {
    db = database();
    await db.execute(sql`truncate tokens restart identity cascade`);
    api = await testApi(db, now);
    browser = testBrowser(api);
    token = await createToken(db, "Bo", now);
  });

  const linkForBo = async () =>
    pathOfAccessLink(api.deps.secretKey, await makeAccessLink(db, { token: "Bo" }, "Bo", api.clock.now));

  it("leads whoever is not signed in to it, and back to where they wanted to go", async () => {
    const answer = await browser.get("/console/somewhere?month=2026-06");
    expect(answer.status).toBe(303);
    const door = answer.headers.get("Location")!;
    expect(door).toBe("/console/sign-in?then=%2Fconsole%2Fsomewhere%3Fmonth%3D2026-06");
    expect(await (await browser.get(door)).text()).toContain('value="/console/somewhere?month=2026-06"');
    const entered = await browser.post("/console/sign-in", {
      token,
      then: "/console/somewhere?month=2026-06",
    });
    expect([entered.status, entered.headers.get("Location")]).toEqual([
      303,
      "/console/somewhere?month=2026-06",
    ]);
    expect((await browser.get("/console/somewhere")).status).toBe(404);
  });

  it("leads to no address of somebody else", async () => {
    for (const then of [
      "https://elsewhere.example/",
      "//elsewhere.example",
      "/portal",
      "/console/\\..",
      "/consolex",
    ]) {
      const entered = await browser.post("/console/sign-in", { token, then });
      expect([then, entered.headers.get("Location")]).toEqual([then, "/console"]);
    }
  });

  it("gives a cookie that scripts cannot read and other rooms are not sent", async () => {
    const entered = await browser.post("/console/sign-in", { token });
    expect(entered.headers.getSetCookie()[0]).toMatch(
      /^fn_session=[\w-]{43}; Path=\/console; HttpOnly; SameSite=Lax$/,
    );
    api.deps.baseUrl = "https://status.example";
    expect((await browser.post("/console/sign-in", { token })).headers.getSetCookie()[0]).toContain(
      "; Secure",
    );
  });

  it("refuses a token that is none, at its field, and does not print it", async () => {
    const answer = await browser.post("/console/sign-in", { token: "fn_wrong" });
    const page = await answer.text();
    expect(answer.status).toBe(401);
    expect(page).toContain("This token is not known here");
    expect(page).toContain('aria-invalid="true"');
    expect(page).not.toContain("fn_wrong");
  });

  it("refuses an address that has failed too often", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) {
      statuses.push((await browser.post("/console/sign-in", { token: "fn_wrong" })).status);
    }
    expect(statuses.slice(9)).toEqual([401, 429]);
  });

  it("a link is looked at without being used, followed by its button, and good once", async () => {
    const path = await linkForBo();
    for (let i = 0; i < 2; i++) {
      expect(await (await browser.get(path)).text()).toContain("signs you in as Bo");
    }
    expect((await browser.post(path)).status).toBe(303);
    expect((await browser.get("/console/somewhere")).status).toBe(404);
    const again = testBrowser(api);
    expect((await again.post(path)).status).toBe(401);
    expect((await again.get(path)).status).toBe(401);
  });

  it("of two that follow a link at once, one is let in", async () => {
    const sealed = (await linkForBo()).split("/").at(-1)!;
    const both = await Promise.allSettled(
      [1, 2].map(() => followAccessLink(db, api.deps.secretKey, "token", sealed, now)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("a link is over after an hour, when it is revoked, and when a character of it is changed", async () => {
    const path = await linkForBo();
    const statusOf = async (link: string) => (await browser.get(link)).status;
    expect(await statusOf(path)).toBe(200);
    expect(await statusOf(path.replace(/.$/, (last) => (last === "A" ? "B" : "A")))).toBe(401);
    api.clock.now = now + hourMs - 1;
    expect(await statusOf(path)).toBe(200);
    api.clock.now = now + hourMs;
    expect(await statusOf(path)).toBe(401);
    api.clock.now = now;
    await revokeAccessLink(db, /sign-in\/([\w-]{16})\./.exec(path)![1]!, now);
    expect(await statusOf(path)).toBe(401);
  });

  it("a session ends twelve hours after it was last used, with its token, and by signing out", async () => {
    const isIn = async () => (await browser.get("/console/somewhere")).status === 404;
    await browser.post("/console/sign-in", { token });
    api.clock.now += 11 * hourMs;
    expect(await isIn()).toBe(true);
    api.clock.now += 11 * hourMs;
    expect(await isIn()).toBe(true);
    api.clock.now += 12 * hourMs;
    expect(await isIn()).toBe(false);
    await browser.post("/console/sign-in", { token });
    const secret = browser.cookies.get("fn_session")!;
    await browser.post("/console/sign-out");
    browser.cookies.set("fn_session", secret);
    expect(await isIn()).toBe(false);
    await browser.post("/console/sign-in", { token });
    await revokeToken(db, "Bo", api.clock.now);
    expect(await isIn()).toBe(false);
  });

  it("does nothing for a form of somebody else's page", async () => {
    const from = { Origin: "https://elsewhere.example" };
    expect((await browser.post("/console/sign-in", { token }, from)).status).toBe(403);
    expect(browser.cookies.size).toBe(0);
  });

  it("speaks the language that was chosen, else one the browser accepts", async () => {
    const heading = async () => (await browser.get("/console/sign-in", { "Accept-Language": "da" })).text();
    expect(await heading()).toContain("<h1>Log ind</h1>");
    const made = await api.send("POST", "/api/v1/tokens/Bo/sign-in-links", {});
    expect(made.status).toBe(201);
    const { path, expires_at } = (await made.json()) as { path: string; expires_at: string };
    expect(expires_at).toBe("2026-06-10T11:00:00.000Z");
    await browser.post(path);
    const chosen = await browser.post("/console/language", { language: "fr", then: "/console" });
    expect(chosen.headers.get("Location")).toBe("/console");
    expect(await heading()).toContain("<h1>Log ind</h1>");
  });
});
