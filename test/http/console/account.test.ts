import { sql } from "drizzle-orm";
import { TOTP } from "otpauth";
import { beforeEach, expect, it } from "vitest";
import type { Database } from "../../../src/store/database.ts";
import { listAudit } from "../../../src/store/audit.ts";
import { secondFactors } from "../../../src/store/tables/people.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { testBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn, goodPassword } from "../../support/people.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const dayMs = 86_400_000;

onPostgres("an account", (database) => {
  let db: Database;
  let api: TestApi;
  let bo: Awaited<ReturnType<typeof comeIn>>;
  beforeEach(async () => {
    db = database();
    await db.execute(sql`truncate tokens, people restart identity cascade`);
    api = await testApi(db, now);
    bo = await comeIn(api, "Bo", "ops");
  });

  const read = async () => (await bo.browser.get("/console/account")).text();
  const signIn = (browser = testBrowser(api), password = goodPassword) =>
    browser.post("/console/sign-in", { mail: "bo@acme.example", password, then: "/console/account" });

  it("changes name and language, for every browser", async () => {
    await bo.browser.post("/console/account", { name: "Bo Lund", language: "da" });
    const other = testBrowser(api);
    await signIn(other);
    const page = await (await other.get("/console/account")).text();
    expect(page).toContain("<h1>Din konto</h1>");
    expect(page).toContain("Logget ind som Bo Lund");
  });

  it("changes the password for whoever knows it, and ends every other session", async () => {
    const other = testBrowser(api);
    await signIn(other);
    const wrong = await bo.browser.post("/console/account/password", { old: "x", password: goodPassword });
    expect([wrong.status, (await wrong.text()).includes("This is not your password")]).toEqual([401, true]);
    const fields = { old: goodPassword, password: "nine red foxes run" };
    expect((await bo.browser.post("/console/account/password", fields)).status).toBe(303);
    expect((await bo.browser.get("/console/account")).status).toBe(200);
    expect((await other.get("/console/account")).status).toBe(303);
    expect((await signIn()).status).toBe(401);
    expect((await signIn(testBrowser(api), "nine red foxes run")).status).toBe(303);
  });

  it("lists where one is signed in, and ends one session or all others", async () => {
    const others = [testBrowser(api), testBrowser(api), testBrowser(api)];
    for (const other of others) {
      await signIn(other);
    }
    const isIn = () => Promise.all(others.map(async (one) => (await one.get("/console/account")).status));
    const listed = [...(await read()).matchAll(/name="session" value="(\w{64})"/g)].map(([, id]) => id!);
    expect(listed).toHaveLength(3);
    await bo.browser.post("/console/account/sessions", { session: listed[0]! });
    expect((await isIn()).filter((status) => status === 200)).toHaveLength(2);
    await bo.browser.post("/console/account/sessions");
    expect(await isIn()).toEqual([303, 303, 303]);
    expect((await bo.browser.get("/console/account")).status).toBe(200);
  });

  it("ends no session of somebody else", async () => {
    const ann = await comeIn(api, "Ann", "admin");
    await signIn();
    const theirs = /name="session" value="(\w{64})"/.exec(await read())![1]!;
    await ann.browser.post("/console/account/sessions", { session: theirs });
    expect(await read()).toContain(theirs);
  });

  const addAuthenticator = async () => {
    const secret = /address">([A-Z2-7]{32})</.exec(await read())![1]!;
    const code = (at: number) => new TOTP({ secret }).generate({ timestamp: at });
    const wrong = await bo.browser.post("/console/account/authenticator", { code: "000000" });
    expect(wrong.status).toBe(422);
    const added = await bo.browser.post("/console/account/authenticator", { code: code(now) });
    const codes = [...(await added.text()).matchAll(/<code>([a-z2-9]{5}-[a-z2-9]{5})<\/code>/g)];
    return { secret, code, backup: codes.map(([, one]) => one!) };
  };
  const step = async (browser: ReturnType<typeof testBrowser>, code: string) => {
    const asked = await (await signIn(browser)).text();
    const ticket = /name="ticket" value="([^"]+)"/.exec(asked)![1]!;
    return browser.post("/console/second-step", { ticket, code, then: "/console/account" });
  };

  it("asks for a code of the authenticator after the password, each good once, near its time", async () => {
    const { secret, code, backup } = await addAuthenticator();
    expect(backup).toHaveLength(10);
    const browser = testBrowser(api);
    expect((await signIn(browser)).status).toBe(200);
    expect((await browser.get("/console/account")).status).toBe(303);
    // The code that confirmed it is used; the next step's is near enough.
    expect((await step(browser, code(now))).status).toBe(401);
    expect((await step(browser, code(now + 60_000))).status).toBe(401);
    const entered = await step(browser, code(now + 30_000));
    expect([entered.status, entered.headers.get("Location")]).toEqual([303, "/console/account"]);
    expect((await step(testBrowser(api), code(now + 30_000))).status).toBe(401);
    const refused = (await listAudit(db, bo.person.id)).filter(({ event }) => event === "refused");
    expect(refused).toHaveLength(3);
    const kept = Buffer.from((await db.select().from(secondFactors))[0]!.sealed).toString("latin1");
    expect(kept).not.toContain(secret);
  });

  it("takes a backup code once, and a ticket for ten minutes", async () => {
    const { backup } = await addAuthenticator();
    const typed = backup[0]!.toUpperCase().replace("-", " ");
    expect((await step(testBrowser(api), typed)).status).toBe(303);
    expect((await step(testBrowser(api), typed)).status).toBe(401);
    expect(await read()).toContain("9 backup codes are left");
    const asked = await (await signIn()).text();
    const ticket = /name="ticket" value="([^"]+)"/.exec(asked)![1]!;
    const late = (at: number, one: string) => {
      api.clock.now = at;
      return testBrowser(api).post("/console/second-step", { ticket: one, code: backup[1]! });
    };
    expect((await late(now, `${ticket.slice(0, -1)}x`)).headers.get("Location")).toContain("/sign-in");
    expect((await late(now + 600_000, ticket)).headers.get("Location")).toContain("/sign-in");
    expect((await late(now + 599_999, ticket)).headers.get("Location")).toBe("/console");
  });

  it("is not asked for a code any more once the authenticator was taken away with one", async () => {
    const { code } = await addAuthenticator();
    const remove = (one: string) => bo.browser.post("/console/account/authenticator/removal", { code: one });
    expect((await remove("123456")).status).toBe(401);
    expect((await remove(code(now + 30_000))).status).toBe(303);
    expect((await signIn()).status).toBe(303);
  });

  it("makes a token of one's own, which may no more than one may oneself, until it is over", async () => {
    const make = (fields: Record<string, string | string[]>) =>
      bo.browser.post("/console/account/tokens", fields);
    expect((await make({ name: "phone", scope: "write:people", expires: "30" })).status).toBe(403);
    const nothing = await make({ name: "phone", expires: "30" });
    expect([nothing.status, (await nothing.text()).includes('value="phone"')]).toEqual([422, true]);
    const made = await make({ name: "phone", scope: ["write:incidents", "read:reports"], expires: "30" });
    const token = /fn_[\w-]{43}/.exec(await made.text())![0];
    const ask = async (path: string, init: RequestInit = {}) =>
      (await api.request(path, { ...init, headers: { Authorization: `Bearer ${token}` } })).status;
    expect(await ask("/api/v1/reports")).toBe(200);
    expect(await ask("/api/v1/people")).toBe(403);
    const declared = await api.request("/api/v1/incidents", {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ title: "Slow", message: "We look." }),
    });
    expect(declared.status).toBe(201);
    expect((await listAudit(db, "INC-2026-0001")).at(-1)).toMatchObject({ author: bo.person.id });
    api.clock.now = now + 30 * dayMs;
    expect(await ask("/api/v1/reports")).toBe(401);
    api.clock.now = now;
    const revocation = { name: "phone" };
    expect((await bo.browser.post("/console/account/tokens/revocation", revocation)).status).toBe(422);
    await bo.browser.post("/console/account/tokens/revocation", { ...revocation, confirmed: "yes" });
    expect(await ask("/api/v1/reports")).toBe(401);
  });

  it("belongs to a person: a token has none", async () => {
    const made = await bo.browser.post("/console/account/tokens", { name: "phone", scope: "read:reports" });
    const token = /fn_[\w-]{43}/.exec(await made.text())![0];
    const browser = testBrowser(api);
    await browser.post("/console/sign-in", { token });
    expect((await browser.get("/console/account")).status).toBe(403);
  });
});
