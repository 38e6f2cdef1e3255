/** The portal in a real browser, as a customer opens it from a mail: on a phone, in both themes, without scripts, and looked at by axe. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { OpenDatabase } from "../../src/store/database.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { openBrowser } from "../support/chromium.ts";
import { openFreshDatabase } from "../support/databases.ts";
import { servePortal, type ServedPortal } from "../support/portal.ts";

let browser: Browser;
let open: OpenDatabase;
let portal: ServedPortal;
const opened: Page[] = [];

beforeAll(async () => {
  open = await openFreshDatabase();
  portal = await servePortal(open.db);
  browser = await openBrowser();
}, 240_000);

afterEach(() => Promise.all(opened.splice(0).map((page) => page.context().close())));

afterAll(async () => {
  await portal.stop();
  await open.close();
});

/** Follows the link, as a customer does. */
async function enter(options: BrowserContextOptions): Promise<Page> {
  const page = await (
    await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Copenhagen", ...options })
  ).newPage();
  opened.push(page);
  await page.goto(portal.link, { waitUntil: "load" });
  return page;
}

const paths = [
  "/portal",
  "/portal/contracts/acme-gold",
  "/portal/contracts/acme-gold/2026-09",
  "/portal/contracts/acme-gold/2026-11",
  "/portal/contracts/acme-gold/2026-09/credits/1",
  "/portal/enter",
  "/portal/account",
];

/** From here on the page belongs to a person of the customer's, and not to whoever has the link. */
function comeInAsPerson(page: Page, domain = "127.0.0.1"): Promise<void> {
  const cookie = { name: "fn_session", value: portal.session, domain, path: "/portal" };
  return page.context().addCookies([{ ...cookie, httpOnly: true }]);
}

it("every page passes axe in light and in dark, and fits 320 px", async () => {
  const page = await enter({ bypassCSP: true });
  for (const path of paths) {
    if (path === "/portal/account") {
      await comeInAsPerson(page);
    }
    await page.goto(portal.url + path, { waitUntil: "load" });
    expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
  }
}, 120_000);

it("leads from a mail to a month and to a claimed credit, without scripts", async () => {
  const page = await enter({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
  expect(new URL(page.url()).pathname).toBe("/portal");
  expect(await page.locator("h1").innerText()).toContain("Sign-in is down");
  expect(await page.locator("body").innerText()).not.toContain("Somebody else");
  await page.locator('a[href="/portal/contracts/acme-gold/2026-09"]').first().click();
  expect(await page.locator(".result").innerText()).toContain("Promise broken");
  await page.goto(`${portal.url}/portal#credits`);
  await page.locator("a.button", { hasText: "Claim it" }).click();
  await page.locator("button.primary").click();
  expect(await page.locator('[role="status"].told-done').innerText()).toBe("Your claim has been received.");
  await page.locator("button", { hasText: "Dansk" }).click();
  expect(await page.locator("html").getAttribute("lang")).toBe("da-DK");
  await page.locator("button", { hasText: "Log ud" }).click();
  expect(new URL(page.url()).pathname).toBe("/portal/enter");
}, 120_000);

it("leads a person of the customer's to their account, where they add a passkey of their telephone", async () => {
  const page = await enter({ viewport: { width: 390, height: 844 } });
  expect(await page.getByRole("link", { name: "Your account" }).count()).toBe(0);
  // Browsers keep passkeys for names, and for no numbers.
  const named = portal.url.replace("127.0.0.1", "localhost");
  await comeInAsPerson(page, "localhost");
  const device = await page.context().newCDPSession(page);
  await device.send("WebAuthn.enable");
  await device.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal" },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
    },
  });
  await page.goto(`${named}/portal`);
  await page.getByRole("link", { name: "Your account" }).click();
  await page.getByLabel("What you call it").fill("Telephone");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("Telephone", { exact: true }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/portal/account");
}, 120_000);
