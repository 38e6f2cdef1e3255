/** Account managers at work in a real browser: a month closed on a telephone, a second person, both themes looked at by axe. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createToken } from "../../src/actions/create-token.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { listReports } from "../../src/store/reports.ts";
import { boardAt, measuredService, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { testBrowser } from "../support/browsers.ts";
import { launchChromium } from "../support/chromium.ts";
import { agree, closablePlatform, goDown, june, settled } from "../support/closing.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { type ServedRooms, serveWhole } from "../support/rooms.ts";

const at = (text: string) => Date.parse(text);

const desk = { viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Copenhagen" };
const phone = { ...desk, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("account managers at work", () => {
  let browser: Browser;
  let database: OpenDatabase;
  let http: ServedRooms;
  let url: string;
  let sessions: Record<"Ann" | "Bo", string>;
  const complaints: string[] = [];
  const opened: Page[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    database = await openFreshDatabase();
    const { db } = database;
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.99\ncovers: [beacon]\nfee: 4000.00 DKK");
    await agree(db, "acme-silver", "target: 99.9\ncovers: [lamp]");
    await goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:10:00Z"));
    const services = [
      measuredService("beacon", settled, { title: "Beacon" }),
      measuredService("lamp", settled, { title: "Lamp" }),
    ];
    const api = await testApi(db, settled, { board: () => ({ ...boardAt(settled), services }) });
    http = await serveWhole(api, (error) => complaints.push(String(error)));
    url = http.url;
    const sessionOf = async (name: string) => {
      const door = testBrowser(api);
      await door.post("/console/sign-in", { token: await createToken(db, name, settled) });
      return door.cookies.get("fn_session")!;
    };
    sessions = { Ann: await sessionOf("Ann"), Bo: await sessionOf("Bo") };
  }, 60_000);
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((page) => page.context().close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await http.stop();
    await database.close();
  });

  async function enter(
    who: "Ann" | "Bo",
    options: Parameters<Browser["newContext"]>[0] = desk,
    path = "/console/closings",
  ): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage();
    opened.push(page);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      // What a form was refused with is answered with its status, which browsers note as an error.
      if (message.type() === "error" && !message.text().includes("the server responded with a status of 4")) {
        complaints.push(message.text());
      }
    });
    await page.context().addCookies([{ name: "fn_session", value: sessions[who], url: `${url}/console` }]);
    await page.goto(`${url}${path}`);
    return page;
  }

  it("propose on one desk, and approve on another", async () => {
    const ann = await enter("Ann", desk, "/console/proposals/new-correction");
    await ann.getByRole("radio", { name: /Beacon/ }).check();
    await ann.getByLabel("From").fill("2026-06-10T12:00");
    await ann.getByLabel("Until").fill("2026-06-10T12:02");
    await ann.getByLabel("Reason").fill("The probe was cut off.");
    await ann.getByRole("button", { name: "Propose" }).click();
    await ann.waitForURL(/COR-2026-0001$/);
    await ann.getByRole("button", { name: "Approve" }).click();
    expect(await ann.getByRole("alert").innerText()).toContain("another person has to approve it");
    const bo = await enter("Bo", phone, "/console/proposals/COR-2026-0001");
    await bo.getByRole("button", { name: "Approve" }).click();
    expect(await bo.locator("h1").innerText()).toContain("approved");
  });

  it("explain and close a month on a telephone, without scripts, too", async () => {
    const page = await enter("Ann", { ...phone, javaScriptEnabled: false });
    await page.locator("[data-standing=person] .who a").first().click();
    await page.getByRole("checkbox").first().check();
    await page.getByLabel("Reason").fill("Known to the customer.");
    await page.getByRole("button", { name: "Explain those chosen" }).click();
    await page.goto(`${url}/console/closings/${june}`);
    await page.getByRole("link", { name: "Close all 2 that are ready" }).click();
    await page.getByRole("button", { name: "Close all 2 that are ready" }).click();
    await expect.poll(async () => (await listReports(database.db)).length).toBe(2);
    // It renews itself until it is over, without scripts too.
    await expect.poll(() => page.locator("main").innerText()).toContain("closed 2 of 2");
  });

  it("read every page in light and in dark, on a desk and at 320 px, without findings", async () => {
    const paths = [
      `/console/closings/${june}`,
      "/console/closings/2026-05",
      "/console/closings/2026-05/close",
      `/console/contracts/acme-gold/${june}/settle`,
      `/console/contracts/acme-gold/${june}/propose-revision`,
      "/console/proposals",
      "/console/proposals/COR-2026-0001",
      "/console/proposals/new-correction?service=beacon&start=2026-06-10T10:00:00Z",
      "/console/proposals/new-exclusion",
      "/console/credits",
      "/console/what-if?kind=maintenance&services=beacon&start=2026-07-10T12:00&end=2026-07-10T13:00",
      "/console/what-if?kind=contract",
    ];
    const page = await enter("Bo", desk);
    for (const path of paths) {
      await page.goto(url + path);
      expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
    }
  }, 120_000);
});
