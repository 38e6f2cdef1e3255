/** The widget in a page of somebody else's: another origin, its own language, strict policies, by screen reader and in the dark. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findingsInEveryLook } from "../support/accessible.ts";
import { boards, type VersionedBoard } from "../support/boards.ts";
import { openBrowser } from "../support/chromium.ts";
import { servePages, type ServedPages } from "../support/pages.ts";

let browser: Browser;
let host: Server;
let pages: ServedPages;
let page: Page;
const complaints: string[] = [];
let hostPage = "";

beforeAll(async () => {
  browser = await openBrowser();
  host = createServer((_, response) => {
    // Its own policy lets scripts and connections to the status page through, and no style that is not its own.
    response.writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": `default-src 'none'; script-src ${pages.url}; connect-src ${pages.url}; frame-src ${pages.url}; img-src data:`,
    });
    response.end(hostPage);
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  host.close();
});
afterEach(async () => {
  await page.context().close();
  await pages.stop();
  expect(complaints.splice(0)).toEqual([]);
});

/** Opens a page of another origin that holds this; `{page}` in it is the address of the status page. */
async function within(
  html: string,
  board: VersionedBoard,
  options: BrowserContextOptions = {},
): Promise<void> {
  pages = await servePages({ ...board, settings: { ...board.settings, languages: ["en", "da", "fr"] } });
  hostPage = `<!doctype html><html lang="da"><title>Intranet</title><main><h1>Intranet</h1>${html.replaceAll("{page}", pages.url)}</main>`;
  page = await (await browser.newContext(options)).newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("favicon")) {
      complaints.push(message.text());
    }
  });
  await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`, { waitUntil: "networkidle" });
}

const script = (attributes = "") => `<script async src="{page}/widget.js"${attributes}></script>`;

describe("the widget", () => {
  it("tells the state in the language of the page it stands in, and leads to the status page", async () => {
    await within(script(), boards.outage());
    const link = page.getByRole("link");
    expect(await link.textContent()).toMatch(/^Sign-in og Public interface har været nede siden/);
    expect(await link.getAttribute("href")).toBe(`${pages.url}/da/`);
    expect(await link.getAttribute("lang")).toBe("da-DK");
    expect(await page.context().cookies()).toEqual([]);
  });

  it("shows nothing while all is well where it is asked to, and speaks up once something is wrong", async () => {
    await within(script(" data-hide-when-well"), boards.calm());
    expect(await page.getByRole("link").count()).toBe(0);
    pages.show({ ...boards.outage(), version: 99 });
    // As when its reader comes back to the window.
    await page.evaluate(() => {
      const { document } = globalThis as never as { document: EventTarget };
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await page.getByRole("link").waitFor();
    expect(await page.getByRole("status").textContent()).toMatch(/down|nede/);
  });

  it("tells of one service, on dark ground where the reader or the page wants it", async () => {
    await within(script(' data-service="beacon"'), boards.outage(), { colorScheme: "dark" });
    expect(await page.getByRole("link").textContent()).toBe("Beacon kører");
    const ground = () =>
      page.getByRole("link").evaluate((element) => {
        const { getComputedStyle } = globalThis as never as {
          getComputedStyle(of: unknown): { backgroundColor: string };
        };
        return getComputedStyle(element).backgroundColor;
      });
    expect(await ground()).toBe("rgb(25, 28, 33)");
    await page.context().close();
    await pages.stop();
    await within(script(' data-theme="dark"'), boards.calm(), { colorScheme: "light" });
    expect(await ground()).toBe("rgb(25, 28, 33)");
  });

  it("satisfies axe in light and in dark", async () => {
    await within(script(), boards.outage(), { bypassCSP: true });
    await page.getByRole("link").waitFor();
    expect(await findingsInEveryLook(page)).toEqual([]);
  });

  it("leaves the page as it is where the status page does not answer", async () => {
    await within("<p>Alone</p>", boards.calm());
    expect(await page.locator("body").textContent()).toContain("Alone");
    const source = `${pages.url}/widget.js`;
    await page.route("**/widget.json", (route) => route.abort());
    complaints.length = 0;
    await page.addScriptTag({ url: source });
    await page.waitForLoadState("networkidle");
    expect(await page.getByRole("link").count()).toBe(0);
    // The browser itself says that an address was not reached, in its own time; nothing else is wrong.
    await expect.poll(() => complaints.length).toBe(1);
    expect(complaints.splice(0).filter((one) => !one.includes("net::ERR_FAILED"))).toEqual([]);
  });

  it("is a frame without any script, too", async () => {
    await within('<iframe src="{page}/da/embed" title="Status"></iframe>', boards.outage(), {
      javaScriptEnabled: false,
    });
    const frame = page.frames().find((one) => one.url().endsWith("/da/embed"))!;
    expect(await frame.locator("a").textContent()).toMatch(
      /Sign-in og Public interface har været nede siden/,
    );
  });

  it("fits its frame, with the name of the platform where there is room for it", async () => {
    for (const [height, hasName] of [
      [64, false],
      [96, true],
    ] as const) {
      await within(
        `<iframe src="{page}/fr/embed" title="Status" width="360" height="${height}"></iframe>`,
        boards.outage(),
      );
      const frame = page.frames().find((one) => one.url().endsWith("/fr/embed"))!;
      expect(await frame.evaluate("document.documentElement.scrollHeight <= innerHeight")).toBe(true);
      expect(await frame.locator("small").isVisible()).toBe(hasName);
      await page.context().close();
      await pages.stop();
    }
    await within("<p>Alone</p>", boards.calm());
  });
});
