/** Support in a real browser: a problem reported without a script, answered on a phone, and every page of it looked at by axe, in both themes. */
import { beforeAll, describe, expect, it } from "vitest";
import { makeAccessLink, pathOfAccessLink } from "../../src/actions/access-link.ts";
import { getRequest } from "../../src/store/requests.ts";
import { platforms } from "../../src/store/tables/watched.ts";
import { boardAt, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { house, type Visit } from "../support/house.ts";
import { comeIn } from "../support/people.ts";
import { agreeOnSupport } from "../support/requests.ts";
import { insertServices } from "../support/services.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

describe("support in a browser", () => {
  const home = house(async (db) => {
    const api = await testApi(db, now);
    const { settings } = boardAt(now);
    await db.insert(platforms).values({ id: 1, settings, managedBy: "file", createdAt: now } as never);
    await insertServices(db, ["beacon", "lamp"]);
    await agreeOnSupport(api);
    return api;
  });
  let session: string;
  beforeAll(async () => {
    session = (await comeIn(home.api, "Ann", "admin")).browser.cookies.get("fn_session")!;
  });
  const enter = (options: Visit) => home.enter({ session, ...options });

  it("somebody reports a problem from the public page, without scripts and without a cookie", async () => {
    const page = await home.enter({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
    await page.goto(home.url);
    await page.getByRole("link", { name: "Report a problem" }).first().click();
    await page.getByLabel("What does not work, in a few words").fill("Nobody can sign in");
    await page.getByLabel("What you did, what you saw, and since when").fill("Since noon.");
    await page.getByLabel("Your address of mail (may be left out)").fill("ida@acme.example");
    await page.getByRole("button", { name: "Send the report" }).click();
    expect(await page.getByRole("status").textContent()).toContain("REQ-2026-0001");
    expect(await page.context().cookies()).toEqual([]);
    expect(await getRequest(home.db, "REQ-2026-0001")).toMatchObject({
      customer: "acme",
      priority: "high",
    });
  }, 60_000);

  it("ops see whose clock runs, and answer it on a phone", async () => {
    const page = await enter({ viewport: { width: 390, height: 844 } });
    await page.goto(`${home.url}/console/requests`);
    // The script counts down by the browser's clock, which is far beyond the one of this test: it is over.
    await page.waitForFunction(`document.querySelector("[data-due]").textContent.includes("over")`);
    await page.getByRole("link", { name: "Nobody can sign in" }).click();
    await page.getByLabel("Your answer").fill("We see it, too.");
    await page.getByLabel("It waits for the customer: the clock stands still").check();
    await page.getByRole("button", { name: "Send the answer" }).click();
    await page.waitForURL(/REQ-2026-0001$/);
    expect(await page.getByText("We see it, too.").isVisible()).toBe(true);
    const request = await getRequest(home.db, "REQ-2026-0001");
    expect([request.answeredAt, request.pausedAt]).toEqual([now, now]);
  }, 60_000);

  it("a customer asks in the portal and reads the answer there", async () => {
    const link = await makeAccessLink(home.db, { customer: "acme" }, "ops", now);
    const page = await home.enter({ viewport: { width: 390, height: 844 } });
    await page.goto(home.url + pathOfAccessLink(home.api.deps.secretKey, link));
    await page.getByRole("link", { name: "Your requests" }).click();
    await page.getByLabel("What does it concern, in a few words").fill("A column is missing");
    await page.getByLabel("What you did, what you saw, and since when").fill("In the export.");
    await page.getByRole("button", { name: "Send it" }).click();
    await page.waitForURL(/REQ-2026-0002$/);
    expect(await page.getByText("an answer is promised by").isVisible()).toBe(true);
  }, 60_000);

  it("axe finds nothing on what customers see of it, nor on a calendar with holidays, in every look", async () => {
    await home.api.send("PUT", "/api/v1/calendars/office", {
      ...{ title: "Office", time_zone: "Europe/Copenhagen", hours: { "mon-fri": "08:00-16:00" } },
      ...{ holidays: "DK", closed: ["2026-07-13..2026-07-26"] },
    });
    const link = await makeAccessLink(home.db, { customer: "acme" }, "ops", now);
    const page = await enter({ bypassCSP: true });
    await page.goto(home.url + pathOfAccessLink(home.api.deps.secretKey, link));
    for (const path of [
      "/report",
      "/report?reference=REQ-2026-0001",
      "/portal/requests",
      "/portal/requests/REQ-2026-0001",
      "/console/calendars/office?year=2026",
    ]) {
      const answer = await page.goto(home.url + path);
      expect([path, answer?.status(), await findingsInEveryLook(page)]).toEqual([path, 200, []]);
    }
  }, 180_000);
});
