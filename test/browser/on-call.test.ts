/** Alerts in a real browser: taken by a thumb on a phone, also without JavaScript; and every page of theirs looked at by axe, in both themes. */
import { describe, expect, it } from "vitest";
import { followAlerts } from "../../src/actions/follow-alerts.ts";
import { getAlert } from "../../src/store/told-alerts.ts";
import { putRules } from "../support/alert-rules.ts";
import { situation } from "../support/alerts.ts";
import { testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { house, type Visit } from "../support/house.ts";
import { comeIn } from "../support/people.ts";
import { route, step } from "../support/standing-alerts.ts";

const now = Date.parse("2026-07-03T08:15:00Z");
const phone = { width: 390, height: 844 };

describe("alerts in a browser", () => {
  let session: string;
  const home = house(async (db) => {
    const api = await testApi(db, now);
    const olga = await comeIn(api, "Olga", "ops");
    session = olga.browser.cookies.get("fn_session")!;
    await putRules(db, {
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
    await followAlerts(db, situation(["beacon", "lamp"], ["beacon", "lamp"]), [], now);
    return api;
  });
  const enter = (options: Visit) => home.enter({ session, ...options });

  it.each([
    [1, true],
    [2, false],
  ])(
    "alert %i is taken on a phone by one press within reach, JavaScript: %s",
    async (id, javaScriptEnabled) => {
      const page = await enter({ viewport: phone, hasTouch: true, javaScriptEnabled });
      await page.goto(`${home.url}/console/alerts`);
      const button = page.locator(`#alert-${id} button`);
      const box = (await button.boundingBox())!;
      expect(box.height).toBeGreaterThanOrEqual(48);
      expect(box.width).toBeGreaterThan(phone.width / 2);
      await button.tap();
      await page.waitForURL(`${home.url}/console/alerts/${id}`);
      expect(await page.locator("main").innerText()).toContain("taken by Olga");
      expect((await getAlert(home.db, id)).acknowledgedAt).toBe(now);
    },
  );

  it.each(["/console/alerts/1", "/console/on-call"])(
    "axe finds nothing on %s, and nothing is wider than a small phone",
    async (path) => {
      const page = await enter({});
      await page.goto(home.url + path);
      expect(await findingsInEveryLook(page)).toEqual([]);
    },
  );
});
