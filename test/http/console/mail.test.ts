import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { closeCycle } from "../../../src/actions/close-cycle.ts";
import { listMailings, noteAttempt, noteMailingReturned, takeMailings } from "../../../src/store/mailings.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { agree, closablePlatform, forgetClosings, june, office, settled } from "../../support/closing.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";

onPostgres("the mail of the console", (database) => {
  let api: TestApi;
  let ann: TestBrowser;
  let id: string;
  beforeEach(async () => {
    await forgetClosings(database());
    await database().execute(
      sql`truncate mailings, mailing_attempts, tokens, people restart identity cascade`,
    );
    await closablePlatform(database());
    await agree(database(), "acme-gold", "title: Acme, Gold\nrecipients: it@acme.example\nlanguage: da");
    await closeCycle(database(), office, { contract: "acme-gold", label: june, author: "Ann" }, settled);
    id = (await listMailings(database()))[0]!.id;
    api = await testApi(database(), settled);
    ann = (await comeIn(api, "Ann", "admin")).browser;
  });

  const see = async (path: string) => {
    const answer = await ann.get(`/console/mail${path}`);
    return [answer.status, await answer.text()] as const;
  };
  const fail = async () => {
    const [mailing] = await takeMailings(database(), { now: settled, until: settled + 1_000, atMost: 1 });
    const failure = "it could not be delivered (EENVELOPE, it answered 550)";
    await noteAttempt(database(), mailing!, { outcome: "failed", failure }, settled);
  };

  it("shows what waits and to whom, and what the mail looks like, which can do nothing", async () => {
    const [status, list] = await see("");
    expect([status, list.includes("it@acme.example"), list.includes("Report Acme, Gold 2026-06")]).toEqual([
      200,
      true,
      true,
    ]);
    const letter = await ann.get(`/console/mail/${id}/letter`);
    expect(letter.headers.get("Content-Security-Policy")).toMatch(/default-src 'none'.*sandbox/);
    expect(await letter.text()).toContain("Serviceniveaurapport, juni 2026");
    expect((await see(`/${id}/text`))[1]).toContain("Løftet");
  });

  it("says why nothing can be sent, and that it goes out once it can", async () => {
    api = await testApi(database(), settled, { mailTrouble: "SMTP_URL is not set" });
    ann = (await comeIn(api, "Bo", "admin")).browser;
    expect((await see(""))[1]).toContain("It cannot be sent: SMTP_URL is not set");
    const told = await api.send("GET", "/api/v1/mailings", undefined);
    expect(await told.json()).toMatchObject({
      mailings: [{ id, state: "waiting", failure: "it cannot be sent: SMTP_URL is not set" }],
    });
  });

  it("says why one came back: that nobody is there, that it did not get through, that it was unwanted", async () => {
    const [mailing] = await takeMailings(database(), { now: settled, until: settled + 1_000, atMost: 1 });
    await noteAttempt(database(), mailing!, { outcome: "sent" }, settled);
    for (const [returned, words] of [
      [{ kind: "undelivered", status: "5.1.1" }, "Nobody is reached at this address (5.1.1)."],
      [{ kind: "undelivered", status: "4.2.2" }, "It could not be delivered (4.2.2)."],
      [{ kind: "complaint" }, "Whoever got it reported it as unwanted."],
    ] as const) {
      await database().execute(sql`update mailings set returned_at = null`);
      await noteMailingReturned(database(), id, returned, settled);
      expect((await see("?state=returned"))[1]).toContain(words);
      expect((await see(`/${id}`))[1]).toContain(words);
    }
  });

  it("sends again what failed, when a person asks, and withdraws it", async () => {
    expect((await ann.post(`/console/mail/${id}/retry`)).status).toBe(409);
    await fail();
    expect((await see("?state=failed"))[1]).toContain("it answered 550");
    const again = await ann.post(`/console/mail/${id}/retry`);
    expect([again.status, again.headers.get("Location")]).toEqual([303, `/console/mail/${id}?again=yes`]);
    expect((await see(`/${id}?again=yes`))[1]).toContain("It is tried again within a few seconds.");
    expect((await see(`/${id}`))[1]).not.toContain("It is tried again");
    expect((await listMailings(database()))[0]!.state).toBe("waiting");
    expect((await ann.post(`/console/mail/${id}/withdrawal`)).status).toBe(422);
    expect((await ann.post(`/console/mail/${id}/withdrawal`, { confirmed: "yes" })).status).toBe(303);
    expect((await see(`/${id}`))[1]).toContain("Withdrawn");
  });

  it("does the same over the interface for programs, with every attempt", async () => {
    await fail();
    const one = await (await api.send("GET", `/api/v1/mailings/${id}`, undefined)).json();
    expect(one).toMatchObject({
      state: "failed",
      attempts: 1,
      log: [{ number: 1, failure: expect.stringContaining("550") }],
    });
    const again = await api.send("POST", `/api/v1/mailings/${id}/retries`, {});
    expect([again.status, ((await again.json()) as { state: string }).state]).toEqual([201, "waiting"]);
    expect((await api.send("POST", `/api/v1/mailings/${id}/retries`, {})).status).toBe(409);
    expect((await api.send("GET", "/api/v1/mailings/mail_0123456789abcdef", undefined)).status).toBe(404);
    expect((await api.request("/api/v1/mailings")).status).toBe(401);
  });

  it("is shown to nobody who may not read reports, and settled by nobody who may not write them", async () => {
    const ops = (await comeIn(api, "Viv", "viewer")).browser;
    const seen = (await ops.get("/console/mail")).status;
    expect([200, 403]).toContain(seen);
    expect((await ops.post(`/console/mail/${id}/retry`)).status).toBe(403);
  });
});
