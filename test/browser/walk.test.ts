/**
 * A walk through the console in a real browser as each of the five roles: every section that the menu offers, and every page that has an
 * address of its own. Sections and pages come from the program itself, so a new one is walked through the day it lands.
 */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../src/domain/people/rights.ts";
import { sectionGroups } from "../../src/http/console/shell.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { insertIncident } from "../../src/store/incidents.ts";
import { consoleRights } from "../http/rights.ts";
import { testApi } from "../support/api.ts";
import { axe } from "../support/axe.ts";
import { launchChromium } from "../support/chromium.ts";
import { agree, closablePlatform, settled } from "../support/closing.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { anIncident } from "../support/incidents.ts";
import { comeIn } from "../support/people.ts";
import { type ServedRooms, serveWhole } from "../support/rooms.ts";

const desk = { viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Copenhagen" };
const phone = { ...desk, viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };

/** Every page that needs no name of a thing, nor somebody who is not signed in yet. */
const pages = [
  ...new Set([
    ...sectionGroups.flatMap(({ sections }) => sections.map(({ path }) => `/console${path}`)),
    ...Object.entries(consoleRights)
      .filter(([route, access]) => /^GET [^:{]*$/.test(route) && access !== "open")
      .map(([route]) => route.slice("GET ".length)),
  ]),
]
  // Files, and letters, which are shown in a sandbox.
  .filter((path) => !/\.(csv|json|ics)$|\/mail\/weekly$/.test(path))
  .concat("/console/services/beacon", "/console/new-service?kind=http", "/console/search?q=beacon")
  .sort();

describe("a walk through the console", () => {
  let browser: Browser;
  let database: OpenDatabase;
  let http: ServedRooms;
  let url: string;
  const sessions = new Map<Role, string>();
  const complaints: string[] = [];
  const opened: Page[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    database = await openFreshDatabase();
    const { db } = database;
    await closablePlatform(db);
    await agree(db, "acme-gold", "target: 99.99\ncovers: [beacon]\nfee: 4000.00 DKK");
    await insertIncident(db, anIncident({ startedAt: settled - 3_600_000 }));
    const api = await testApi(db, settled);
    await api.deps.changed();
    http = await serveWhole(api, (error) => complaints.push(String(error)));
    url = http.url;
    for (const role of ["viewer", "ops", "account-manager", "admin", "customer"] as const) {
      const { browser: door } = await comeIn(api, role, role, role === "customer" ? "acme" : null);
      sessions.set(role, door.cookies.get("fn_session")!);
    }
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

  async function enter(role: Role, options: BrowserContextOptions = desk): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage();
    opened.push(page);
    page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") {
        complaints.push(`${page.url()}: ${message.text()}`);
      }
    });
    const room = role === "customer" ? "/portal" : "/console";
    await page.context().addCookies([{ name: "fn_session", value: sessions.get(role)!, url: url + room }]);
    return page;
  }

  it.each(["viewer", "ops", "account-manager", "admin"] as const)(
    "as %s every section of the menu opens, and names itself",
    async (role) => {
      const page = await enter(role);
      await page.goto(`${url}/console`);
      const links = await page
        .locator("#menu a")
        .evaluateAll((all) => all.map((one) => (one as unknown as { href: string }).href));
      expect(links.length).toBeGreaterThan(5);
      const odd: unknown[] = [];
      for (const link of links) {
        const answer = await page.goto(link);
        const here = await page.locator('#menu [aria-current="page"]').count();
        const heading = (await page.locator("h1").first().innerText()).trim();
        if (answer?.status() !== 200 || here !== 1 || heading === "") {
          odd.push([link, answer?.status(), here, heading]);
        }
      }
      expect(odd).toEqual([]);
    },
    120_000,
  );

  it("as customer the portal opens, and nothing of the console", async () => {
    const page = await enter("customer");
    expect((await page.goto(`${url}/portal`))?.status()).toBe(200);
    const links = await page
      .locator('main a[href^="/portal/"]')
      .evaluateAll((all) => all.map((one) => (one as unknown as { href: string }).href));
    for (const link of [...new Set(links)].filter((one) => !/\.(pdf|xlsx|csv|json|zip)/.test(one))) {
      expect([link, (await page.goto(link))?.status()]).toEqual([link, 200]);
    }
    await page.goto(`${url}/console`);
    expect(page.url()).toContain("/console/sign-in");
  }, 60_000);

  it("the menu opens on a telephone without scripts, by touch, and leads on", async () => {
    const page = await enter("ops", { ...phone, javaScriptEnabled: false });
    await page.goto(`${url}/console`);
    const section = page.locator("#menu").getByRole("link", { name: "Services" });
    expect(await section.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Menu" }).click();
    await section.click();
    expect(await page.locator("h1").innerText()).toBe("Services");
  });

  it("keys lead to the search, to sections and from line to line", async () => {
    const page = await enter("admin");
    await page.goto(`${url}/console`);
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL(/\/console\/services$/);
    await page.keyboard.press("j");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("beacon");
    await page.keyboard.press("/");
    await page.keyboard.type("lamp");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/console\/search\?q=lamp/);
    await page.keyboard.press("?");
    await page.waitForURL(/\/console\/shortcuts$/);
  });

  it.each([
    ["light, on a desk", { ...desk, colorScheme: "light" as const }],
    ["dark, at 320 px", { ...phone, colorScheme: "dark" as const }],
  ])(
    "every page of the console satisfies axe, and needs no scrolling sideways: %s",
    async (_, options) => {
      const page = await enter("admin", options);
      const found: string[] = [];
      for (const path of pages) {
        const answer = await page.goto(url + path);
        if (answer?.status() !== 200) {
          found.push(`${path}: ${answer?.status()}`);
          continue;
        }
        await page.evaluate(axe);
        const violations = await page.evaluate<string[]>(
          `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] }).then(({ violations }) =>
            violations.map(({ id, nodes }) => id + " " + nodes.map(({ html }) => html.slice(0, 120)).join(" | ")))`,
        );
        found.push(...violations.map((one) => `${path}: ${one}`));
        const wide = await page.evaluate<number>(
          "document.documentElement.scrollWidth - document.documentElement.clientWidth",
        );
        if (wide > 0) {
          found.push(`${path}: ${wide} px too wide`);
        }
      }
      expect(found).toEqual([]);
    },
    240_000,
  );
});
