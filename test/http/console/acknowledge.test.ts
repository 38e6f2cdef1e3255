import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { pathOfAcknowledgeLink } from "../../../src/actions/acknowledge-link.ts";
import { listAudit } from "../../../src/store/audit.ts";
import { alerts } from "../../../src/store/tables/alerts.ts";
import { getAlert } from "../../../src/store/told-alerts.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import { testBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";

const now = Date.parse("2026-07-03T08:15:00Z");

onPostgres("acknowledging by a link", (database) => {
  let api: TestApi;
  let id: number;
  beforeEach(async () => {
    await database().execute(sql`
      truncate alert_tellings, alert_events, alerts, tokens, people restart identity cascade`);
    api = await testApi(database(), now);
    const [row] = await database()
      .insert(alerts)
      .values({
        ...{ key: "service_down beacon", kind: "service_down", openedAt: now, callingSince: now },
        facts: { service: "beacon", title: "Beacon <b>", trouble: null },
      })
      .returning({ id: alerts.id });
    id = row!.id;
  });
  const linkTo = (channel: string) => pathOfAcknowledgeLink(api.deps.secretKey, { alertId: id, channel });

  it("shows the alert in the reader's language however often it is looked at, and takes it with a POST alone", async () => {
    const anybody = testBrowser(api);
    for (let i = 0; i < 3; i++) {
      const page = await api.request(linkTo("ops-chat"), { headers: { "Accept-Language": "da" } });
      const text = await page.text();
      expect([
        page.status,
        text.includes("Beacon &lt;b&gt; er nede"),
        text.includes("Jeg tager den"),
      ]).toEqual([200, true, true]);
    }
    expect((await getAlert(database(), id)).acknowledgedAt).toBeNull();
    const answer = await anybody.post(linkTo("ops-chat"));
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, linkTo("ops-chat")]);
    expect(await getAlert(database(), id)).toMatchObject({ acknowledgedBy: "channel ops-chat" });
    const [recorded] = await listAudit(database(), `alert ${id}`);
    expect(recorded).toMatchObject({ kind: "alert", event: "acknowledged", author: "channel ops-chat" });
    expect(await (await anybody.get(linkTo("ops-chat"))).text()).not.toContain("I take it");
  });

  it("takes it in the name of the person it was sent to, or of whoever is signed in", async () => {
    const ann = (await comeIn(api, "Ann", "ops")).person.id;
    await testBrowser(api).post(linkTo(`person:${ann}`));
    expect(await getAlert(database(), id)).toMatchObject({ acknowledgedBy: ann });
    const { browser, person: bo } = await comeIn(api, "Bo", "ops");
    await database().execute(sql`update alerts set acknowledged_by = null, acknowledged_at = null`);
    await browser.post(linkTo("ops-chat"));
    expect(await getAlert(database(), id)).toMatchObject({ acknowledgedBy: bo.id });
  });

  it("says that somebody else has it, and that it is over", async () => {
    await testBrowser(api).post(linkTo("ops-chat"));
    const second = await testBrowser(api).post(linkTo("duty"));
    expect([second.status, (await second.text()).includes("Somebody else has taken")]).toEqual([409, true]);
    await database().execute(sql`update alerts set closed_at = ${now}, over_at = ${now}`);
    expect(await (await testBrowser(api).get(linkTo("duty"))).text()).toContain("It is over.");
  });

  it("leads nowhere where the link was not made here", async () => {
    for (const path of [
      linkTo("ops-chat").slice(0, -1) + "!",
      "/console/acknowledge/1.b3Bz.AAAAAAAAAAAAAAAAAAAAAAAA",
    ]) {
      expect((await testBrowser(api).get(path)).status).toBe(404);
      expect((await testBrowser(api).post(path)).status).toBe(404);
    }
    expect((await getAlert(database(), id)).acknowledgedAt).toBeNull();
  });
});
