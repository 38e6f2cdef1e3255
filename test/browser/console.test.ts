/** What account managers read, in a real browser: looked at by axe, on narrow screens, by keyboard, and without scripts. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { OpenDatabase } from "../../src/store/database.ts";
import { testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { launchChromium } from "../support/chromium.ts";
import { agree, closablePlatform, goDown, june, settled } from "../support/closing.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { consoleSession, type ServedRooms, serveRooms } from "../support/rooms.ts";

const start = Date.parse("2026-06-10T10:00:00Z");
const views = [
  "/contracts",
  "/contracts/acme-gold",
  `/contracts/acme-gold/${june}`,
  "/contracts/acme-gold/2026-07",
  `/services/beacon/outages/web/${start}`,
  "/customers",
  "/customers/acme",
];

let browser: Browser;
let open: OpenDatabase;
let rooms: ServedRooms;
let session: string;
const pages: Page[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  open = await openFreshDatabase();
  const checks = await closablePlatform(open.db);
  await agree(
    open.db,
    "acme-gold",
    "title: Acme Gold\ntarget: 99.99\ncovers: [beacon, lamp]\nfee: 4000.00 DKK\ncredit: { bands: [{ below: 99.99, percent: 10 }] }",
  );
  await goDown(open.db, checks.get("beacon")!, start, start + 600_000);
  const api = await testApi(open.db, settled);
  session = await consoleSession(api, "Bo");
  rooms = await serveRooms(api);
  browser = await launchChromium();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await rooms.stop();
  await open.close();
});
afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.context().close()));
  expect(complaints.splice(0)).toEqual([]);
});

const desk = { viewport: { width: 1280, height: 900 } };

async function visit(path: string, options: BrowserContextOptions = desk): Promise<Page> {
  const context = await browser.newContext(options);
  await context.addCookies([{ name: "fn_session", value: session, url: `${rooms.url}/console` }]);
  const page = await context.newPage();
  pages.push(page);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") {
      complaints.push(message.text());
    }
  });
  await page.goto(`${rooms.url}/console${path}`, { waitUntil: "load" });
  return page;
}

describe("the pages of contracts", () => {
  it("satisfy axe in both themes, and fit 320 px without scrolling sideways", async () => {
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
