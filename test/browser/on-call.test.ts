/** Alerts in a real browser: taken by a thumb on a phone, also without JavaScript; and every page of theirs looked at by axe, in both themes. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { followAlerts } from "../../src/actions/follow-alerts.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { getAlert } from "../../src/store/told-alerts.ts";
import { putRules } from "../support/alert-rules.ts";
import { situation } from "../support/alerts.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { launchChromium } from "../support/chromium.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { comeIn } from "../support/people.ts";
import { type ServedRooms, serveWhole } from "../support/rooms.ts";
import { route, step } from "../support/standing-alerts.ts";

const now = Date.parse("2026-07-03T08:15:00Z");
const phone = { width: 390, height: 844 };

describe("alerts in a browser", () => {
  let browser: Browser;
  let database: OpenDatabase;
  let http: ServedRooms;
  let api: TestApi;
  let url: string;
  let session: string;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    database = await openFreshDatabase();
    api = await testApi(database.db, now);
    http = await serveWhole(api, (error) => complaints.push(String(error)));
    url = http.url;
    const olga = await comeIn(api, "Olga", "ops");
    session = olga.browser.cookies.get("fn_session")!;
    await putRules(database.db, {
      routes: [route("all")],
      escalations: [
        { slug: "duty", title: "Duty", steps: [step(0, ["channel:chat"]), step(10, ["rota:platform"])] },
      ],
      rotas: [
        {
          ...{ slug: "platform", title: "Platform duty", timeZone: "UTC" },
          layers: [
            {
              members: [
                { person: olga.person.id, channels: [] },
                { person: "later@acme.example", channels: [] },
              ],
              ...{ every: { count: 2, unit: "day" }, starts: "2026-07-03", handOver: "09:00", hours: null },
            },
          ],
        },
      ],
      management: [],
    });
    await followAlerts(database.db, situation(["beacon", "lamp"], ["beacon", "lamp"]), [], now);
  }, 60_000);
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await http.stop();
    await database.close();
  });

  async function enter(options: Parameters<Browser["newContext"]>[0]): Promise<Page> {
    const context = await browser.newContext({ locale: "en-GB", ...options });
    contexts.push(context);
    await context.addCookies([{ name: "fn_session", value: session, domain: "localhost", path: "/console" }]);
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    return page;
  }

  it.each([
    [1, true],
    [2, false],
  ])(
    "alert %i is taken on a phone by one press within reach, JavaScript: %s",
    async (id, javaScriptEnabled) => {
      const page = await enter({ viewport: phone, hasTouch: true, javaScriptEnabled });
      await page.goto(`${url}/console/alerts`);
      const button = page.locator(`#alert-${id} button`);
      const box = (await button.boundingBox())!;
      expect(box.height).toBeGreaterThanOrEqual(48);
      expect(box.width).toBeGreaterThan(phone.width / 2);
      await button.tap();
      await page.waitForURL(`${url}/console/alerts/${id}`);
      expect(await page.locator("main").innerText()).toContain("taken by Olga");
      expect((await getAlert(database.db, id)).acknowledgedAt).toBe(now);
    },
  );

  it.each(["/console/alerts", "/console/alerts/1", "/console/on-call", "/console/silences"])(
    "axe finds nothing on %s, and nothing is wider than a small phone",
    async (path) => {
      const page = await enter({});
      await page.goto(url + path);
      expect(await findingsInEveryLook(page)).toEqual([]);
    },
  );
});
