import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { isPassword } from "../../../src/actions/password-hash.ts";
import type { Database } from "../../../src/store/database.ts";
import { findBrokenAudit, listAudit } from "../../../src/store/audit.ts";
import { listPeople } from "../../../src/store/people.ts";
import { passwords, people, sessions } from "../../../src/store/tables/people.ts";
import { auditEntries, auditOrigins } from "../../../src/store/tables/settlement.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn, goodPassword } from "../../support/people.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const dayMs = 86_400_000;

onPostgres("people", (database) => {
  let db: Database;
  let api: TestApi;
  let ann: { browser: TestBrowser; person: { id: string } };
  beforeEach(async () => {
    db = database();
    await db.execute(sql`truncate tokens, people restart identity cascade`);
    api = await testApi(db, now);
    ann = await comeIn(api, "Ann", "admin");
  });

  const invite = async (fields: Record<string, string>) => {
    const answer = await ann.browser.post("/console/people", fields);
    expect(answer.status).toBe(303);
    return answer.headers.get("Location")!;
  };
  const linkOn = async (page: string) =>
    /http:\/\/localhost(\/console\/[\w-]+\/[\w.-]+)</.exec(await (await ann.browser.get(page)).text())?.[1];

  it("somebody is invited by a link, says who they are, and is in with what their role may", async () => {
    const page = await invite({ role: "viewer", mail: "Bo@Acme.Example" });
    const link = (await linkOn(page))!;
    const bo = testBrowser(api);
    expect(await (await bo.get(link)).text()).toContain('value="bo@acme.example"');
    const weak = await bo.post(link, { name: "Bo", mail: "bo@acme.example", password: "short" });
    const text = await weak.text();
    expect([weak.status, text.includes("12 to 200 characters")]).toEqual([422, true]);
    expect(text).toContain('value="Bo"');
    expect(text).not.toContain('value="short"');
    const joined = await bo.post(link, { name: "Bo", mail: "bo@acme.example", password: goodPassword });
    expect([joined.status, joined.headers.get("Location")]).toEqual([303, "/console"]);
    expect((await bo.get("/console/people")).status).toBe(403);
    // Once: nobody comes in by it again.
    expect((await testBrowser(api).get(link)).status).toBe(401);
    expect(await linkOn(page)).toBeUndefined();
  });

  it("of two who follow an invitation at once, one is let in", async () => {
    const link = (await linkOn(await invite({ role: "ops" })))!;
    const said = { name: "Bo", mail: "bo@acme.example", password: goodPassword };
    const both = await Promise.all([1, 2].map(() => testBrowser(api).post(link, said)));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 401]);
  });

  it("signs in with address and password, and does not say which of them is wrong", async () => {
    const browser = testBrowser(api);
    const signIn = (mail: string, password: string) => browser.post("/console/sign-in", { mail, password });
    const wrong = await signIn("ann@acme.example", "five blue horses sink");
    const unknown = await signIn("zoe@acme.example", goodPassword);
    const words = async (answer: Response) => (await answer.text()).replaceAll(/zoe|ann/g, "");
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await words(wrong)).toBe(await words(unknown));
    expect((await signIn(" ANN@acme.example ", goodPassword)).status).toBe(303);
    expect(await (await browser.get("/console/people")).text()).toContain("Signed in as Ann");
    const refused = (await listAudit(db, ann.person.id)).filter(({ event }) => event === "refused");
    expect(refused).toHaveLength(1);
  });

  it("refuses whoever has guessed ten times at one person, from wherever", async () => {
    for (let i = 0; i < 10; i++) {
      await testBrowser(api).post("/console/sign-in", { mail: "ann@acme.example", password: "x" });
    }
    const answer = await testBrowser(api).post("/console/sign-in", {
      mail: "ann@acme.example",
      password: goodPassword,
    });
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([429, "60"]);
  });

  it("keeps a password as a hash with a salt of its own, and takes as long for nobody", async () => {
    await comeIn(api, "Bo", "viewer");
    const rows = await db.select().from(passwords);
    expect(new Set(rows.map(({ hash }) => hash)).size).toBe(2);
    for (const { hash } of rows) {
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
      expect(await isPassword(goodPassword, hash)).toBe(true);
      expect(await isPassword(`${goodPassword} `, hash)).toBe(false);
    }
    expect(await isPassword("", undefined)).toBe(false);
  });

  it("a role that is changed, and a deactivation, hold from the next request on", async () => {
    const bo = await comeIn(api, "Bo", "ops");
    const statusOf = async (path: string) => (await bo.browser.get(path)).status;
    const page = `/console/people/${bo.person.id}`;
    expect(await statusOf("/console/people")).toBe(403);
    await ann.browser.post(`${page}/role`, { role: "account-manager" });
    expect(await statusOf("/console/people")).toBe(200);
    await ann.browser.post(`${page}/deactivation`);
    expect(await statusOf("/console/people")).toBe(303);
    const again = { mail: "bo@acme.example", password: goodPassword };
    expect((await bo.browser.post("/console/sign-in", again)).status).toBe(401);
    await ann.browser.post(`${page}/reactivation`);
    expect((await bo.browser.post("/console/sign-in", again)).status).toBe(303);
  });

  it("of two who change one role, whoever looked before the other is told, in the console and over the API", async () => {
    const bo = await comeIn(api, "Bo", "ops");
    const page = `/console/people/${bo.person.id}`;
    const address = `/api/v1/people/${bo.person.id}`;
    const edition = /name="edition" value="([\w-]+)"/.exec(await (await ann.browser.get(page)).text())![1]!;
    const seen = (await api.send("GET", address, undefined)).headers.get("ETag")!;
    expect(seen).toBe(`"${edition}"`);
    const give = (role: string, tag: string) =>
      api.send("PUT", `${address}/role`, { role }, { "If-Match": tag });
    expect((await give("account-manager", seen)).status).toBe(200);
    const late = await give("viewer", seen);
    expect([late.status, await late.json()]).toEqual([
      412,
      expect.objectContaining({ code: "version_changed" }),
    ]);
    const typed = await ann.browser.post(`${page}/role`, { role: "viewer", edition });
    expect([typed.status, (await typed.text()).includes("Somebody else has changed it")]).toEqual([
      412,
      true,
    ]);
    const standing = (await listPeople(db)).find(({ id }) => id === bo.person.id);
    expect(standing?.role).toBe("account-manager");
    expect(
      (await give("viewer", (await api.send("GET", address, undefined)).headers.get("ETag")!)).status,
    ).toBe(200);
  });

  it("the last admin cannot be made anything else, deactivated or erased", async () => {
    const page = `/console/people/${ann.person.id}`;
    for (const [step, fields] of [
      ["role", { role: "viewer" }],
      ["deactivation", {}],
      ["erasure", { confirmed: "yes" }],
    ] as const) {
      const answer = await ann.browser.post(`${page}/${step}`, fields);
      expect([step, answer.status, (await answer.text()).includes("last admin")]).toEqual([step, 409, true]);
    }
  });

  it("a new password is chosen by a link that is good once, within an hour, and ends every session", async () => {
    const bo = await comeIn(api, "Bo", "ops");
    const page = `/console/people/${bo.person.id}`;
    await ann.browser.post(`${page}/new-password`);
    const link = (await linkOn(page))!;
    const browser = testBrowser(api);
    expect(await (await browser.get(link)).text()).toContain("Choose a new password for Bo");
    api.clock.now = now + 3_600_000;
    expect((await browser.get(link)).status).toBe(401);
    api.clock.now = now + 3_599_999;
    expect((await browser.post(link, { password: "nine red foxes run" })).status).toBe(303);
    expect((await browser.post(link, { password: "nine red foxes run" })).status).toBe(401);
    expect((await bo.browser.get("/console/people")).status).toBe(303);
    const signIn = (password: string) =>
      browser.post("/console/sign-in", { mail: "bo@acme.example", password });
    expect((await signIn(goodPassword)).status).toBe(401);
    expect((await signIn("nine red foxes run")).status).toBe(303);
  });

  it("the same form sent twice invites one", async () => {
    const fields = { role: "ops", name: "Bo", once: "a-form" };
    const both = await Promise.all([1, 2].map(() => ann.browser.post("/console/people", fields)));
    expect(new Set(both.map((answer) => answer.headers.get("Location"))).size).toBe(1);
    expect(await listPeople(db)).toHaveLength(2);
  });

  it("an address belongs to one person", async () => {
    const answer = await ann.browser.post("/console/people", { role: "viewer", mail: "ann@acme.example" });
    const text = await answer.text();
    expect(answer.status).toBe(409);
    expect(text).toContain("belongs to somebody else");
    expect(text).toContain('value="ann@acme.example"');
  });

  it("an invitation that was made anew replaces the one of before, and is over after a week", async () => {
    const page = await invite({ role: "ops" });
    const first = (await linkOn(page))!;
    await ann.browser.post(`${page}/invitation`);
    const second = (await linkOn(page))!;
    const statusOf = async (link: string) => (await testBrowser(api).get(link)).status;
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
    api.clock.now = now + 7 * dayMs;
    expect(await statusOf(second)).toBe(401);
  });

  it("whoever is erased is named nowhere, and every step they took still holds", async () => {
    const bo = await comeIn(api, "Bo Lund", "account-manager");
    await bo.browser.post("/console/sign-in", { mail: "bo.lund@acme.example", password: goodPassword });
    const page = `/console/people/${bo.person.id}`;
    expect((await ann.browser.post(`${page}/erasure`)).status).toBe(422);
    expect((await ann.browser.post(`${page}/erasure`, { confirmed: "yes" })).status).toBe(303);
    const everything = JSON.stringify([
      await db.select().from(people),
      await db.select().from(auditEntries),
      await db.select().from(sessions),
    ]);
    expect(everything.toLowerCase()).not.toContain("bo lund");
    expect(everything).not.toContain("bo.lund");
    const theirs = (await listAudit(db, bo.person.id)).map(({ sequence }) => sequence);
    expect(theirs.length).toBeGreaterThan(2);
    const origins = (await db.select().from(auditOrigins)).map(({ sequence }) => sequence);
    const own = (await db.select().from(auditEntries)).filter(({ author }) => author === bo.person.id);
    expect(own.some(({ sequence }) => origins.includes(sequence))).toBe(false);
    expect(await findBrokenAudit(db)).toBeNull();
    expect(await (await ann.browser.get(page)).text()).toContain("Erased person");
    expect((await listPeople(db)).find(({ id }) => id === bo.person.id)).toMatchObject({
      ...{ name: null, mail: null, erasedAt: now },
    });
  });
});
