/** Somebody who is called, on a phone: the link of a message, one button, taken; and the pages of channels. Looked at by axe, in both themes. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { pathOfAcknowledgeLink } from "../../src/actions/acknowledge-link.ts";
import { endAttempt } from "../../src/store/channel-attempts.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { alerts } from "../../src/store/schema.ts";
import { getAlert } from "../../src/store/told-alerts.ts";
import { type TestApi, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { launchChromium } from "../support/chromium.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { comeIn } from "../support/people.ts";
import { type ServedRooms, serveWhole } from "../support/rooms.ts";

const now = Date.parse("2026-07-03T08:15:00Z");
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const name = "ops-chat";

describe("somebody who is called, in a browser", () => {
  let browser: Browser;
  let database: OpenDatabase;
  let http: ServedRooms;
  let api: TestApi;
  let url: string;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    database = await openFreshDatabase();
    const channel = {
      ...{ name, leadsTo: "hooks.slack.example", close() {} },
      send: () => Promise.resolve("200 ok"),
    };
    api = await testApi(database.db, now, {
      channels: {
        list: () => [
          {
            ...{ name, title: "#ops", kind: "slack", language: "en", from: "file" },
            leadsTo: channel.leadsTo,
          } as const,
        ],
        find: () => Promise.resolve({ channel, title: "#ops", language: "en" }),
      },
    });
    http = await serveWhole(api, (error) => complaints.push(String(error)));
    url = http.url;
    await database.db.insert(alerts).values({
      ...{ key: "service_down beacon", kind: "service_down", openedAt: now - 60_000 },
      ...{
        callingSince: now - 60_000,
        facts: { service: "beacon", title: "Beacon", since: now - 90_000, trouble: "no answer in time" },
      },
    });
    await endAttempt(database.db, {
      ...{ channel: name, alertId: 1, event: "opened", number: 2, startedAt: now - 400, endedAt: now },
      ...{ answer: null, failure: "the receiver answered 503", pausedUntil: null },
    });
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

  async function enter(options: Parameters<Browser["newContext"]>[0], session?: string): Promise<Page> {
    const context = await browser.newContext({ locale: "en-GB", ...options });
    contexts.push(context);
    if (session !== undefined) {
      await context.addCookies([
        { name: "fn_session", value: session, domain: "localhost", path: "/console" },
      ]);
    }
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    return page;
  }

  it("takes an alert with one tap of the link's button, without signing in and without scripts", async () => {
    const link = pathOfAcknowledgeLink(api.deps.secretKey, { alertId: 1, channel: name });
    const page = await enter({ ...phone, javaScriptEnabled: false });
    await page.goto(`${url}${link}`);
    expect(await page.textContent("h1")).toBe("Beacon is down");
    expect((await getAlert(database.db, 1)).acknowledgedAt).toBeNull();
    const button = page.getByRole("button", { name: "I take it" });
    const box = (await button.boundingBox())!;
    expect([box.height >= 44, box.x >= 0, box.x + box.width <= 360]).toEqual([true, true, true]);
    await button.tap();
    expect(await page.textContent('[role="status"]')).toContain("channel ops-chat");
    expect(await getAlert(database.db, 1)).toMatchObject({
      acknowledgedBy: "channel ops-chat",
      acknowledgedAt: now,
    });
  });

  it("sends a test over a channel and sees what was answered", async () => {
    const session = (await comeIn(api, "Ann", "ops")).browser.cookies.get("fn_session")!;
    const page = await enter(phone, session);
    await page.goto(`${url}/console/channels`);
    await page.getByRole("link", { name: "#ops" }).click();
    await page.getByRole("button", { name: "Send a test" }).click();
    expect(await page.textContent("#test")).toContain("Answered: 200 ok");
    const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
      "({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })",
    );
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
  });

  it("finds nothing to complain of in its pages, light and dark, wide and narrow", async () => {
    const session = (await comeIn(api, "Bo", "admin")).browser.cookies.get("fn_session")!;
    const page = await enter({}, session);
    const link = pathOfAcknowledgeLink(api.deps.secretKey, { alertId: 1, channel: name });
    for (const path of [
      "/console/channels",
      `/console/channels/${name}`,
      link,
      "/console/acknowledge/none",
    ]) {
      await page.goto(`${url}${path}`);
      expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
    }
  });
});
