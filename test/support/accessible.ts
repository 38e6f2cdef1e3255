/** Whether people can use a page: what axe-core finds on it in both themes, and whether a small telephone shows it whole. For tests of pages. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"));

/**
 * Where a page finds axe: below its own address, from where it may load scripts. Like that, a browser compiles axe once, and not on every
 * page again.
 */
const axeAddress = "/axe-of-the-tests.js";

/** A telephone may be as small as this, and a page enlarged to 400 % on a desk is (WCAG 2.2, 1.4.10). */
const smallest = { width: 320, height: 640 };

/** What other colours, and what less room, can break. */
const rulesOfColours = ["color-contrast"];
const rulesOfRoom = ["target-size", "scrollable-region-focusable"];

/**
 * What axe finds on a page as it stands, with everything unfolded, and laid out as if scrolled to: a line a rule, with the elements it is
 * about.
 *
 * @param only these rules; all that axe knows when left out
 */
async function findingsOn(page: Page, only?: readonly string[]): Promise<string[]> {
  await page.evaluate(`for (const one of document.querySelectorAll("details")) one.open = true`);
  if (!(await page.evaluate<boolean>(`"axe" in globalThis`))) {
    await page.evaluate(`{
      const everywhere = new CSSStyleSheet();
      everywhere.replaceSync("* { content-visibility: visible !important }");
      document.adoptedStyleSheets.push(everywhere);
    }`);
    await loadAxe(page);
  }
  const options = {
    ...{ resultTypes: ["violations"], preload: false, selectors: false },
    ...(only === undefined ? {} : { runOnly: { type: "rule", values: only } }),
  };
  return page.evaluate<string[]>(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 160)).join(" | ")))`);
}

/** The browser itself answers what asks for axe; everything else goes its way. */
async function loadAxe(page: Page): Promise<void> {
  if (!answered.has(page)) {
    answered.add(page);
    const browser = await page.context().newCDPSession(page);
    browser.on("Fetch.requestPaused", ({ requestId }) => {
      const responseHeaders = [{ name: "Content-Type", value: "text/javascript" }];
      const body = axe.toString("base64");
      void browser.send("Fetch.fulfillRequest", { requestId, responseCode: 200, responseHeaders, body });
    });
    await browser.send("Fetch.enable", { patterns: [{ urlPattern: `*${axeAddress}` }] });
  }
  await page.evaluate(`new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "${axeAddress}";
    script.onload = resolve;
    script.onerror = () => reject(new Error("the page does not let axe be loaded"));
    document.head.append(script);
  }).then(() => document.querySelector('script[src="${axeAddress}"]').remove())`);
}

const answered = new WeakSet<Page>();

/**
 * The same in light and in dark, and with the room of a small telephone, where it may also not be wider than that; from one visit.
 */
export async function findingsInEveryLook(page: Page): Promise<string[]> {
  const room = page.viewportSize()!;
  // Colours on their way from one to another are nobody's colours.
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const light = await findingsOn(page);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  const dark = await findingsOn(page, rulesOfColours);
  await page.setViewportSize(smallest);
  const small = [...(await findingsOn(page, rulesOfRoom)), ...(await tooWide(page))];
  await page.setViewportSize(room);
  return [
    ...light.map((one) => `light: ${one}`),
    ...dark.map((one) => `dark: ${one}`),
    ...small.map((one) => `at ${smallest.width} px: ${one}`),
  ];
}

/** That a page has to be scrolled sideways, and by how much. */
async function tooWide(page: Page): Promise<string[]> {
  const px = await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  return px > 0 ? [`${px} px too wide`] : [];
}
