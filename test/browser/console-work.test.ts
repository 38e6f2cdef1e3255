/** Account managers at work in a real browser: a month closed on a telephone, a second person, both themes looked at by axe. */
import { describe, expect, it } from "vitest";
import { listReports } from "../../src/store/reports.ts";
import { boardAt, measuredService, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { agree, closablePlatform, goDown, june, settled } from "../support/closing.ts";
import { house, type Visit } from "../support/house.ts";
import { consoleSession } from "../support/rooms.ts";

const at = (text: string) => Date.parse(text);

const desk = { viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Copenhagen" };
const phone = { ...desk, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("account managers at work", () => {
  let sessions: Record<"Ann" | "Bo", string>;
  const home = house(async (db) => {
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.99\ncovers: [beacon]\nfee: 4000.00 DKK");
    await agree(db, "acme-silver", "target: 99.9\ncovers: [lamp]");
    await goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:10:00Z"));
    const services = [
      measuredService("beacon", settled, { title: "Beacon" }),
      measuredService("lamp", settled, { title: "Lamp" }),
    ];
    const api = await testApi(db, settled, { board: () => ({ ...boardAt(settled), services }) });
    sessions = { Ann: await consoleSession(api, "Ann"), Bo: await consoleSession(api, "Bo") };
    return api;
  });
  const enter = (who: "Ann" | "Bo", device: Visit = desk, path = "/console/closings") =>
    home.enter({ ...device, session: sessions[who], path });

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
    await page.goto(`${home.url}/console/closings/${june}`);
    await page.getByRole("link", { name: "Close all 2 that are ready" }).click();
    await page.getByRole("button", { name: "Close all 2 that are ready" }).click();
    await expect.poll(async () => (await listReports(home.db)).length).toBe(2);
    // It renews itself until it is over, without scripts too.
    await expect.poll(() => page.locator("main").innerText()).toContain("closed 2 of 2");
  });

  it("read what they are about to do in every look, without findings", async () => {
    const paths = [
      "/console/closings/2026-05/close",
      `/console/contracts/acme-gold/${june}/propose-revision`,
      "/console/proposals/COR-2026-0001",
      "/console/proposals/new-correction?service=beacon&start=2026-06-10T10:00:00Z",
      "/console/what-if?kind=maintenance&services=beacon&start=2026-07-10T12:00&end=2026-07-10T13:00",
      "/console/what-if?kind=contract",
    ];
    const page = await enter("Bo", desk);
    for (const path of paths) {
      await page.goto(home.url + path);
      expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
    }
  }, 120_000);
});
