import { sql } from "drizzle-orm";
import { TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { beginSecondFactor, confirmSecondFactorOf } from "../../../src/actions/second-factor.ts";
import { receiveMail } from "../../../src/actions/receive-mail.ts";
import { readRawMail } from "../../../src/inbound/raw-mail.ts";
import { findAudit } from "../../../src/store/audit.ts";
import { openMailer } from "../../../src/notify/mail.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { testBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn, goodPassword } from "../../support/people.ts";
import { undeliveredReport } from "../../support/mail-reports.ts";
import { type MailReceiver, startMailReceiver } from "../../support/receivers.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("letters about accounts", (database) => {
  let db: Database;
  let api: TestApi;
  let post: MailReceiver;
  let ann: Awaited<ReturnType<typeof comeIn>>;
  beforeAll(async () => {
    post = await startMailReceiver();
  });
  afterAll(() => post.close());
  beforeEach(async () => {
    db = database();
    await db.execute(sql`truncate tokens, people restart identity cascade`);
    post.mails.length = 0;
    const mailer = openMailer({ smtpUrl: post.url, from: "status@acme.example" }, () => "Acme");
    api = await testApi(db, now, {
      accountPost: {
        send: mailer.send,
        settings: () => ({ name: "Acme", timeZone: "Europe/Copenhagen", languages: ["da"] }),
        bounceMail: "bounces@acme.example",
        head: () => Promise.resolve(null),
        secretKey: "a secret of the test",
        baseUrl: () => "https://status.example",
      },
    });
    ann = await comeIn(api, "Ann", "admin");
  });

  const linkIn = (text: string) => /https:\/\/status\.example(\/console\/[\w-]+\/[\w.-]+)/.exec(text)![1]!;

  it("an invitation goes to whom it is for, in a language of the platform, and lets them in", async () => {
    const answer = await ann.browser.post("/console/people", { role: "ops", mail: "bo@acme.example" });
    const page = answer.headers.get("Location")!;
    expect(page).toMatch(/\?mailed=yes$/);
    expect(await (await ann.browser.get(page)).text()).toContain("sent to bo@acme.example");
    const mail = await post.received();
    expect([mail.to, mail.header("Subject")]).toEqual([["bo@acme.example"], "Du er inviteret til Acme"]);
    const said = { name: "Bo", mail: "bo@acme.example", password: goodPassword };
    expect((await testBrowser(api).post(linkIn(mail.text), said)).status).toBe(303);
  });

  it("an invitation that comes back is shown as such where the link is, until there is another link", async () => {
    const answer = await ann.browser.post("/console/people", { role: "ops", mail: "bo@acme.example" });
    const page = answer.headers.get("Location")!;
    const mail = await post.received();
    const raw = undeliveredReport({ to: mail.from, letter: mail.source, status: "5.1.1" });
    const report = await readRawMail(new TextEncoder().encode(raw));
    const reference = /people\/([\w-]+)/.exec(page)![1]!;
    const hand = () => receiveMail(db, "a secret of the test", report, now);
    expect(await hand()).toEqual({ outcome: "returned", reference });
    expect((await hand()).outcome).toBe("ignored");
    const shown = await (await ann.browser.get(page)).text();
    expect([shown.includes("came back"), shown.includes("sent to bo@acme.example")]).toEqual([true, false]);
    const again = await ann.browser.post(`/console/people/${reference}/invitation`);
    expect(await (await ann.browser.get(again.headers.get("Location")!)).text()).not.toContain("came back");
  });

  it("an authenticator that was lost is taken away by an admin, and its owner is told", async () => {
    const { person } = await comeIn(api, "Bo", "ops");
    const { db: store, secretKey } = api.deps;
    const { secret } = await beginSecondFactor(store, secretKey, { id: person.id, label: "Bo" }, "Acme", now);
    const code = new TOTP({ secret }).generate({ timestamp: now });
    await confirmSecondFactorOf(store, secretKey, person.id, code, now);
    const page = `/console/people/${person.id}`;
    expect(await (await ann.browser.get(page)).text()).toContain("authenticator-removal");
    expect((await ann.browser.post(`${page}/authenticator-removal`)).status).toBe(422);
    expect(await (await ann.browser.get(page)).text()).toContain("authenticator-removal");
    const removal = () => ann.browser.post(`${page}/authenticator-removal`, { confirmed: "yes" });
    expect((await removal()).status).toBe(303);
    const mail = await post.received();
    expect(mail.to).toEqual(["bo@acme.example"]);
    expect(mail.text).toContain("https://status.example/console/account");
    const said = { mail: "bo@acme.example", password: goodPassword };
    const signedIn = await testBrowser(api).post("/console/sign-in", said);
    expect([signedIn.status, signedIn.headers.get("Location")]).toEqual([303, "/console"]);
    const [entry] = await findAudit(store, { kind: "person" }, { before: null, limit: 1 });
    expect(entry).toMatchObject({
      event: "authenticator removed",
      subject: person.id,
      author: ann.person.id,
    });
    // Done again, there is nothing to tell.
    await ann.browser.post(`${page}/authenticator-removal`, { confirmed: "yes" });
    expect(post.mails).toHaveLength(1);
  });

  it("says when the mail server did not take it: the link holds all the same, and is shown", async () => {
    post.refuse(true);
    const answer = await ann.browser.post("/console/people", { role: "ops", mail: "bo@acme.example" });
    post.refuse(false);
    const text = await (await ann.browser.get(answer.headers.get("Location")!)).text();
    expect(text).toContain("could not be mailed");
    expect(text).toContain("/console/welcome/");
    expect(api.defects).toHaveLength(1);
  });

  it("whoever forgot their password is sent a link; a stranger is answered the same and sent none", async () => {
    const ask = async (mail: string) => {
      const answer = await testBrowser(api).post("/console/forgotten", { mail });
      return [answer.status, (await answer.text()).includes("a link is on its way")];
    };
    expect(await ask("zoe@acme.example")).toEqual([200, true]);
    expect(await ask("ann@acme.example")).toEqual([200, true]);
    const mail = await post.received();
    expect(post.mails).toHaveLength(1);
    const browser = testBrowser(api);
    expect((await browser.post(linkIn(mail.text), { password: "nine red foxes run" })).status).toBe(303);
    const signedIn = await browser.post("/console/sign-in", {
      mail: "ann@acme.example",
      password: "nine red foxes run",
    });
    expect(signedIn.status).toBe(303);
  });

  it("fills nobody's mailbox: five times in a quarter of an hour", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      statuses.push((await testBrowser(api).post("/console/forgotten", { mail: "ann@acme.example" })).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});
