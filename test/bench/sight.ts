/**
 * What a reader waits for, and what a large page costs: first paint and shifts of the layout in Chromium on a slow machine, the server's
 * time for a page of 2,000 services, and whether that page can be scrolled.
 */
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { type Figure, progress } from "./figure.ts";
import { days, tellNinetyDays } from "./ninety-days.ts";
import { untilQuiet } from "./processes.ts";
import { platformOf, type RunningFournines, startFournines } from "./peers/fournines.ts";
import { startTarget } from "./target.ts";

const slowedBy = 4;
const visits = 7;
/** A page is printed anew when the last one is older than five seconds. */
const renewedAfterMs = 5_200;
const patienceMs = 120_000;
/** A frame of sixty a second, and what still looks like moving. */
const smoothMs = 50;

export async function sight(folder: string): Promise<Figure[]> {
  const target = await startTarget(join(folder, "sight-target"));
  const browser = await launchChromium();
  try {
    const usual = await withServer(join(folder, "sight-50"), 50, 1_800, target.port, async (server) => ({
      paint: await paintOf(browser, server.url),
      leastMs: await leastPaintMs(browser),
    }));
    const large = await withServer(
      join(folder, "sight-2000"),
      2_000,
      21_600,
      target.port,
      async (server) => ({
        paint: await paintOf(browser, server.url),
        printMs: await printMs(server.url),
        frameMs: await frameMs(browser, server.url),
      }),
    );
    const slow = `CPU slowed ${slowedBy} times, ${days} days`;
    return [
      {
        ...{ name: `first contentful paint, 50 services, ${slow}`, unit: "ms", better: "lower", target: 500 },
        ours: { median: usual.paint.firstMs },
        peers: { 'a page that says "hello"': usual.leastMs },
        note: `2,000 services: ${Math.round(large.paint.firstMs)} ms`,
      },
      {
        ...{ name: `cumulative layout shift, 50 services, ${slow}`, unit: "", better: "lower", target: 0 },
        ours: { largest: usual.paint.shift },
        peers: {},
        note: `2,000 services: ${large.paint.shift}`,
      },
      {
        ...{ name: "a page of 2,000 services, printed anew", unit: "ms", better: "lower", target: 200 },
        ours: { "fournines/PGlite": large.printMs },
        peers: {},
        note: "whole answer, gzip, compression included; median of five",
      },
      {
        ...{ name: "scrolling through 2,000 services, 95 of 100 frames", unit: "ms", better: "lower" },
        target: smoothMs,
        ours: { "not slowed": large.frameMs },
        peers: {},
      },
    ];
  } finally {
    await browser.close();
    await target.stop();
  }
}

/** In the page: what it painted first, in ms, and by how much it shifted. */
const seenScript = `new Promise((resolve) => {
  const first = performance.getEntriesByName("first-contentful-paint")[0].startTime;
  new PerformanceObserver((list) => {
    resolve({ first, shift: list.getEntries().reduce((sum, { value }) => sum + value, 0) });
  }).observe({ type: "layout-shift", buffered: true });
  // An observer with nothing to tell says nothing.
  setTimeout(() => resolve({ first, shift: 0 }), 500);
})`;

/** In the page: from top to bottom in 120 steps, one a frame; how long each frame took, in ms. */
const scrollScript = `new Promise((resolve) => {
  const took = [];
  const step = document.documentElement.scrollHeight / 120;
  let last = performance.now();
  const next = (at) => {
    took.push(at - last);
    last = at;
    if (took.length > 120) {
      resolve(took.slice(1));
    } else {
      scrollBy(0, step);
      requestAnimationFrame(next);
    }
  };
  requestAnimationFrame(next);
})`;

async function withServer<T>(
  home: string,
  services: number,
  intervalSeconds: number,
  port: number,
  measure: (server: RunningFournines) => Promise<T>,
): Promise<T> {
  const definition = platformOf({ checks: services, intervalSeconds, port });
  const began = performance.now();
  await tellNinetyDays(home, definition, intervalSeconds);
  progress(`sight: ${days} days of ${services} services told in ${Math.round(performance.now() - began)} ms`);
  const server = await startFournines("PGlite", home, definition);
  try {
    await untilQuiet(server.server().pid);
    return await measure(server);
  } finally {
    await server.stop();
    await server.leave();
  }
}

/** Median of several first visits, each with an empty cache; the largest shift of any. */
async function paintOf(browser: Browser, url: string): Promise<{ firstMs: number; shift: number }> {
  const first: number[] = [];
  let shift = 0;
  for (let i = 0; i < visits; i++) {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await slowDown(page);
    await page.goto(url, { waitUntil: "load", timeout: patienceMs });
    await page.waitForTimeout(500);
    const seen = await page.evaluate<{ first: number; shift: number }>(seenScript);
    first.push(seen.first);
    shift = Math.max(shift, seen.shift);
    await page.close();
  }
  return { firstMs: first.sort((a, b) => a - b)[visits >> 1]!, shift };
}

/** First paint of a page of one word, without style or script: no page is seen sooner in this browser. */
async function leastPaintMs(browser: Browser): Promise<number> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end('<!doctype html><html lang="en"><title>hello</title><p>hello</p></html>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { firstMs } = await paintOf(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  server.close();
  return firstMs;
}

async function slowDown(page: Page): Promise<void> {
  const device = await page.context().newCDPSession(page);
  await device.send("Emulation.setCPUThrottlingRate", { rate: slowedBy });
}

async function printMs(url: string): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 5; i++) {
    await pause(renewedAfterMs);
    const began = performance.now();
    await receive(url);
    took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b)[2]!;
}

/** The whole answer as it was sent: what it costs a reader to unpack it is not the server's time. */
async function receive(url: string): Promise<void> {
  const headers = { "accept-encoding": "gzip" };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers }, resolve).on("error", reject);
  });
  for await (const _ of answer);
}

/** The 95th of 100 frames. */
async function frameMs(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await page.goto(url, { waitUntil: "load", timeout: patienceMs });
  const frames = await page.evaluate<number[]>(scrollScript);
  await page.close();
  return frames.sort((a, b) => a - b)[Math.floor(frames.length * 0.95)]!;
}
