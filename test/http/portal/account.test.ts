import { sql } from "drizzle-orm";
import { TOTP } from "otpauth";
import { beforeEach, expect, it } from "vitest";
import { makeAccessLink, pathOfAccessLink } from "../../../src/actions/access-link.ts";
import { listAudit } from "../../../src/store/audit.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { testBrowser } from "../../support/browsers.ts";
import { agree, closablePlatform, forgetClosings, settled } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn, goodPassword } from "../../support/people.ts";

const posts = [
  "/password",
  "/authenticator",
  "/authenticator/removal",
  "/passkeys/options",
  "/passkeys",
  "/passkeys/removal",
  "/sessions",
].map((step) => `/portal/account${step}`);

onPostgres("an account in the portal", (database) => {
  let db: Database;
  let api: TestApi;
  let ole: Awaited<ReturnType<typeof comeIn>>;
  beforeEach(async () => {
    db = database();
    await forgetClosings(db);
    await db.execute(sql`truncate tokens, people restart identity cascade`);
    await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.99\ncovers: [beacon]");
    api = await testApi(db, settled);
    ole = await comeIn(api, "Ole", "customer", "acme");
  });

  const read = async (path = "/portal/account", browser = ole.browser) => (await browser.get(path)).text();
  const signIn = (password: string) =>
    testBrowser(api).post("/console/sign-in", { mail: "ole@acme.example", password });
  const follow = async () => {
    const browser = testBrowser(api);
    const link = await makeAccessLink(db, { customer: "acme" }, "ops", settled);
    await browser.get(pathOfAccessLink(api.deps.secretKey, link));
    return browser;
  };

  it("changes the password with the old one, and ends what else was signed in", async () => {
    const other = (await signIn(goodPassword)).headers.getSetCookie()[0]!;
    expect(other).toContain("Path=/portal");
    const change = (old: string) =>
      ole.browser.post("/portal/account/password", { old, password: "six grey geese sing" });
    const refused = await change("wrong");
    const page = await refused.text();
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(page).toContain('action="/portal/account/password"');
    expect(page).not.toContain("six grey geese sing");
    expect((await change(goodPassword)).headers.get("Location")).toBe("/portal/account");
    expect((await signIn(goodPassword)).status).toBe(401);
    expect((await signIn("six grey geese sing")).headers.get("Location")).toBe("/portal");
    const stale = { Cookie: other.split(";")[0]! };
    expect((await api.request("http://localhost/portal/account", { headers: stale })).status).toBe(303);
    expect((await listAudit(db, ole.person.id)).map(({ event }) => event)).toContain("password changed");
  });

  it("adds an authenticator, shows its backup codes once, and asks for a code from then on", async () => {
    const secret = /<code class="address">([A-Z2-7]+)<\/code>/.exec(await read())![1]!;
    const code = new TOTP({ secret }).generate({ timestamp: settled });
    const added = await ole.browser.post("/portal/account/authenticator", { code });
    expect([added.status, (await added.text()).match(/<li><code>/g)?.length]).toEqual([200, 10]);
    expect(await read()).not.toContain('<ul class="codes">');
    expect((await signIn(goodPassword)).status).not.toBe(303);
  });

  it("lists the browsers that are signed in, and signs the others out", async () => {
    const other = testBrowser(api);
    await other.post("/console/sign-in", { mail: "ole@acme.example", password: goodPassword });
    expect((await other.get("/portal/account")).status).toBe(200);
    expect((await ole.browser.post("/portal/account/sessions")).status).toBe(303);
    expect((await other.get("/portal/account")).status).toBe(303);
    expect((await ole.browser.get("/portal/account")).status).toBe(200);
  });

  it("asks the device for a passkey of this person", async () => {
    const asked = await ole.browser.post("/portal/account/passkeys/options");
    expect(await asked.json()).toMatchObject({ user: { name: "ole@acme.example" } });
    expect(await read()).toContain('data-passkey="/portal/account/passkeys/options"');
  });

  it("belongs to a person: whoever holds a link has none and sees none, and nobody else comes near it", async () => {
    expect(await read("/portal")).toContain('href="/portal/account"');
    const holder = await follow();
    expect(await read("/portal", holder)).not.toContain("/portal/account");
    expect((await holder.get("/portal/account")).status).toBe(403);
    const nobody = testBrowser(api);
    expect((await nobody.get("/portal/account")).headers.get("Location")).toContain("/portal/enter");
    const admin = (await comeIn(api, "Ann", "admin")).browser;
    for (const path of posts) {
      expect([path, (await holder.post(path)).status]).toEqual([path, 403]);
      for (const stranger of [nobody, admin]) {
        const answer = await stranger.post(path);
        expect([path, [303, 401].includes(answer.status)]).toEqual([path, true]);
      }
    }
  });

  it("speaks the language of its room", async () => {
    await ole.browser.post("/portal/language", { language: "da", then: "/portal/account" });
    const page = await read();
    expect(page).toContain("<h1>Din konto</h1>");
    expect(page).toContain("Adgangsnøgler");
  });
});
