/**
 * A walk through the console in a real browser as each of the five roles: every section that the menu offers, and every page that has an
 * address of its own. Sections and pages come from the program itself, so a new one is walked through the day it lands.
 */
import { describe, expect, it } from "vitest";
import { closeCycle } from "../../src/actions/close-cycle.ts";
import { explainDifferences } from "../../src/actions/explain-differences.ts";
import { openRequest } from "../../src/actions/open-request.ts";
import { planMaintenance } from "../../src/actions/plan-maintenance.ts";
import { planSeries } from "../../src/actions/plan-series.ts";
import { proposeCorrection } from "../../src/actions/propose-correction.ts";
import { subscribe } from "../../src/actions/subscribe.ts";
import { holidayEdition } from "../../src/calendars/holidays.ts";
import type { Role } from "../../src/domain/people/rights.ts";
import { sectionGroups } from "../../src/http/console/shell.ts";
import type { NamedChannel } from "../../src/live/alert-channels.ts";
import { putCalendar } from "../../src/store/agreements.ts";
import { openAlert } from "../../src/store/alerts.ts";
import type { Database } from "../../src/store/database.ts";
import { insertIncident } from "../../src/store/incidents.ts";
import { consoleRights } from "../http/rights.ts";
import { testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { agree, closablePlatform, goDown, june, office, settled } from "../support/closing.ts";
import { house, type Visit } from "../support/house.ts";
import { anIncident } from "../support/incidents.ts";
import { comeIn } from "../support/people.ts";

const desk = { viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Copenhagen" };
const phone = { ...desk, viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };

/** Files, and letters, which are shown in a sandbox. */
const noPage = /\.(csv|json|ics)$|\/mail\/weekly$/;

/** Every page that needs no name of a thing, nor somebody who is not signed in yet. */
const pages = [
  ...new Set([
    ...sectionGroups.flatMap(({ sections }) => sections.map(({ path }) => `/console${path}`)),
    ...Object.entries(consoleRights)
      .filter(([route, access]) => /^GET [^:{]*$/.test(route) && access !== "open")
      .map(([route]) => route.slice("GET ".length)),
  ]),
]
  .filter((path) => !noPage.test(path))
  .concat("/console/services/beacon", "/console/new-service?kind=http", "/console/search?q=beacon")
  .sort();

/** Pages of one thing, by the way in which their addresses are written; a link to any of that kind leads to the kind. */
const kinds = Object.entries(consoleRights)
  .filter(([route, access]) => route.startsWith("GET ") && route.includes(":") && access !== "open")
  .map(([route]) => route.slice("GET ".length))
  // Files, letters, which are shown in a sandbox, and what scripts ask for.
  .filter((route) => !/:(file|document)\b|\/(letter|text|progress)$/.test(route))
  .map((route) => ({ route, address: addressesOf(route) }));

function addressesOf(route: string): RegExp {
  const parts = route.split("/").map((part) => {
    const [, pattern] = /^:\w+(?:\{(.+)\})?$/.exec(part) ?? [];
    return part.startsWith(":") ? (pattern ?? "[^/]+") : part;
  });
  return new RegExp(`^${parts.join("/")}$`);
}

/** Of what stands below, a link is to be found on some page. */
const led = [
  ...["/console/alerts/:id", "/console/people/:id", "/console/requests/:reference", "/console/mail/:id"],
  ...["/console/services/:slug/timeline", "/console/customers/:slug"],
  ...[
    "/console/contracts/:slug",
    "/console/contracts/:slug/:month",
    "/console/contracts/:slug/:month/settle",
  ],
  ...["/console/incidents/:reference{[A-Z]{3}-\\d{4}-\\d{4,9}}", "/console/closings/:month"],
  ...["/console/maintenance/:reference{MNT-\\d{4}-\\d{4,9}}", "/console/channels/:name"],
  ...["/console/maintenance/:reference{MNT-\\d{4}-\\d{4,9}}/change", "/console/calendars/:slug"],
  ...["/console/maintenance/series/:reference{SER-\\d{4}-\\d{4,9}}", "/console/calendars/:slug/edit"],
  ...["/console/maintenance/series/:reference{SER-\\d{4}-\\d{4,9}}/change"],
  ...["/console/proposals/:reference{[A-Z]{3}-\\d{4}-\\d{4,9}}"],
  ...["/console/credits/:slug/:month/:revision{[1-9]\\d{0,6}}"],
];

/** When the beacon was out. */
const down = { start: Date.parse("2026-06-10T10:00:00Z"), end: Date.parse("2026-06-10T10:10:00Z") };

describe("a walk through the console", () => {
  const sessions = new Map<Role, string>();
  const home = house(async (db) => {
    const checks = await closablePlatform(db);
    await agree(db, "acme-gold", gold);
    await insertIncident(db, anIncident({ startedAt: settled - 3_600_000 }));
    await fillRooms(db, checks.get("beacon")!);
    const api = await testApi(db, settled, { channels });
    await api.deps.changed();
    for (const role of ["viewer", "ops", "account-manager", "admin", "customer"] as const) {
      const { browser: door } = await comeIn(api, role, role, role === "customer" ? "acme" : null);
      sessions.set(role, door.cookies.get("fn_session")!);
    }
    return api;
  });
  const enter = (role: Role, device: Visit = desk) => home.enter({ ...device, session: sessions.get(role)! });

  it.each(["viewer", "ops", "account-manager", "admin"] as const)(
    "as %s every section of the menu opens, and names itself",
    async (role) => {
      const page = await enter(role);
      await page.goto(`${home.url}/console`);
      const sections = await page.evaluate<{ link: string; status: number; here: number; heading: string }[]>(
        `Promise.all([...document.querySelectorAll("#menu a")].map(async ({ href: link }) => {
          const answer = await fetch(link);
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const here = page.querySelectorAll('#menu [aria-current="page"]').length;
          return { link, status: answer.status, here, heading: page.querySelector("h1")?.textContent.trim() ?? "" };
        }))`,
      );
      expect(sections.length).toBeGreaterThan(5);
      expect(
        sections.filter(({ status, here, heading }) => status !== 200 || here !== 1 || heading === ""),
      ).toEqual([]);
    },
  );

  it("as customer the portal opens, and nothing of the console", async () => {
    const page = await enter("customer");
    expect((await page.goto(`${home.url}/portal`))?.status()).toBe(200);
    const links = await page
      .locator('main a[href^="/portal/"]')
      .evaluateAll((all) => all.map((one) => (one as unknown as { href: string }).href));
    for (const link of [...new Set(links)].filter((one) => !/\.(pdf|xlsx|csv|json|zip)/.test(one))) {
      expect([link, (await page.goto(link))?.status()]).toEqual([link, 200]);
    }
    await page.goto(`${home.url}/console`);
    expect(page.url()).toContain("/console/sign-in");
  }, 60_000);

  it("the menu opens on a telephone without scripts, by touch, and leads on", async () => {
    const page = await enter("ops", { ...phone, javaScriptEnabled: false });
    await page.goto(`${home.url}/console`);
    const section = page.locator("#menu").getByRole("link", { name: "Services" });
    expect(await section.isVisible()).toBe(false);
    await page.getByRole("button", { name: "Menu" }).click();
    await section.click();
    expect(await page.locator("h1").innerText()).toBe("Services");
  });

  it("keys lead to the search, to sections and from line to line", async () => {
    const page = await enter("admin");
    await page.goto(`${home.url}/console`);
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

  it("every page of the console, and one of each kind of thing, satisfies axe in every look", async () => {
    const page = await enter("admin");
    const found: string[] = [];
    const met = new Map<string, string>();
    const ways = [...pages, `/console/services/beacon/outages/web/${down.start}`];
    for (const path of ways) {
      const answer = await page.goto(home.url + path);
      if (answer?.status() !== 200) {
        found.push(`${path}: ${answer?.status()}`);
        continue;
      }
      found.push(...(await findingsInEveryLook(page)).map((one) => `${path}: ${one}`));
      const links = await page
        .locator('main a[href^="/console/"]')
        .evaluateAll((all) => all.map((one) => new URL((one as unknown as { href: string }).href).pathname));
      for (const link of links.filter((one) => !pages.includes(one) && !noPage.test(one))) {
        const kind = kinds.find(({ address }) => address.test(link));
        if (kind !== undefined && !met.has(kind.route)) {
          met.set(kind.route, link);
          ways.push(link);
        }
      }
    }
    expect(found).toEqual([]);
    expect(led.filter((route) => !met.has(route))).toEqual([]);
  }, 300_000);
});

const gold = `target: 99.99
covers: [beacon]
fee: 4000.00 DKK
recipients: ann@acme.example
exclusions: [force_majeure]
credit: { mode: on_claim, claim: { days_after_cycle: 30 }, bands: [{ below: 99.99, percent: 10 }] }`;
const words = {
  title: "Move to another rack",
  message: "Nothing answers for an hour.",
  serviceSlugs: ["beacon"],
};

/** A channel as the platform file would name it. */
const wall: NamedChannel = {
  ...{ name: "wall", title: "Wall", kind: "ntfy", language: "en", from: "file", leadsTo: "ntfy.example" },
};
const channels = { list: () => [wall], find: () => Promise.resolve(null) };

/** One of each thing that has a page of its own: everything by the actions that people's own forms take. */
async function fillRooms(db: Database, beacon: number): Promise<void> {
  await goDown(db, beacon, down.start, down.end);
  const asked = { contract: "acme-gold", label: june };
  const choices = [{ service: "beacon", incident: null, start: null }];
  await explainDifferences(db, office.engine, { ...asked, choices, reason: "Known." }, "Ann", settled);
  await closeCycle(db, office, { ...asked, author: "Ann" }, settled);
  const correction = { service: "beacon", state: "up" as const, ...down, reason: "Cut off.", evidence: "" };
  await proposeCorrection(db, correction, "Ann", settled);
  const at = settled + 20 * 86_400_000;
  await planMaintenance(db, { ...words, plannedStart: at, plannedEnd: at + 3_600_000 }, "Ann", settled);
  const recurrence = {
    ...{ rule: "FREQ=WEEKLY", start: "2026-08-02T02:00", timeZone: "Europe/Copenhagen", lengthMs: 3_600_000 },
  };
  await planSeries(db, { ...words, recurrence }, "Ann", settled);
  const reporter = { name: "Kim", mail: "kim@acme.example" };
  const place = { customer: "acme", contract: null, service: "beacon", priority: null, language: "en" };
  const reported = {
    channel: "phone" as const,
    subject: "No light",
    message: "Since noon.",
    confirms: false,
  };
  await openRequest(db, { ...reported, ...place, reporter }, "Ann", settled);
  const choice = { scope: null, topics: ["incidents" as const], pace: "at_once" as const, language: "en" };
  const offer = { languages: ["en"], groups: [], services: ["beacon", "lamp"] };
  const wanted = { ...choice, page: "public", channel: "email" as const, address: "kim@acme.example" };
  await subscribe(db, wanted, { way: { kind: "public" }, offer, isInternal: false }, settled);
  const alert = {
    key: "service_down lamp",
    kind: "service_down" as const,
    facts: { service: "lamp", title: "lamp" },
  };
  await openAlert(db, { ...alert, heldBackBy: null, openedAt: settled } as never);
  const weekly = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
  const hours = { timeZone: "Europe/Copenhagen", weekly, holidays: [], closed: [] };
  const recording = { managedBy: "people" as const, author: "Ann", holidayEdition, now: settled };
  await putCalendar(db, { slug: "office", title: "Office", ...hours }, recording);
}
