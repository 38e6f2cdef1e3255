import { afterEach, describe, expect, it } from "vitest";
import type { VersionedBoard } from "../../support/boards.ts";
import { boards } from "../../support/boards.ts";
import { readPng } from "../../support/png.ts";
import { servePages, type ServedPages } from "../../support/pages.ts";

let pages: ServedPages;
afterEach(() => pages.stop());

/** What chats read of a page: names of OpenGraph and what they say. */
async function told(path: string): Promise<Record<string, string>> {
  const html = await (await fetch(pages.url + path)).text();
  const found = html.matchAll(/<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">/g);
  return Object.fromEntries([...found].map(([, name, content]) => [name!, content!]));
}

function inLanguages(board: VersionedBoard): VersionedBoard {
  return { ...board, settings: { ...board.settings, languages: ["en", "da", "nb", "fr"] } };
}

async function pictureAt(path: string) {
  const answer = await fetch(pages.url + path);
  expect([path, answer.status, answer.headers.get("content-type")]).toEqual([path, 200, "image/png"]);
  return { answer, pixels: readPng(Buffer.from(await answer.arrayBuffer())) };
}

const red = "#c40f18";

describe("a page in a chat", () => {
  it("is told by what is true of it: state, since when, and what was said last", async () => {
    pages = await servePages(inLanguages(boards.outage()));
    expect(await told("/")).toMatchObject({
      "og:title": "Sign-in and Public interface are down since 14:02; we are on it",
      "og:description": expect.stringMatching(
        /^Sign-in is down\. A network switch in the first hall has failed\./,
      ),
      "og:url": "https://status.example.org/",
      "og:image": "https://status.example.org/og.png",
      "og:locale": "en_GB",
      "twitter:card": "summary_large_image",
    });
    expect(await told("/services/beacon")).toMatchObject({
      "og:title": expect.stringMatching(/^Beacon is running/),
      "og:description": expect.stringMatching(
        /^100\.000 % available in November 2026 so far, downtime: none\./,
      ),
      "og:image": "https://status.example.org/services/beacon/og.png",
    });
    expect(await told("/incidents/INC-2026-0009")).toMatchObject({
      "og:title": "Sign-in is down",
      "og:description": expect.stringMatching(/^Identified\. Since 14:02\. A network switch/),
    });
    expect(await told("/history")).toMatchObject({ "og:image": "https://status.example.org/og.png" });
    expect((await told("/da/"))["og:title"]).toMatch(/^Sign-in og Public interface har været nede siden/);
  });

  it("says that all is well only where it is", async () => {
    pages = await servePages(boards.calm());
    expect((await told("/"))["og:title"]).toBe("All services are running");
    pages.show(boards.databaseAway());
    expect((await told("/"))["og:title"]).not.toBe("All services are running");
    pages.show(boards.noData());
    expect((await told("/"))["og:title"]).toBe("The first measurements are on their way");
    expect(await told("/nothing/here")).toEqual({});
  });

  it("has a picture of its own in every language, with its bars, red where something is down", async () => {
    pages = await servePages(inLanguages(boards.outage()));
    for (const path of ["/og.png", "/da/og.png", "/nb/og.png", "/fr/og.png", "/services/sign-in/og.png"]) {
      const { pixels } = await pictureAt(path);
      expect([pixels.width, pixels.height]).toEqual([1200, 630]);
      expect(pixels.at(600, 5)).toBe(red);
      // Bars over the whole width, and words above them.
      expect(pixels.count("#65918e")).toBeGreaterThan(20_000);
      expect(pixels.count("#1e2129")).toBeGreaterThan(5_000);
    }
    const { pixels } = await pictureAt("/services/beacon/og.png");
    expect(pixels.count(red)).toBe(0);
    expect(pages.errors).toEqual([]);
  });

  it("keeps its picture until it would look another way", async () => {
    pages = await servePages(boards.calm());
    const before = await pictureAt("/og.png");
    const etag = before.answer.headers.get("etag")!;
    expect(before.answer.headers.get("cache-control")).toBe(
      "public, max-age=30, stale-while-revalidate=60, stale-if-error=86400",
    );
    pages.advance(60_000);
    const again = await fetch(`${pages.url}/og.png`, { headers: { "If-None-Match": etag } });
    expect(again.status).toBe(304);
    pages.show(boards.outage());
    expect((await pictureAt("/og.png")).answer.headers.get("etag")).not.toBe(etag);
  });

  it("draws words that are too long, or no words, without running over its edge", async () => {
    const board = boards.outage();
    const [incident] = board.incidents;
    const long = `${"W".repeat(120)} <b>&amp; ${"words ".repeat(60)}`;
    pages = await servePages({ ...board, incidents: [{ ...incident!, title: long, titles: {} }] });
    const { pixels } = await pictureAt(`/incidents/${incident!.reference}/og.png`);
    for (const x of [20, 60, 1140, 1190]) {
      expect(Array.from({ length: 600 }, (_, y) => pixels.at(x, y + 20))).toEqual(Array(600).fill("#fbfaf7"));
    }
    pages.show(boards.empty());
    await pictureAt("/og.png");
  });

  it("has none for what is not there, and takes only questions", async () => {
    pages = await servePages(boards.calm());
    for (const path of ["/services/nothing/og.png", "/incidents/INC-1/og.png", "/history/og.png"]) {
      expect([path, (await fetch(pages.url + path)).status]).toEqual([path, 404]);
    }
    expect((await fetch(`${pages.url}/og.png`, { method: "POST" })).status).toBe(405);
    expect((await fetch(`${pages.url}/og.png`, { method: "HEAD" })).headers.get("content-type")).toBe(
      "image/png",
    );
  });
});
