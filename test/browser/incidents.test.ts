/** Ops at night in a real browser: an incident declared on a telephone, with scripts and without, told further, corrected; axe looks at every page. */
import { afterEach, describe, expect, it } from "vitest";
import { declareIncident } from "../../src/actions/declare-incident.ts";
import type { StatusBoard } from "../../src/domain/status/status-board.ts";
import { listIncidentsSince } from "../../src/store/incidents.ts";
import { putSettings } from "../../src/store/platforms.ts";
import { boardAt, measuredService, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { house, type Visit } from "../support/house.ts";
import { consoleSession } from "../support/rooms.ts";
import { insertServices } from "../support/services.ts";

const now = Date.parse("2026-06-01T22:10:00Z");
const desk = { viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Copenhagen" };
const phone = { ...desk, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const slugs = Array.from({ length: 40 }, (_, i) => `service-${i}`);

describe("ops at night", () => {
  let session: string;
  let isDown = false;
  const home = house(async (db) => {
    await insertServices(db, slugs);
    const api = await testApi(db, now);
    const told = api.deps.board;
    api.deps.board = (): StatusBoard => ({
      ...told(),
      settings: { ...boardAt(now).settings, languages: ["en", "da"] },
      services: slugs.map((slug, i) =>
        measuredService(slug, now, {
          title: `Service ${i}`,
          ...(isDown && i === 31 ? { reading: "down" as const, readingSince: now - 120_000 } : {}),
        }),
      ),
    });
    await putSettings(db, api.deps.board().settings, "people", now);
    session = await consoleSession(api, "Ann");
    return api;
  });
  afterEach(() => {
    isDown = false;
  });
  const enter = (path: string, device: Visit) => home.enter({ ...device, session, path });

  const latest = async () =>
    (await listIncidentsSince(home.db, 0)).toSorted((a, b) => (a.reference < b.reference ? 1 : -1))[0]!;

  it.each([true, false])(
    "publish what is measured down with one touch on a telephone (scripts: %s)",
    async (javaScriptEnabled) => {
      isDown = true;
      const page = await enter("/console/incidents", { ...phone, javaScriptEnabled });
      await page.getByRole("link", { name: "Declare an incident" }).click();
      await page.getByRole("button", { name: "Publish" }).click();
      await page.waitForURL(/INC-2026-\d{4}$/);
      expect(await page.locator("h1").innerText()).toBe("Service 31 is down");
      expect(await latest()).toMatchObject({
        ...{ title: "Service 31 is down", titles: { da: "Service 31 er nede" }, priority: "p1" },
        startedAt: now - 120_000,
        impacts: [{ serviceSlug: "service-31", impact: "major_outage" }],
      });
    },
  );

  it.each([true, false])(
    "find a service, say how bad it is and publish on one screen (scripts: %s)",
    async (javaScriptEnabled) => {
      const page = await enter("/console/incidents/new", { ...phone, javaScriptEnabled });
      await page.getByLabel("What is wrong").fill("Search is slow");
      await page.getByLabel("What people are told").fill("We **look**.");
      await page.getByLabel(/Find among/).fill("service-38");
      await page.getByLabel(/Find among/).press("Enter");
      await page.getByRole("checkbox", { name: "Service 38" }).check();
      await page.getByLabel("Priority").selectOption("p3");
      await page.getByRole("button", { name: "Preview" }).click();
      expect(await page.locator(".preview strong").allInnerTexts()).toEqual(["look", "look"]);
      await page.getByRole("button", { name: "Publish" }).click();
      await page.waitForURL(/INC-2026-\d{4}$/);
      expect(await latest()).toMatchObject({
        ...{ title: "Search is slow", priority: "p3" },
        impacts: [{ serviceSlug: "service-38", impact: "degraded_performance" }],
      });
    },
  );

  it("narrow the list of services while they type, and lose none that is chosen", async () => {
    const page = await enter("/console/incidents/new", phone);
    await page.getByRole("checkbox", { name: "Service 3", exact: true }).check();
    await page.getByLabel(/Find among/).fill("service-1");
    const shown = await page
      .locator(".choose-services li:visible input")
      .evaluateAll((inputs) => inputs.map((input) => (input as unknown as { value: string }).value));
    expect(shown).toContain("service-3");
    expect(shown).toContain("service-12");
    expect(shown).not.toContain("service-4");
  });

  it("are told of somebody else's change, keep their words, and say them again", async () => {
    const declared = await declare("Two at once");
    const path = `/console/incidents/${declared}`;
    const [one, other] = [await enter(path, desk), await enter(path, phone)];
    await one.getByLabel("What people are told").first().fill("From the desk.");
    await one.getByRole("button", { name: "Publish the update" }).click();
    await other.getByLabel("What people are told").first().fill("From the telephone.");
    await other.getByRole("button", { name: "Publish the update" }).click();
    expect(await other.getByRole("alert").innerText()).toContain("Somebody else changed this incident");
    expect(await other.locator(".steps").innerText()).toContain("From the desk.");
    expect(await other.getByLabel("What people are told").first().inputValue()).toBe("From the telephone.");
    await other.getByRole("button", { name: "Publish the update" }).click();
    expect(await other.locator(".steps").innerText()).toContain("From the telephone.");
  });

  it("run nothing of what people write", async () => {
    const reference = await declare("<img src=x onerror=\"document.title='caught'\">", [
      "<script>document.title = 'caught'</script>",
      "[touch](javascript:document.title='caught')",
      "<img src=x onerror=\"document.title='caught'\">",
    ]);
    const page = await enter(`/console/incidents/${reference}`, desk);
    await page.getByText("touch").first().click();
    expect(await page.title()).not.toBe("caught");
    expect(await page.locator("main img, main script").count()).toBe(0);
  });

  it("read long words and a span that is handed over in every look, without findings", async () => {
    isDown = true;
    const reference = await declare("For axe", [
      "- one\n- two\n\n```\na long line of code that does not end soon enough for a phone\n```",
    ]);
    const paths = [
      `/console/incidents/${reference}`,
      `/console/incidents/${reference}?service=service-1&impact=partial_outage&start=2026-06-01T22:00:00Z`,
    ];
    const page = await enter(paths[0]!, desk);
    for (const path of paths) {
      await page.goto(home.url + path);
      expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
    }
  }, 120_000);

  async function declare(title: string, messages: readonly string[] = ["We look."]): Promise<string> {
    const { reference } = await declareIncident(
      home.db,
      {
        ...{ title, message: messages.join("\n\n"), state: "investigating", priority: "p2" },
        services: [{ serviceSlug: "service-1", impact: "partial_outage" }],
        ...{ startedAt: now - 600_000, resolvedAt: null },
      },
      "Bo",
      now,
    );
    await home.api.deps.changed();
    return reference;
  }
});
