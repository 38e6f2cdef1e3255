/** Subscribing in a real browser: on a phone, in both themes, without scripts, from the form to the end of it, and looked at by axe. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { pathOfSubscription } from "../../src/actions/subscription-link.ts";
import { subscriptionState } from "../../src/domain/status/subscription.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { insertSubscription, listSubscriptions } from "../../src/store/subscriptions.ts";
import { boardAt, type TestApi, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { openBrowser } from "../support/chromium.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { type ServedRooms, serveRooms } from "../support/rooms.ts";
import { aSubscription } from "../support/subscriptions.ts";

const now = Date.parse("2026-06-10T10:00:00Z");

let browser: Browser;
let open: OpenDatabase;
let api: TestApi;
let rooms: ServedRooms;
const opened: Page[] = [];

beforeAll(async () => {
  open = await openFreshDatabase();
  const board = boardAt(now);
  const languages = ["en", "da", "nb", "fr"];
  api = await testApi(open.db, now, {
    board: () => ({ ...board, settings: { ...board.settings, languages } }),
  });
  rooms = await serveRooms(api);
  browser = await openBrowser();
}, 240_000);

afterEach(() => Promise.all(opened.splice(0).map((page) => page.context().close())));

afterAll(async () => {
  await rooms.stop();
  await open.close();
});

async function openPage(options: BrowserContextOptions): Promise<Page> {
  const page = await (await browser.newContext({ locale: "en-GB", ...options })).newPage();
  opened.push(page);
  return page;
}

it("every page passes axe in light and in dark, and fits 320 px", async () => {
  const linkOf = async (letter: string, over: object) => {
    const id = `sub_${letter.repeat(16)}`;
    await insertSubscription(open.db, aSubscription({ id, address: `${letter}@acme.example`, ...over }));
    return pathOfSubscription(api.deps.secretKey, id);
  };
  const active = await linkOf("a", { scope: { groups: [], services: ["beacon"] } });
  const hook = { channel: "webhook", address: "https://acme.example/", secret: `whsec_${"A".repeat(32)}` };
  const paths = [
    "/subscribe?service=beacon",
    "/fr/subscribe/sent?to=email",
    active,
    `/da${active}/end`,
    await linkOf("b", { confirmedAt: null }),
    await linkOf("c", { confirmedAt: null, ...hook, failure: "the receiver answered 500" }),
    await linkOf("d", { suppressedAt: now }),
    await linkOf("e", { endedAt: now, address: null }),
  ];
  const page = await openPage({ bypassCSP: true });
  for (const path of paths) {
    const answer = await page.goto(rooms.url + path, { waitUntil: "load" });
    expect([path, answer?.status(), await findingsInEveryLook(page)]).toEqual([path, 200, []]);
  }
}, 120_000);

it("leads from the form over the letter's link to the end of it, without scripts and cookies", async () => {
  const page = await openPage({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
  await page.goto(`${rooms.url}/da/subscribe`);
  await page.fill("#address", "reader@acme.example");
  await page.uncheck('input[value="maintenance"]');
  await page.click(".subscribe form button:visible");
  expect(new URL(page.url()).pathname).toBe("/da/subscribe/sent");
  const found = async () =>
    (await listSubscriptions(open.db, { search: "reader@" }, 1)).at(0) ??
    (await listSubscriptions(open.db, {}, 1))[0]!;
  const { id } = await found();
  expect(await found()).toMatchObject({ topics: ["incidents"], language: "da", confirmedAt: null });
  await page.goto(`${rooms.url}/da${pathOfSubscription(api.deps.secretKey, id)}`);
  expect(subscriptionState(await found())).toBe("pending");
  await page.click('form[action$="/confirmation"] button');
  expect(subscriptionState(await found())).toBe("active");
  await page.click('form[action$="/end"] button');
  expect(await page.locator("h1").innerText()).toBe("Du er afmeldt");
  expect(await listSubscriptions(open.db, { search: "reader@" }, 1)).toEqual([]);
  expect(await page.context().cookies()).toEqual([]);
}, 60_000);
