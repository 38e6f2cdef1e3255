/** What account managers read, in a real browser: looked at by axe, on narrow screens, by keyboard, and without scripts. */
import { describe, expect, it } from "vitest";
import { testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { agree, closablePlatform, goDown, june, settled } from "../support/closing.ts";
import { house, type Visit } from "../support/house.ts";
import { consoleSession } from "../support/rooms.ts";

const start = Date.parse("2026-06-10T10:00:00Z");
/** What the walk through the console does not come by: there the month is closed. */
const views = [`/contracts/acme-gold/${june}`, "/contracts/acme-gold/2026-07"];

const desk = { viewport: { width: 1280, height: 900 } };

let session: string;
const home = house(async (db) => {
  const checks = await closablePlatform(db);
  await agree(
    db,
    "acme-gold",
    "title: Acme Gold\ntarget: 99.99\ncovers: [beacon, lamp]\nfee: 4000.00 DKK\ncredit: { bands: [{ below: 99.99, percent: 10 }] }",
  );
  await goDown(db, checks.get("beacon")!, start, start + 600_000);
  const api = await testApi(db, settled);
  session = await consoleSession(api, "Bo");
  return api;
});
const visit = (path: string, device: Visit = desk) =>
  home.enter({ ...device, session, path: `/console${path}` });

describe("the pages of contracts", () => {
  it("satisfy axe in every look, of a month that is over and of one that goes on", async () => {
    for (const path of views) {
      const page = await visit(path, { ...desk, bypassCSP: true });
      expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
    }
  }, 120_000);

  it("lead by keyboard from the year to the samples of an outage", async () => {
    const page = await visit("/contracts");
    const follow = async (selector: string) => {
      await page.locator(selector).first().focus();
      await page.keyboard.press("Enter");
      await page.waitForLoadState("load");
    };
    await follow(`a[href="/console/contracts/acme-gold/${june}"]`);
    expect(await page.locator("h1").innerText()).toContain("June 2026");
    await follow('a[href*="/outages/"]');
    expect(await page.locator("h1").innerText()).toBe("beacon, outage of 10 June 2026");
  }, 60_000);

  it("draw the months of a contract, with the same figures in a table", async () => {
    const page = await visit("/contracts/acme-gold");
    await page.locator(".chart canvas").scrollIntoViewIfNeeded();
    const isDrawn = `(() => {
      const canvas = document.querySelector(".chart canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value) => value > 0);
    })()`;
    await expect.poll(() => page.evaluate(isDrawn)).toBe(true);
    expect(await page.locator('table[class="ledger"] >> text=99.976 %').count()).toBeGreaterThan(0);
  }, 60_000);
});
