import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { invitePerson } from "../../../src/actions/invite-person.ts";
import { deactivatePerson } from "../../../src/actions/change-person.ts";
import { openIdentityProvider } from "../../../src/http/identity-provider.ts";
import type { Database } from "../../../src/store/database.ts";
import { listPeople } from "../../../src/store/people.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { type TestBrowser, testBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { startIdentityProvider, type TestProvider } from "../../support/identity-provider.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("an identity provider", (database) => {
  let db: Database;
  let api: TestApi;
  let provider: TestProvider;
  beforeAll(async () => {
    const client = { id: "fournines", secret: "a secret of the test" };
    const returnTo = "http://localhost/console/provider/return";
    provider = await startIdentityProvider({ ...client, returnTo });
  }, 60_000);
  afterAll(() => provider.stop());
  beforeEach(async () => {
    db = database();
    await db.execute(sql`truncate tokens, people restart identity cascade`);
    api = await testApi(db, now, {
      identityProvider: openIdentityProvider({
        ...{ issuer: provider.issuer, clientId: "fournines" },
        ...{ clientSecret: "a secret of the test", name: "Acme's house" },
      }),
    });
  });

  const invite = (name: string) =>
    invitePerson(db, { role: "ops", customer: null, name: null, mail: `${name}@acme.example` }, "Ann", now);
  const setOut = async (browser: TestBrowser, then = "/console/account") => {
    const answer = await browser.post("/console/provider", { then });
    expect(answer.status).toBe(303);
    return answer.headers.get("Location")!;
  };
  const comeBack = (browser: TestBrowser, returned: string) =>
    browser.get(new URL(returned).pathname + new URL(returned).search);
  const comeIn = async (account: string, browser = testBrowser(api)) =>
    comeBack(browser, await provider.signIn(await setOut(browser), account));

  it("vouches for whom an admin invited: they have come, are named as it says, and need no password", async () => {
    const { person } = await invite("bo");
    expect(await (await testBrowser(api).get("/console/sign-in")).text()).toContain("Sign in with Acme");
    const browser = testBrowser(api);
    const answer = await comeIn("bo", browser);
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/console/account"]);
    expect((await browser.get("/console/account")).status).toBe(200);
    expect((await listPeople(db)).find(({ id }) => id === person.id)).toMatchObject({
      ...{ name: "The bo", joinedAt: now },
    });
  });

  it("knows somebody again by its own name for them, whatever their address is here by then", async () => {
    await invite("bo");
    await comeIn("bo");
    await db.execute(sql`update people set mail = 'other@acme.example'`);
    expect((await comeIn("bo")).status).toBe(303);
  });

  it("lets in nobody who is not invited, whose address is not verified, or who may come in no more", async () => {
    expect((await comeIn("zoe")).status).toBe(401);
    await invite("unsure");
    expect((await comeIn("unsure")).status).toBe(401);
    const { person } = await invite("bo");
    await comeIn("bo");
    await invite("ann");
    await deactivatePerson(db, person.id, "Ann", now);
    expect((await comeIn("bo")).status).toBe(401);
    expect(await (await comeIn("bo")).text()).toContain("Ask an admin");
  });

  it("takes its word in the browser that set out, once, within a quarter of an hour", async () => {
    await invite("bo");
    const browser = testBrowser(api);
    const returned = await provider.signIn(await setOut(browser), "bo");
    expect((await comeBack(testBrowser(api), returned)).status).toBe(401);
    const cookie = browser.cookies.get("fn_provider")!;
    api.clock.now = now + 15 * 60_000;
    expect((await comeBack(browser, returned)).status).toBe(401);
    api.clock.now = now;
    browser.cookies.set("fn_provider", `${cookie.slice(0, -1)}${cookie.endsWith("A") ? "B" : "A"}`);
    expect((await comeBack(browser, returned)).status).toBe(401);
    browser.cookies.set("fn_provider", cookie);
    expect((await comeBack(browser, returned.replace(/state=[^&]+/, "state=other"))).status).toBe(401);
    browser.cookies.set("fn_provider", cookie);
    expect((await comeBack(browser, returned)).status).toBe(303);
    browser.cookies.set("fn_provider", cookie);
    expect((await comeBack(browser, returned)).status).toBe(401);
  });

  it("that does not answer is told at the door, and to who runs the server", async () => {
    const away = openIdentityProvider({
      ...{ issuer: "http://127.0.0.1:9", clientId: "a", clientSecret: "b", name: "Away" },
    });
    api.deps.identityProvider = away;
    const answer = await testBrowser(api).post("/console/provider", {});
    expect([answer.status, (await answer.text()).includes("did not vouch")]).toEqual([401, true]);
    expect(api.defects).toHaveLength(1);
  });
});
