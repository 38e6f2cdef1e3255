/** Somebody who is called, on a phone: the link of a message, one button, taken; and the pages of channels. Looked at by axe, in both themes. */
import { describe, expect, it } from "vitest";
import { pathOfAcknowledgeLink } from "../../src/actions/acknowledge-link.ts";
import { endAttempt } from "../../src/store/channel-attempts.ts";
import { alerts } from "../../src/store/tables/alerts.ts";
import { getAlert } from "../../src/store/told-alerts.ts";
import { testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { house } from "../support/house.ts";
import { comeIn } from "../support/people.ts";

const now = Date.parse("2026-07-03T08:15:00Z");
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const name = "ops-chat";

describe("somebody who is called, in a browser", () => {
  const home = house(async (db) => {
    const channel = {
      ...{ name, leadsTo: "hooks.slack.example", close() {} },
      send: () => Promise.resolve("200 ok"),
    };
    const api = await testApi(db, now, {
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
    await db.insert(alerts).values({
      ...{ key: "service_down beacon", kind: "service_down", openedAt: now - 60_000 },
      ...{
        callingSince: now - 60_000,
        facts: { service: "beacon", title: "Beacon", since: now - 90_000, trouble: "no answer in time" },
      },
    });
    await endAttempt(db, {
      ...{ channel: name, alertId: 1, event: "opened", number: 2, startedAt: now - 400, endedAt: now },
      ...{ answer: null, failure: "the receiver answered 503", pausedUntil: null },
    });
    return api;
  });

  it("takes an alert with one tap of the link's button, without signing in and without scripts", async () => {
    const link = pathOfAcknowledgeLink(home.api.deps.secretKey, { alertId: 1, channel: name });
    const page = await home.enter({ ...phone, javaScriptEnabled: false });
    await page.goto(`${home.url}${link}`);
    expect(await page.textContent("h1")).toBe("Beacon is down");
    expect((await getAlert(home.db, 1)).acknowledgedAt).toBeNull();
    const button = page.getByRole("button", { name: "I take it" });
    const box = (await button.boundingBox())!;
    expect([box.height >= 44, box.x >= 0, box.x + box.width <= 360]).toEqual([true, true, true]);
    await button.tap();
    expect(await page.textContent('[role="status"]')).toContain("channel ops-chat");
    expect(await getAlert(home.db, 1)).toMatchObject({
      acknowledgedBy: "channel ops-chat",
      acknowledgedAt: now,
    });
  });

  it("sends a test over a channel and sees what was answered", async () => {
    const session = (await comeIn(home.api, "Ann", "ops")).browser.cookies.get("fn_session")!;
    const page = await home.enter({ ...phone, session });
    await page.goto(`${home.url}/console/channels`);
    await page.getByRole("link", { name: "#ops" }).click();
    await page.getByRole("button", { name: "Send a test" }).click();
    expect(await page.textContent("#test")).toContain("Answered: 200 ok");
    const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
      "({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })",
    );
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
  });

  it("finds nothing to complain of in its pages, light and dark, wide and narrow", async () => {
    const session = (await comeIn(home.api, "Bo", "admin")).browser.cookies.get("fn_session")!;
    const page = await home.enter({ session });
    const link = pathOfAcknowledgeLink(home.api.deps.secretKey, { alertId: 1, channel: name });
    for (const path of [`/console/channels/${name}`, link, "/console/acknowledge/none"]) {
      await page.goto(`${home.url}${path}`);
      expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
    }
  });
});
