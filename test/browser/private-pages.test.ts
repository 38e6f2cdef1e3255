/** Private pages in a real browser: on a phone, in both themes, without scripts, in by password and by link, out again, and looked at by axe. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { makePageLink, revokePageLink, setPagePassword } from "../../src/actions/manage-page-keys.ts";
import { sealPageLink } from "../../src/actions/page-pass.ts";
import type { PageDefinition } from "../../src/domain/status/page-access.ts";
import { linkPath } from "../../src/http/pages/door.ts";
import type { OpenDatabase } from "../../src/store/database.ts";
import { putSettings } from "../../src/store/platforms.ts";
import { boardAt, type TestApi, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { openBrowser } from "../support/chromium.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { consoleSession, type ServedRooms, serveWhole } from "../support/rooms.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const password = "the brass key hangs here";
const partners: PageDefinition = {
  ...{ slug: "partners", title: "Partners", scope: { services: ["lamp"], groups: [] } },
  ...{ access: ["password", "link", "sign_in", "network"], networks: ["192.0.2.0/24"], customers: ["acme"] },
};

let browser: Browser;
let open: OpenDatabase;
let api: TestApi;
let rooms: ServedRooms;
const errors: unknown[] = [];
const opened: Page[] = [];

beforeAll(async () => {
  open = await openFreshDatabase();
  const board = boardAt(now);
  const settings = {
    ...board.settings,
    address: null,
    languages: ["en", "da", "nb", "fr"],
    pages: [partners],
  };
  await putSettings(open.db, settings, "file", now);
  api = await testApi(open.db, now, { board: () => ({ ...board, settings }) });
  await setPagePassword(open.db, "partners", password, "ops", now);
  await api.deps.changed();
  rooms = await serveWhole(api, (error) => errors.push(error));
  browser = await openBrowser();
}, 240_000);

afterEach(() => Promise.all(opened.splice(0).map((page) => page.context().close())));

afterAll(async () => {
  await rooms.stop();
  await open.close();
  expect(errors).toEqual([]);
});

async function openPage(options: BrowserContextOptions): Promise<Page> {
  const page = await (
    await browser.newContext({ locale: "en-GB", viewport: { width: 320, height: 800 }, ...options })
  ).newPage();
  opened.push(page);
  return page;
}

it("door and page pass axe in light and in dark, and fit a small phone", async () => {
  const page = await openPage({ bypassCSP: true });
  const look = async (path: string, status: number) => {
    const answer = await page.goto(rooms.url + path, { waitUntil: "load" });
    expect([path, answer!.status()]).toEqual([path, status]);
    expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
  };
  await look("/pages/partners/fr/", 401);
  const link = await makePageLink(open.db, "partners", { name: "Ada", opens: "page", days: 7 }, "ops", now);
  await api.deps.changed();
  await page.goto(
    rooms.url + linkPath({ slug: "partners" }, link, sealPageLink(api.deps.secretKey, "partners", link.id)),
  );
  expect(new URL(page.url()).pathname).toBe("/pages/partners/");
  await look("/pages/partners/", 200);
  await look("/pages/partners/services/lamp", 200);
  expect(await page.locator("h1").textContent()).toContain("lamp");
  await revokePageLink(open.db, "partners", link.id, "ops", now);
  await api.deps.changed();
  await look("/pages/partners/da/", 401);
  const session = {
    name: "fn_session",
    value: await consoleSession(api, "Bo"),
    url: `${rooms.url}/console`,
  };
  await page.context().addCookies([session]);
  await look("/console/pages", 200);
  await look("/console/pages/partners", 200);
});

it("lets in by password without scripts, after a wrong one, to where the reader wanted to go", async () => {
  const page = await openPage({ javaScriptEnabled: false });
  await page.goto(`${rooms.url}/pages/partners/services/lamp`);
  await page.getByLabel("Password of the page").fill("the brass key hangs there");
  await page.getByRole("button", { name: "Open the page" }).click();
  expect(await page.getByRole("alert").textContent()).toBe("This is not the password.");
  await page.getByLabel("Password of the page").fill(password);
  await page.getByRole("button", { name: "Open the page" }).click();
  expect(new URL(page.url()).pathname).toBe("/pages/partners/services/lamp");
  expect(await page.locator("h1").textContent()).toContain("lamp");
});
