/** The exported page in a browser, from a host that knows nothing but files: no failure, no dead end, its age told, and open to everybody. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeCopy } from "../../src/copy/copy-folder.ts";
import { findingsInEveryLook } from "../support/accessible.ts";
import { boards } from "../support/boards.ts";
import { openBrowser } from "../support/chromium.ts";
import { serveFiles, testCopies } from "../support/page-copies.ts";

describe("the exported page", () => {
  let browser: Browser;
  let folder: string;
  let host: Awaited<ReturnType<typeof serveFiles>>;
  /** Everything that went wrong in the browser: refused requests, errors of scripts. */
  let troubles: string[];
  const board = boards.outage();
  board.settings = { ...board.settings, languages: ["en", "da"] };
  const copies = testCopies(board);

  const open = async (path: string, settings: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> => {
    const context = await browser.newContext(settings);
    const page = await context.newPage();
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("console", (line) => line.type() === "error" && troubles.push(line.text()));
    page.on("requestfailed", (request) => troubles.push(`failed: ${request.url()}`));
    page.on(
      "response",
      (answer) => answer.status() >= 400 && troubles.push(`${answer.status()} ${answer.url()}`),
    );
    await page.goto(`${host.url}/${path}`);
    return page;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fournines-copy-"));
    await writeCopy(folder, (before) => copies.make([], before));
    copies.advance(3_600_000);
    await writeCopy(folder, (before) => copies.make([], before));
    // Below a path, as on a host that serves more than this.
    host = await serveFiles(folder, "/acme/status");
    browser = await openBrowser();
    troubles = [];
  });
  afterAll(async () => {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("leads from its first page to every other one, without a dead end", async () => {
    const page = await open("index.html", { javaScriptEnabled: false });
    const wanted = [`${host.url}/index.html`];
    const seen = new Set<string>();
    const broken: string[] = [];
    for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
      if (seen.has(next)) {
        continue;
      }
      seen.add(next);
      const answer = await page.request.get(next);
      if (answer.status() !== 200) {
        broken.push(`${answer.status()} ${next}`);
      } else if (next.endsWith(".html")) {
        const html = await answer.text();
        expect([next, /<form|action=/.test(html)]).toEqual([next, false]);
        for (const [, link] of html.matchAll(/\s(?:href|src|data-library|data-latest)="([^"]+)"/g)) {
          const address = new URL(link!, next);
          address.hash = "";
          if (address.origin === new URL(host.url).origin) {
            wanted.push(address.href);
          } else {
            expect(address.href).toMatch(/^https:\/\/status\.example\.org\//);
          }
        }
      }
    }
    expect(broken).toEqual([]);
    expect([...seen].filter((address) => !address.startsWith(`${host.url}/`))).toEqual([]);
    expect(seen.size).toBeGreaterThan(100);
    expect([...seen].some((address) => address.includes("/da/services/sign-in/index.html"))).toBe(true);
    await page.context().close();
  });

  it("says of which instant it is without scripts, and how old that is with them", async () => {
    const still = await open("da/index.html", { javaScriptEnabled: false });
    const banner = await still.locator("#copy").innerText();
    expect(banner).toContain("Dette er en kopi af statussiden, lavet den 22. november 2026 kl. 15.30.12");
    expect(banner).not.toMatch(/svarer ikke|\(/);
    const page = await open("da/index.html");
    await expect.poll(() => page.locator("#copy .age").innerText()).toMatch(/^ ?\(for .* siden\)$/);
    await Promise.all([still, page].map((one) => one.context().close()));
    expect(troubles).toEqual([]);
  });

  it("tells on a page that stayed the same of which instant the latest copy is", async () => {
    const page = await open("incidents/INC-2026-0007/index.html");
    const said = () => page.locator("#copy time").getAttribute("datetime");
    await expect.poll(said).toBe("2026-11-22T14:30:12.000Z");
    const still = await open("incidents/INC-2026-0007/index.html", { javaScriptEnabled: false });
    expect(await still.locator("#copy time").getAttribute("datetime")).toBe("2026-11-22T13:30:12.000Z");
    await Promise.all([still, page].map((one) => one.context().close()));
    expect(troubles).toEqual([]);
  });

  it("draws charts, opens bars and changes language as the page itself, with no request that fails", async () => {
    const page = await open("services/sign-in/index.html");
    await page.locator(".chart").scrollIntoViewIfNeeded();
    await expect
      .poll(() => page.locator(".chart canvas").evaluate((canvas) => canvas.clientHeight))
      .toBeGreaterThan(50);
    await expect.poll(() => page.evaluate(`"Chart" in globalThis`)).toBe(true);
    // What a page still asks for when it is left counts as failed, and is not.
    await page.waitForLoadState("networkidle");
    await page.getByRole("link", { name: "Dansk" }).click();
    expect(page.url()).toBe(`${host.url}/da/services/sign-in/index.html`);
    await page.waitForLoadState("networkidle");
    await page.locator(".brand").first().click();
    expect(page.url()).toBe(`${host.url}/da/index.html`);
    await page.waitForLoadState("networkidle");
    await page.context().close();
    expect(troubles).toEqual([]);
  });

  it("is open to everybody, in light and in dark, on a desk and on a small telephone", async () => {
    for (const path of ["index.html", "services/sign-in/index.html", "away/index.html"]) {
      const page = await open(path);
      expect([path, await findingsInEveryLook(page)]).toEqual([path, []]);
      await page.context().close();
    }
  });
});
