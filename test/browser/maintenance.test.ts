/** Maintenance and corrections in a real browser: a promise broken with a reason on a telephone, a second person on the timeline, every page looked at by axe. */
import { describe, expect, it } from "vitest";
import { getWindow, listWindowsSince } from "../../src/store/maintenance-windows.ts";
import { listJudgements } from "../../src/store/window-judgements.ts";
import { testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { agree, closablePlatform, goDown } from "../support/closing.ts";
import { house, type Visit } from "../support/house.ts";
import { consoleSession } from "../support/rooms.ts";

const at = (text: string) => Date.parse(text);
const now = at("2026-06-15T10:00:00Z");
const desk = { viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Copenhagen" };
const phone = { ...desk, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("ops who plan and correct", () => {
  let sessions: Record<"Ann" | "Bo", string>;
  const home = house(async (db) => {
    const checks = await closablePlatform(db);
    await agree(
      db,
      "acme-gold",
      "target: 99.99\ncovers: [beacon]\nfee: 4000.00 DKK\nmaintenance: { checks: { longest: 30m, per_quarter: 1 } }",
    );
    await goDown(db, checks.get("beacon")!, at("2026-06-10T10:00:00Z"), at("2026-06-10T10:10:00Z"));
    const api = await testApi(db, now);
    sessions = { Ann: await consoleSession(api, "Ann"), Bo: await consoleSession(api, "Bo") };
    return api;
  });
  const enter = (who: "Ann" | "Bo", device: Visit, path: string) =>
    home.enter({ ...device, session: sessions[who], path });

  it.each([
    ["with scripts", true],
    ["without", false],
  ])(
    "break a promise on a telephone, %s, only with a reason, which is recorded",
    async (_, javaScriptEnabled) => {
      const page = await enter("Ann", { ...phone, javaScriptEnabled }, "/console/maintenance");
      await page.getByRole("link", { name: "Plan maintenance" }).click();
      await page.getByLabel("What is done").fill("New disks");
      await page.getByLabel("What everyone is told").fill("We replace disks.");
      await page.getByRole("checkbox", { name: "beacon" }).check();
      await page.getByLabel("From").fill("2026-06-21T22:00");
      await page.getByLabel("Until").fill("2026-06-21T22:45");
      await page.getByRole("button", { name: "See what it breaks and does" }).click();
      expect(await page.locator("main").innerText()).toMatch(/Breaks the promise on length: 45\smin/);
      const reason = page.getByLabel("Why it is done all the same");
      await page.getByRole("button", { name: "Announce it all the same" }).click();
      expect(page.url()).toMatch(/\/maintenance\/new$/);
      expect((await listWindowsSince(home.db, now)).filter(({ state }) => state === "scheduled")).toEqual([]);
      await reason.fill("The disks fail one by one.");
      await page.getByRole("button", { name: "Announce it all the same" }).click();
      await page.waitForURL(/\/console\/maintenance\/MNT-2026-\d+$/);
      const reference = page.url().slice(-13);
      expect(await page.locator("main").innerText()).toContain("The disks fail one by one.");
      expect((await getWindow(home.db, reference)).state).toBe("scheduled");
      const [judgement] = (await listJudgements(home.db, [reference])).get(reference)!;
      expect(judgement).toMatchObject({ author: "Ann", reason: "The disks fail one by one." });
      await page.getByLabel("What everyone is told").last().fill("Not now.");
      await page.getByRole("checkbox").check();
      await page.getByRole("button", { name: "Call it off" }).click();
      await page.waitForURL(/MNT-2026-\d+$/);
      expect(await page.locator("h1").innerText()).toContain("Cancelled");
    },
  );

  it("propose a correction from the timeline, and a second person approves it", async () => {
    const timeline = "/console/services/beacon/timeline?day=2026-06-10";
    const ann = await enter("Ann", desk, timeline);
    await ann.getByRole("link", { name: "Propose a correction" }).click();
    await ann.getByLabel("Reason").fill("The probe was cut off.");
    await ann.getByRole("button", { name: "Propose" }).click();
    await ann.waitForURL(/COR-2026-\d+$/);
    const bo = await enter("Bo", phone, timeline);
    await bo.locator("#spans ~ ul li", { hasText: "Correction, proposed" }).getByRole("link").click();
    await bo.getByRole("button", { name: "Approve" }).click();
    await bo.waitForURL(/COR-2026-\d+$/);
    await bo.goto(`${home.url}${timeline}`);
    expect(await bo.locator("main").innerText()).toMatch(
      /Correction, approved\s+Up\s+The probe was cut off\./,
    );
    expect(await bo.locator(".l-judged-approved").count()).toBeGreaterThan(0);
    expect(await bo.locator(".l-down").count()).toBeGreaterThan(0);
  });

  it("drag over the timeline, and have the span in the form", async () => {
    const page = await enter("Ann", desk, "/console/services/beacon/timeline?day=2026-06-10");
    const lane = (await page.locator(".lane").first().boundingBox())!;
    const y = lane.y + lane.height / 2;
    await page.mouse.move(lane.x + lane.width / 4, y);
    await page.mouse.down();
    await page.mouse.move(lane.x + lane.width / 2, y, { steps: 4 });
    await page.mouse.up();
    expect(await page.getByLabel("From").inputValue()).toMatch(/^2026-06-10T0(5:5|6:0)\d$/);
    expect(await page.getByLabel("Until").inputValue()).toMatch(/^2026-06-10T1(1:5|2:0)\d$/);
  });

  it("go through the calendar by keys", async () => {
    const page = await enter("Ann", desk, "/console/calendar?month=2026-07");
    await page.locator(".planner .date").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate("document.activeElement.textContent")).toContain("Thursday");
    await page.keyboard.press("PageDown");
    await page.waitForURL(/month=2026-08$/);
  });

  it("read what they plan and what was in every look, without findings", async () => {
    const page = await enter("Bo", desk, "/console/maintenance");
    const looked = async (what: string) => {
      expect([what, await findingsInEveryLook(page)]).toEqual([what, []]);
    };
    const plan = {
      ...{ title: "Patches", message: "We patch.", services: "beacon", repeat: "monthly_weekday" },
      ...{
        start: "2026-07-05T22:00",
        end: "2026-07-05T22:30",
        harm: "down",
        rule: "",
        until: "",
        once: "a",
      },
    };
    await page.request.post(`${home.url}/console/maintenance/new`, {
      form: { ...plan, step: "publish", reason: "Agreed." },
      headers: { Origin: home.url },
    });
    const paths = [
      "/console/maintenance/new?services=beacon&start=2026-07-10T22:00&end=2026-07-10T22:30",
      "/console/maintenance/MNT-2026-0001",
      "/console/maintenance/MNT-2026-0003",
      "/console/calendar?month=2026-07",
      "/console/services/beacon/timeline?day=2026-06-10&locations=1",
      "/console/services/beacon/timeline?month=2026-06",
    ];
    for (const path of paths) {
      await page.goto(home.url + path);
      await looked(path);
    }
    await page.goto(home.url + paths[0]!);
    await page.getByLabel("What is done").fill("Patches");
    await page.getByLabel("What everyone is told").fill("We patch.");
    await page.getByRole("button", { name: "See what it breaks and does" }).click();
    await looked("the check");
  }, 120_000);
});
