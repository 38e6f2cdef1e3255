/** The public pages in a real browser: by keyboard, by touch, live, without scripts, and looked at by axe. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { findingsInEveryLook } from "../support/accessible.ts";
import { boards, hour, now, type VersionedBoard } from "../support/boards.ts";
import { openBrowser } from "../support/chromium.ts";
import { servePages, type ServedPages } from "../support/pages.ts";

let browser: Browser;
let pages: ServedPages;
const opened: Page[] = [];
/** What the browser complained about: broken policies, scripts that failed. */
const complaints: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((page) => page.context().close()));
  await pages.stop();
  expect(complaints.splice(0)).toEqual([]);
});

const desk = { viewport: { width: 1280, height: 900 }, timezoneId: "Europe/Copenhagen", locale: "en-GB" };
const phone = {
  ...desk,
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};

async function open(board: VersionedBoard, path = "/", options: BrowserContextOptions = desk): Promise<Page> {
  pages = await servePages(board);
  const page = await (await browser.newContext(options)).newPage();
  opened.push(page);
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") {
      complaints.push(message.text());
    }
  });
  const elsewhere = (url: string) => !url.startsWith(pages.url) && !url.startsWith("data:");
  page.on("request", (request) => {
    if (elsewhere(request.url())) {
      complaints.push(`asked for ${request.url()}`);
    }
  });
  await page.goto(pages.url + path, { waitUntil: "load" });
  return page;
}

/** In the page of a service: whether its response times are drawn. */
const isDrawn = `(() => {
  const canvas = document.querySelector(".chart canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value > 0);
})()`;

const strip = (page: Page, service: string) => page.locator(`#service-${service} .strip`);

describe("a page that loads", () => {
  /** In the page, once it is there: by how much anything in view moved without being asked. */
  const shifted = `new Promise((resolve) => {
    let all = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => { all += value; }))
      .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(all), 800);
  })`;

  it.each([
    ["phone", phone],
    ["desk", desk],
  ])("stays where it is, and what scripts add has its place before (%s)", async (_, device) => {
    const page = await open(boards.large(50), "/", device);
    await page.waitForSelector(".search:not([hidden])");
    expect(await page.evaluate(shifted)).toBe(0);
    await page.goto(`${pages.url}/services/service-0`, { waitUntil: "load" });
    expect(await page.evaluate(shifted)).toBe(0);
  });
});

describe("a page of fifty services", () => {
  it("comes whole in under 60 kB: markup, style, scripts and pictures, before any chart", async () => {
    const page = await open(boards.large(50));
    await page.waitForSelector(".search:not([hidden])");
    const asked = await page.evaluate<string[]>(
      `[location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)]`,
    );
    const sizes = await Promise.all(
      [...new Set(asked)]
        .filter((url) => url.startsWith("http") && !url.endsWith("/events"))
        .map(async (url) => {
          const answer = await fetch(url, { headers: { "Accept-Encoding": "gzip" } });
          return [new URL(url).pathname, Number(answer.headers.get("content-length"))] as const;
        }),
    );
    expect(sizes.filter(([, bytes]) => !(bytes > 0))).toEqual([]);
    expect(sizes.map(([path]) => path).filter((path) => /\.(css|js)$/.test(path)).length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(60_000);
  });
});

describe("an update of an incident", () => {
  it("keeps the lists and quotes that were written in it", async () => {
    const board = boards.outage();
    const [first] = board.incidents[0]!.updates;
    first!.message = "What we know:\n\n- Sign-in by **password** works\n- Uploads fail";
    const page = await open(board, "/incidents/INC-2026-0009");
    const shown = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".message li")].map((one) => getComputedStyle(one).display)`,
    );
    expect(shown).toEqual(["list-item", "list-item"]);
  });
});

describe("the days of a service", () => {
  it("answer to the keyboard: one tab stop a service, arrows from day to day, each read out", async () => {
    const page = await open(boards.calm());
    const days = strip(page, "sign-in");
    expect(await days.getAttribute("role")).toBe("slider");
    expect(await days.getAttribute("aria-valuetext")).toBe("Sunday 22 November, No downtime");
    await page.locator("#service-sign-in .name").focus();
    await page.keyboard.press("Tab");
    expect(await page.locator("#service-sign-in .strip:focus").count()).toBe(1);
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press("ArrowLeft");
    }
    const words = "down 1 min 35 s (at least 1 min 30 s, at most 1 min 45 s)";
    const spoken = (await days.getAttribute("aria-valuetext"))!.replaceAll("\u00a0", " ");
    expect(spoken).toBe(`Monday 2 November, ${words}`);
    expect((await page.locator(".day-note").innerText()).replaceAll("\u00a0", " ")).toContain(words);
    await page.keyboard.press("Home");
    expect(await days.getAttribute("aria-valuenow")).toBe("1");
    await page.keyboard.press("End");
    expect(await days.getAttribute("aria-valuenow")).toBe("90");
    await page.keyboard.press("Escape");
    expect(await page.locator(".day-note").count()).toBe(0);
  });

  it("answer to a mouse at the bar it points to, and name days before observation as such", async () => {
    const page = await open(boards.calm());
    const box = (await strip(page, "search").boundingBox())!;
    await page.mouse.move(box.x + box.width * (10.5 / 90), box.y + 20);
    expect(await page.locator(".day-note").innerText()).toContain("not observed yet");
    await page.mouse.move(box.x + box.width * (80.5 / 90), box.y + 20);
    expect(await page.locator(".day-note").innerText()).toContain("No downtime");
    await page.mouse.move(5, 5);
    expect(await page.locator(".day-note").count()).toBe(0);
  });

  it("answer to a tap on a phone, where the last thirty are in view", async () => {
    const page = await open(boards.calm(), "/", phone);
    const box = (await strip(page, "sign-in").boundingBox())!;
    await page.touchscreen.tap(box.x + 2, box.y + 20);
    expect(await strip(page, "sign-in").getAttribute("aria-valuenow")).toBe("61");
    await page.touchscreen.tap(box.x + box.width - 2, box.y + 20);
    expect(await strip(page, "sign-in").getAttribute("aria-valuenow")).toBe("90");
  });

  it("are as many as the reader chooses, to the first by key, and by finger on a phone", async () => {
    const page = await open(boards.calm());
    await page.getByRole("link", { name: "365 days" }).click();
    const days = strip(page, "sign-in");
    expect(await days.getAttribute("aria-valuemax")).toBe("365");
    await days.focus();
    await page.keyboard.press("Home");
    expect(await days.getAttribute("aria-valuetext")).toBe("Sunday, 23 November 2025, No downtime");
    const small = await (await browser.newContext(phone)).newPage();
    opened.push(small);
    await small.goto(`${pages.url}/days/365`);
    expect(await strip(small, "sign-in").evaluate((one) => one.scrollWidth > 3 * one.clientWidth)).toBe(true);
    await strip(small, "sign-in").focus();
    await small.keyboard.press("Home");
    expect(await small.locator(".b-here").boundingBox()).toMatchObject({ x: expect.any(Number) as number });
    expect((await small.locator(".b-here").boundingBox())!.x).toBeGreaterThan(0);
  });

  it("are all there without scripts", async () => {
    const page = await open(boards.calm(), "/", { ...desk, javaScriptEnabled: false });
    expect(await strip(page, "sign-in").locator("svg").getAttribute("aria-label")).toBe(
      "The last 90 days: 2 with downtime, 1 degraded, 1 not fully measured.",
    );
    await page.locator("#service-sign-in .told summary").click();
    const told = await page.locator("#service-sign-in .told li").allInnerTexts();
    expect(told).toHaveLength(4);
    expect(told[1]).toContain("Sign-in fails for many");
  });
});

describe("an open page", () => {
  it("follows a change within moments, title and icon too, and keeps the focus", async () => {
    const page = await open(boards.calm());
    await page.locator("#service-mail .told summary").click();
    await strip(page, "files").focus();
    pages.show(boards.outage());
    await page.locator("h1", { hasText: "are down since" }).waitFor({ timeout: 5_000 });
    expect(await page.title()).toBe("Sign-in and Public interface are down · Acme Cloud");
    expect(await page.locator("link[rel=icon]").getAttribute("href")).toContain("mark-major_outage.svg");
    expect(await page.locator("#INC-2026-0009").count()).toBe(1);
    expect(await page.locator("#service-mail .told").getAttribute("open")).not.toBeNull();
    expect(await page.locator("#service-files .strip:focus").count()).toBe(1);
    expect(await strip(page, "sign-in").getAttribute("role")).toBe("slider");
    pages.show(boards.calm());
    await page.locator("h1", { hasText: "All services are running" }).waitFor({ timeout: 5_000 });
    expect(await page.locator("#INC-2026-0009").count()).toBe(0);
  });

  it("writes times in the reader's own zone and keeps the platform's in the title", async () => {
    const page = await open(boards.outage(), "/", { ...desk, timezoneId: "America/New_York" });
    const since = page.locator("h1 time");
    expect(await since.innerText()).toBe("08:02");
    expect(await since.getAttribute("title")).toContain("14:02");
    expect(await page.locator(".bottom").innerText()).toContain("America/New_York");
  });

  it("finds a service among many, and opens its group", async () => {
    const page = await open(boards.large(60));
    await page.locator(".search input").fill("service 42");
    expect(await page.locator(".row:visible .name").allInnerTexts()).toEqual(["Service 42"]);
    await page.locator(".search input").fill("nothing like it");
    expect(await page.locator(".search [role=status]").innerText()).toBe("No service has this in its name.");
  });

  it("draws the response times of a service, with the same figures in a table", async () => {
    const page = await open(boards.outage(), "/services/sign-in");
    await page.locator(".chart canvas").scrollIntoViewIfNeeded();
    await expect.poll(() => page.evaluate(isDrawn)).toBe(true);
    await page.locator("#responses ~ .told summary").click();
    expect(await page.locator(".numbers tbody tr").count()).toBeGreaterThan(7);
  });

  it("keeps what was drawn while the page around it changes", async () => {
    const page = await open(boards.calm(), "/services/sign-in");
    await page.locator(".chart canvas").scrollIntoViewIfNeeded();
    await expect.poll(() => page.evaluate(isDrawn)).toBe(true);
    pages.show(boards.outage());
    await expect.poll(() => page.locator("h1").innerText()).toContain("Sign-in is down");
    expect(await page.evaluate(isDrawn)).toBe(true);
  });
});

it("headings of what was learned stand with what they head", async () => {
  const board = boards.outage();
  board.incidents[0]!.postmortem = {
    ...{ message: "## Cause\n\nA switch.\n\n## Cure\n\nTwo of them.", language: "en", translations: {} },
    ...{ author: "Ann", savedAt: now, publishedAt: now },
  };
  const page = await open(board, "/incidents/INC-2026-0009");
  const [above, below] = await page.evaluate<[number, number]>(
    `(() => {
      const [, words, heading, next] = [...document.querySelectorAll(".postmortem .said > *")].map((one) =>
        one.getBoundingClientRect(),
      );
      return [heading.top - words.bottom, next.top - heading.bottom];
    })()`,
  );
  expect(above).toBeGreaterThan(2 * below);
});

describe("on paper", () => {
  const sheet = { ...desk, viewport: { width: 718, height: 1000 } };

  it("the page is no wider than a sheet", async () => {
    const page = await open(boards.outage(), "/", sheet);
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(718);
    const months = await page.locator("table.year").boundingBox();
    expect(months!.x + months!.width).toBeLessThanOrEqual(718);
  });

  it("a chart that was never in view is told by its table", async () => {
    const page = await open(boards.outage(), "/services/sign-in", sheet);
    const [chart, table] = [
      page.locator(".chart").first(),
      page.locator("#responses ~ .told .numbers").first(),
    ];
    await page.emulateMedia({ media: "print" });
    expect([await chart.isVisible(), await table.isVisible()]).toEqual([false, true]);
    await page.emulateMedia({ media: "screen" });
    await page.locator(".chart canvas").scrollIntoViewIfNeeded();
    await expect.poll(() => page.evaluate(isDrawn)).toBe(true);
    await page.emulateMedia({ media: "print" });
    expect([await chart.isVisible(), await table.isVisible()]).toEqual([true, false]);
  });
});

describe("a name without an end", () => {
  it("stays within a small phone", async () => {
    const board = boards.outage();
    const endless = `Donau${"dampfschifffahrt".repeat(6)}`;
    board.services = board.services.map((one) =>
      one.slug === "sign-in" ? { ...one, title: endless, description: endless } : one,
    );
    board.incidents[0]!.title = endless;
    const page = await open(board, "/", { ...desk, viewport: { width: 320, height: 640 } });
    for (const path of ["/", "/services/sign-in", "/incidents/INC-2026-0009", "/history", "/days/365"]) {
      await page.goto(pages.url + path);
      const [width, text] = await page.evaluate<[number, string]>(
        "[document.documentElement.scrollWidth, document.documentElement.innerText]",
      );
      expect([path, width, text.includes(endless)]).toEqual([path, 320, true]);
    }
  });
});

describe("a small phone", () => {
  const small = { ...desk, viewport: { width: 320, height: 640 } };

  it("holds the sentence of trouble that began another day, in every language", async () => {
    const board = boards.degraded();
    board.settings = { ...board.settings, languages: ["en", "da", "nb", "fr"] };
    board.services = board.services.map((one) =>
      one.reading === "degraded" ? { ...one, readingSince: now - 30 * hour } : one,
    );
    const page = await open(board, "/", small);
    for (const path of ["/en/", "/da/", "/nb/", "/fr/"]) {
      await page.goto(pages.url + path);
      expect(await page.locator("h1 time").innerText()).toContain("21");
      expect([path, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([path, 320]);
    }
  });

  it("leaves the rules of the method most of its width", async () => {
    const page = await open(boards.calm(), "/methodology", small);
    const widths = await page.evaluate<number[]>(
      `[...document.querySelectorAll(".facts dd")].map((one) => one.getBoundingClientRect().width)`,
    );
    expect(Math.min(...widths)).toBeGreaterThan(150);
  });
});

describe("every page", () => {
  const views = [
    ["calm", "/"],
    ["outage", "/"],
    ["noData", "/"],
    ["databaseAway", "/"],
    ["outage", "/days/365"],
    ["outage", "/services/sign-in"],
    ["outage", "/services/sign-in/days/365"],
    ["outage", "/incidents/INC-2026-0009"],
    ["outage", "/maintenance/MNT-2026-0004"],
    ["outage", "/history"],
    ["calm", "/methodology"],
    ["outage", "/developers"],
    ["outage", "/embed"],
  ] as const;

  it("satisfies axe in light and in dark, and fits 320 px without scrolling sideways", async () => {
    const page = await open(boards.empty());
    for (const [state, path] of views) {
      pages.show(boards[state]());
      // Of an address of its own, nothing is kept from the state before.
      const answer = await page.goto(`${pages.url}${path}?${state}`);
      expect([state, path, answer?.status(), await findingsInEveryLook(page)]).toEqual([
        state,
        path,
        200,
        [],
      ]);
    }
  }, 120_000);
});

describe("an open page that finds no place on the stream", () => {
  it("asks by itself now and then, and seldom for a place", async () => {
    pages = await servePages(boards.calm(), undefined, "", undefined, { perAddress: 0, inTotal: 100 });
    const page = await (await browser.newContext(desk)).newPage();
    opened.push(page);
    const refused: number[] = [];
    page.on("response", (answer) => {
      if (answer.url().endsWith("/events")) {
        refused.push(answer.status());
      }
    });
    await page.clock.install();
    await page.goto(`${pages.url}/`, { waitUntil: "load" });
    await expect.poll(() => refused).toEqual([429]);
    const before = await page.title();
    pages.show(boards.outage());
    await page.clock.runFor(33_000);
    await expect.poll(() => page.title()).not.toBe(before);
    expect(await page.locator("h1").textContent()).not.toContain("All services are running");
    expect(refused.length).toBeLessThanOrEqual(3);
  });
});
