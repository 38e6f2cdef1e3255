import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openMailer } from "../../../src/notify/mail.ts";
import type { Database } from "../../../src/store/database.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { type MailReceiver, startMailReceiver } from "../../support/receivers.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

onPostgres("the settings", (database) => {
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
      readiness: async () => [
        { part: "database", trouble: null },
        { part: "probe", trouble: "not started" },
      ],
      installation: {
        version: "9.9.9",
        runtime: "v26.0.0",
        variables: [{ name: "SECRET_KEY", isSet: true, value: null }],
      },
      accountPost: {
        send: mailer.send,
        settings: () => ({ name: "Acme", timeZone: "Europe/Copenhagen", languages: ["en"] }),
        bounceMail: null,
        head: () => Promise.resolve(null),
        secretKey: "a secret of the test",
        baseUrl: () => "https://status.example",
      },
    });
    ann = await comeIn(api, "Ann", "admin");
  });

  it("tell versions, what works and what does not, and secrets by name only", async () => {
    const text = await (await ann.browser.get("/console/settings")).text();
    for (const told of ["9.9.9", "PostgreSQL", "not started", "SECRET_KEY", "set, and not shown", "MB"]) {
      expect(text).toContain(told);
    }
  });

  it("send a test mail to whoever asks, and tell why it was not taken", async () => {
    const sent = await ann.browser.post("/console/settings/test-mail");
    expect([sent.status, (await sent.text()).includes("took the test mail")]).toEqual([200, true]);
    expect((await post.received()).to).toEqual(["ann@acme.example"]);
    post.refuse(true);
    const refused = await ann.browser.post("/console/settings/test-mail");
    post.refuse(false);
    expect(refused.status).toBe(502);
    expect(await refused.text()).toContain('role="alert"');
  });

  it("show who is signed in, and sign somebody out everywhere", async () => {
    const { browser, person } = await comeIn(api, "Bo", "ops");
    expect(await (await ann.browser.get("/console/settings/sessions")).text()).toContain(person.id);
    await ann.browser.post(`/console/settings/sessions/${person.id}/end`);
    expect((await browser.get("/console")).status).toBe(303);
    expect((await ann.browser.get("/console")).status).toBe(200);
  });
});
