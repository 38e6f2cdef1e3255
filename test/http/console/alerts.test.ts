import { sql } from "drizzle-orm";
import { beforeEach, expect, it } from "vitest";
import { followAlerts } from "../../../src/actions/follow-alerts.ts";
import type { Database } from "../../../src/store/database.ts";
import { listStandingAlerts } from "../../../src/store/standing-alerts.ts";
import { putRules } from "../../support/alert-rules.ts";
import { situation } from "../../support/alerts.ts";
import { type TestApi, testApi } from "../../support/api.ts";
import type { TestBrowser } from "../../support/browsers.ts";
import { onPostgres } from "../../support/databases.ts";
import { comeIn } from "../../support/people.ts";
import { services } from "../../../src/store/tables/watched.ts";
import { insertServices } from "../../support/services.ts";
import { route, step } from "../../support/standing-alerts.ts";

const now = Date.parse("2026-07-03T08:15:00Z");
const minute = 60_000;

onPostgres("alerts in the console", (database) => {
  let db: Database;
  let api: TestApi;
  let ops: { browser: TestBrowser; person: { id: string } };

  beforeEach(async () => {
    db = database();
    await db.execute(
      sql`truncate alert_events, alert_tellings, alerts, alert_silences, rota_overrides, audit_entries, tokens, people restart identity cascade`,
    );
    await db.delete(services);
    await insertServices(db, ["beacon", "lamp"]);
    api = await testApi(db, now);
    ops = await comeIn(api, "Olga", "ops");
    await putRules(db, {
      routes: [route("all")],
      escalations: [
        {
          slug: "duty",
          title: "Duty",
          steps: [step(0, ["channel:ops-chat"]), step(10, ["rota:platform"])],
        },
      ],
      rotas: [
        {
          ...{ slug: "platform", title: "Platform duty", timeZone: "UTC" },
          layers: [
            {
              members: [
                { person: ops.person.id, channels: ["olga-phone"] },
                { person: "nobody@acme.example", channels: [] },
              ],
              ...{ every: { count: 1, unit: "week" }, starts: "2026-06-29", handOver: "09:00", hours: null },
            },
          ],
        },
      ],
      management: [],
    });
  });

  const follow = (at: number, ...down: string[]) =>
    followAlerts(db, situation(["beacon", "lamp"], down), ["mail"], at);
  const page = async (path: string, browser = ops.browser) => (await browser.get(path)).text();

  it("show what waits for somebody first, and one press takes it", async () => {
    await follow(now, "beacon");
    const list = await page("/console/alerts");
    expect(list).toContain("Beacon is down");
    expect(list).toContain("I take it");
    const taken = await ops.browser.post("/console/alerts/1/acknowledgement", {});
    expect([taken.status, taken.headers.get("Location")]).toEqual([303, "/console/alerts/1"]);
    const one = await page("/console/alerts/1");
    expect(one).toContain("taken by Olga");
    expect(one).toContain("Olga took it");
    expect(one).not.toContain("I take it");
    expect((await ops.browser.post("/console/alerts/1/return", {})).status).toBe(303);
    expect(await page("/console/alerts/1")).toContain("Olga gave it back");
  });

  it("tell whom an alert calls next, and what became of each call", async () => {
    await follow(now, "beacon");
    const before = await page("/console/alerts/1");
    expect(before).toMatch(/Next: at .*08:25.* it calls Olga, on olga-phone \(on duty, Platform duty\)/s);
    expect(before).toContain("about to be told");
    await db.execute(sql`update alert_tellings set told_at = ${now + 1}`);
    await follow(now + 10 * minute, "beacon");
    await db.execute(
      sql`update alert_tellings set attempts = 3, failure = 'the connection was refused' where step = 1`,
    );
    const after = await page("/console/alerts/1");
    expect(after).toContain("Step 2: it called");
    expect(after).toContain("not told yet: the connection was refused; tried 3 times");
  });

  it("say why somebody else cannot take it, and let nobody take it who may not", async () => {
    await follow(now, "beacon");
    await ops.browser.post("/console/alerts/1/acknowledgement", { for: "60" });
    expect((await listStandingAlerts(db))[0]!.acknowledgedUntil).toBe(now + 60 * minute);
    const bo = await comeIn(api, "Bo", "ops");
    const late = await bo.browser.post("/console/alerts/1/acknowledgement", {});
    expect([late.status, (await late.text()).includes("Somebody else has taken this alert")]).toEqual([
      409,
      true,
    ]);
    const viewer = await comeIn(api, "Vera", "viewer");
    expect((await viewer.browser.post("/console/alerts/1/return", {})).status).toBe(403);
    expect(await page("/console/alerts", viewer.browser)).not.toContain("I take it");
    expect((await ops.browser.get("/console/alerts/99")).status).toBe(404);
  });

  it("keep what is over, page by page", async () => {
    for (let i = 0; i < 55; i++) {
      await follow(now + i * 31 * minute, "beacon");
      await follow(now + i * 31 * minute + minute);
    }
    const first = await page("/console/alerts");
    expect(first).toContain("Nothing calls anybody.");
    expect(first.match(/data-standing="over"/g)).toHaveLength(50);
    const older = /href="(\/console\/alerts\?before=\d+)"/.exec(first)![1]!;
    expect((await page(older)).match(/data-standing="over"/g)).toHaveLength(5);
  });

  it("are silenced for a while with a reason, and the page says what that mutes", async () => {
    const said = {
      ...{ services: "beacon", start: "2026-07-03T08:00", end: "2026-07-03T12:00", once: "1" },
      reason: "Load test <b>today</b>",
    };
    const refused = await ops.browser.post("/console/silences", { ...said, reason: "", services: "" });
    const words = await refused.text();
    expect(refused.status).toBe(422);
    expect(words).toContain("Say why, for whoever wonders at night.");
    expect(words).toContain("say what it mutes");
    expect((await ops.browser.post("/console/silences", said)).status).toBe(303);
    expect((await ops.browser.post("/console/silences", said)).status).toBe(303);
    await follow(now, "beacon");
    const shown = await page("/console/silences");
    expect(shown.match(/lifting"/g)).toHaveLength(1);
    expect(shown).toContain("It mutes now:");
    expect(shown).toContain("Load test &lt;b&gt;today&lt;/b&gt;");
    expect(await page("/console/alerts")).toContain("muted by silence 1");
    expect((await ops.browser.post("/console/silences/1/lifting", {})).status).toBe(303);
    await follow(now + minute, "beacon");
    expect(await page("/console/alerts/1")).toContain("It is muted no longer");
    expect((await ops.browser.post("/console/silences/1/lifting", {})).status).toBe(409);
  });

  it("know who is on duty, show gaps, and let somebody take the duty over", async () => {
    const shown = await page("/console/on-call");
    expect(shown).toContain("<b>Olga</b>");
    expect(shown).toContain("nobody@acme.example");
    expect(shown).toContain("nobody here can be called by this name");
    const bo = await comeIn(api, "Bo", "ops");
    expect(await page("/console/on-call", bo.browser)).toContain("I take it now");
    const said = {
      ...{ rota: "platform", person: bo.person.id, once: "1", note: "Olga is at a wedding" },
      ...{ start: "2026-07-03T08:00", end: "2026-07-04T08:00" },
    };
    expect(
      (await bo.browser.post("/console/on-call/takeovers", { ...said, end: "2026-07-03T07:00" })).status,
    ).toBe(422);
    expect((await bo.browser.post("/console/on-call/takeovers", said)).status).toBe(303);
    const taken = await page("/console/on-call");
    expect(taken).toContain("<b>Bo</b>");
    expect(taken).toContain("taken over Olga is at a wedding");
    await follow(now, "beacon");
    await follow(now + 10 * minute, "beacon");
    expect(await page("/console/alerts/1")).toContain("Bo, by mail (on duty, Platform duty)");
    expect((await ops.browser.post("/console/on-call/takeovers/1/return", {})).status).toBe(303);
    expect(await page("/console/on-call")).toContain("<b>Olga</b>");
  });

  it("say so where nobody takes turns", async () => {
    await putRules(db, { routes: [], escalations: [], rotas: [], management: [] });
    expect(await page("/console/on-call")).toContain("Nobody takes turns here");
  });
});
