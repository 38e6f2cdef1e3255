/** Private pages in a real browser: on a phone, in both themes, without scripts, in by password and by link, out again, and looked at by axe. */
import { expect, it } from "vitest";
import { makePageLink, revokePageLink, setPagePassword } from "../../src/actions/manage-page-keys.ts";
import { sealPageLink } from "../../src/actions/page-pass.ts";
import type { PageDefinition } from "../../src/domain/status/page-definition.ts";
import { linkPath } from "../../src/http/pages/door.ts";
import { putSettings } from "../../src/store/platforms.ts";
import { boardAt, testApi } from "../support/api.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { house, type Visit } from "../support/house.ts";
import { consoleSession } from "../support/rooms.ts";

const now = Date.parse("2026-06-10T10:00:00Z");
const password = "the brass key hangs here";
const partners: PageDefinition = {
  ...{ slug: "partners", title: "Partners", scope: { services: ["lamp"], groups: [] } },
  ...{ access: ["password", "link", "sign_in", "network"], networks: ["192.0.2.0/24"], customers: ["acme"] },
};

const home = house(async (db) => {
  const board = boardAt(now);
  const settings = {
    ...board.settings,
    address: null,
    languages: ["en", "da", "nb", "fr"],
    pages: [partners],
  };
  await putSettings(db, settings, "file", now);
  const api = await testApi(db, now, { board: () => ({ ...board, settings }) });
  await setPagePassword(db, "partners", password, "ops", now);
  await api.deps.changed();
  return api;
});
const openPage = (visit: Visit) => home.enter({ viewport: { width: 320, height: 800 }, ...visit });

it("door and page pass axe in light and in dark, and fit a small phone", async () => {
  const page = await openPage({ bypassCSP: true });
  const look = async (path: string, status: number) => {
    const answer = await page.goto(home.url + path, { waitUntil: "load" });
    expect([path, answer!.status()]).toEqual([path, status]);
    expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
  };
  await look("/pages/partners/fr/", 401);
  const link = await makePageLink(home.db, "partners", { name: "Ada", opens: "page", days: 7 }, "ops", now);
  await home.api.deps.changed();
  await page.goto(
    home.url +
      linkPath({ slug: "partners" }, link, sealPageLink(home.api.deps.secretKey, "partners", link.id)),
  );
  expect(new URL(page.url()).pathname).toBe("/pages/partners/");
  await look("/pages/partners/", 200);
  await look("/pages/partners/services/lamp", 200);
  expect(await page.locator("h1").textContent()).toContain("lamp");
  await revokePageLink(home.db, "partners", link.id, "ops", now);
  await home.api.deps.changed();
  await look("/pages/partners/da/", 401);
  const session = {
    name: "fn_session",
    value: await consoleSession(home.api, "Bo"),
    url: `${home.url}/console`,
  };
  await page.context().addCookies([session]);
  await look("/console/pages", 200);
  await look("/console/pages/partners", 200);
});

it("every door passes axe in every language and look: closed, after what does not open it, and that of the root", async () => {
  const page = await openPage({ bypassCSP: true });
  const findings = async () => [page.url(), await findingsInEveryLook(page)];
  const { settings } = home.api.deps.board();
  try {
    settings.pageAccess = { access: ["password", "sign_in"], networks: [], customers: ["acme"] };
    settings.pages!.push({ ...partners, slug: "office", access: ["network"], customers: [] });
    for (const code of ["en", "da", "nb", "fr"]) {
      for (const [path, status] of [
        [`/${code}/`, 401],
        [`/pages/office/${code}/`, 403],
        [`/pages/partners/${code}/enter/guessed`, 401],
      ] as const) {
        expect([path, (await page.goto(home.url + path))!.status()]).toEqual([path, status]);
        expect(await page.locator("html").getAttribute("lang")).toMatch(code);
        expect(await findings()).toEqual([home.url + path, []]);
      }
    }
    await page.emulateMedia({ contrast: "more", forcedColors: "active" });
    await page.goto(`${home.url}/fr/`);
    await page.locator("#password").fill("it is none");
    await page.locator("form button").click();
    expect(await page.getByRole("alert").isVisible()).toBe(true);
    expect(await findings()).toEqual([`${home.url}/fr/enter`, []]);
  } finally {
    delete settings.pageAccess;
    settings.pages!.splice(1);
  }
});

it("lets in by password without scripts, after a wrong one, to where the reader wanted to go", async () => {
  const page = await openPage({ javaScriptEnabled: false });
  await page.goto(`${home.url}/pages/partners/services/lamp`);
  await page.getByLabel("Password of the page").fill("the brass key hangs there");
  await page.getByRole("button", { name: "Open the page" }).click();
  expect(await page.getByRole("alert").textContent()).toBe("This is not the password.");
  await page.getByLabel("Password of the page").fill(password);
  await page.getByRole("button", { name: "Open the page" }).click();
  expect(new URL(page.url()).pathname).toBe("/pages/partners/services/lamp");
  expect(await page.locator("h1").textContent()).toContain("lamp");
});
