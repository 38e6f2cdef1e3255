import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { problemKinds } from "../../../src/http/problem.ts";
import { boards, now } from "../../support/boards.ts";
import { servePages, type ServedPages } from "../../support/pages.ts";

let pages: ServedPages;
afterEach(() => pages.stop());

const addresses = [
  "/",
  "/services/sign-in",
  "/incidents/INC-2026-0009",
  "/maintenance/MNT-2026-0004",
  "/history",
  "/history/2026-10",
  "/methodology",
  "/problems",
  "/problems/not-found",
];

const inEveryLanguage = () => {
  const board = boards.outage();
  board.settings.languages = ["en", "da", "nb", "fr"];
  return board;
};

describe("the public pages", () => {
  it("answer with complete documents and nothing inline, from anywhere else, or to be remembered by", async () => {
    pages = await servePages(boards.outage());
    for (const address of addresses) {
      const answer = await fetch(pages.url + address);
      const html = await answer.text();
      expect([address, answer.status]).toEqual([address, 200]);
      expect(answer.headers.get("content-security-policy")).not.toContain("unsafe");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("set-cookie")).toBeNull();
      // A browser would begin a process of its own for each, and show nothing until it has.
      expect(answer.headers.get("cross-origin-opener-policy")).toBeNull();
      expect(html).toMatch(/^<!doctype html>\n<html lang="en-GB">[^]*<\/html>\s*$/);
      expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc="\/assets\/)/);
      expect(html).not.toMatch(/(src|href)="(https?:)?\/\/(?!status\.example\.org)/);
      expect(html).not.toMatch(/undefined|\[object|NaN/);
    }
    expect(pages.errors).toEqual([]);
  });

  it("show on a service's page what was judged anew, and nothing of it where nothing was", async () => {
    const board = boards.calm();
    const service = board.services.find(({ slug }) => slug === "mail")!;
    const { start, end } = service.segments[0]!;
    const reason = "A <b>broken</b> switch.";
    service.corrections = [{ id: "COR-2026-0001", start, end, state: "up", recordedAt: now, reason }];
    pages = await servePages(board);
    const html = await (await fetch(`${pages.url}/services/mail`)).text();
    expect(html).toContain('<h2 id="corrections">Corrections</h2>');
    expect(html).toContain('A &lt;b&gt;broken&lt;/b&gt; switch. <small class="aside">COR-2026-0001</small>');
    expect(await (await fetch(`${pages.url}/services/sign-in`)).text()).not.toContain("corrections");
  });

  it("may be kept by whoever stands between, for no longer than they are true, and by language where readers choose it", async () => {
    const board = boards.calm();
    board.settings = { ...board.settings, languages: ["en", "da"] };
    pages = await servePages(board);
    const headersOf = async (path: string) => {
      const { headers } = await fetch(pages.url + path);
      return [headers.get("cache-control"), headers.get("vary")];
    };
    const [page, face] = [
      "public, max-age=0, stale-if-error=86400",
      "public, max-age=30, stale-while-revalidate=60, stale-if-error=86400",
    ];
    expect(await headersOf("/")).toEqual([page, "Accept-Encoding, Accept-Language"]);
    expect(await headersOf("/da/")).toEqual([page, "Accept-Encoding"]);
    expect(await headersOf("/feed.atom")).toEqual([face, "Accept-Encoding, Accept-Language"]);
    expect(await headersOf("/da/feed.atom")).toEqual([face, "Accept-Encoding"]);
  });

  it("stand whole below a root: whatever leads on from them stays there", async () => {
    const root = "/pages/acme";
    const board = boards.outage();
    board.settings = { ...board.settings, languages: ["en", "da"] };
    pages = await servePages(board, undefined, root);
    for (const address of [...addresses, "/da/", "/da/services/sign-in"]) {
      const answer = await fetch(pages.url + root + address);
      expect([address, answer.status]).toEqual([address, 200]);
      const html = await answer.text();
      const leads = [...html.matchAll(/ (?:href|action|data-events)="(\/[^"]*)"/g)].map(([, to]) => to!);
      expect(leads.length).toBeGreaterThan(5);
      expect(leads.filter((to) => !to.startsWith(`${root}/`) && !to.startsWith("/assets/"))).toEqual([]);
    }
    expect(pages.errors).toEqual([]);
  });

  it("refer only to assets that are there, to be kept for a year", async () => {
    pages = await servePages(boards.outage());
    const html = await (await fetch(`${pages.url}/services/sign-in`)).text();
    const assets = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(assets.length).toBeGreaterThanOrEqual(5);
    for (const path of assets) {
      const answer = await fetch(pages.url + path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get("cache-control")).toContain("immutable");
      const text = await answer.text();
      for (const [, name] of text.matchAll(/from "\.\/([\w-]+\.js)"/g)) {
        expect((await fetch(pages.url + path.replace(/[^/]+$/, name!))).status).toBe(200);
      }
    }
    const elsewhere = await fetch(pages.url + assets[0]!.replace(/[0-9a-f]{12}/, "0123456789ab"));
    expect([elsewhere.status, elsewhere.headers.get("cache-control")]).toEqual([200, "no-cache"]);
  });

  it("have a 404 of their own for what is not on the board, without repeating what was asked", async () => {
    pages = await servePages(boards.outage());
    for (const address of [
      "/services/nothing",
      "/services/%3Cscript%3E",
      "/incidents/INC-2026-9999",
      "/maintenance/../../etc",
      "/history/2026-13",
      "/history/1999-01",
      "/history/2026-12",
      "/assets/000000000000/none.js",
      "/assets/../package.json",
    ]) {
      const answer = await fetch(pages.url + address);
      const html = await answer.text();
      if (answer.status !== 418) {
        expect([address, answer.status]).toEqual([address, 404]);
        expect(html).toContain("There is no page here");
        expect(html).not.toContain("<script>");
      }
    }
  });

  it("say in the language of an address that there is nothing at it, whoever is asked", async () => {
    pages = await servePages(inEveryLanguage());
    const language = (path: string, accepted?: string) =>
      /<html lang="([^"]+)"/.exec(
        pages.routes.problemHtml({ status: 404, requestId: null }, path, accepted),
      )![1];
    expect([language("/da/nothing", "fr"), language("/nothing", "fr"), language("/xx/nothing")]).toEqual([
      "da-DK",
      "fr-FR",
      "en-GB",
    ]);
  });

  it("lead to where a problem is reported, with the service that is looked at", async () => {
    pages = await servePages(inEveryLanguage());
    for (const [path, leadsTo] of [
      ["/", "/report"],
      ["/da/services/sign-in", "/da/report?service=sign-in"],
      ["/incidents/INC-2026-0009", "/report"],
      ["/history", "/report"],
    ]) {
      expect([path, await (await fetch(pages.url + path!)).text()]).toEqual([
        path,
        expect.stringMatching(
          new RegExp(`<p class="missing">[^<]* <a href="${leadsTo!.replace("?", "\\?")}">`),
        ),
      ]);
    }
  });

  it("show as many days as an address says, in every language, and are one page for whoever lists them", async () => {
    pages = await servePages(inEveryLanguage());
    const read = async (path: string) => {
      const answer = await fetch(pages.url + path);
      return { status: answer.status, html: await answer.text() };
    };
    for (const page of ["/", "/services/sign-in"]) {
      const { html } = await read(`/da${page.replace(/\/$/, "")}/days/365`);
      expect(html).toContain(`<link rel="canonical" href="https://status.example.org/da${page}">`);
      expect(html).toContain(`href="/fr${page.replace(/\/$/, "")}/days/365" hreflang="fr-FR"`);
      expect(html).toMatch(/href="[^"]*\/days\/365" aria-current="page">365 dage</);
      expect(html).toContain('viewBox="0 -8 2553 36"');
    }
    for (const none of ["/days/7", "/days/", "/services/sign-in/days/366", "/services/no/days/30"]) {
      expect([none, (await read(none)).status]).toEqual([none, 404]);
    }
  });

  it("leave to others what is theirs", async () => {
    pages = await servePages(boards.calm());
    expect((await fetch(`${pages.url}/api/v1/services`)).status).toBe(418);
    expect((await fetch(`${pages.url}/api/v1/services`, { method: "POST" })).status).toBe(418);
  });

  it("tell of every kind of problem, and list them", async () => {
    pages = await servePages(boards.calm());
    const list = await (await fetch(`${pages.url}/problems`)).text();
    for (const [kind, { advice, status }] of Object.entries(problemKinds)) {
      expect(list).toContain(`href="/problems/${kind}"`);
      const answer = await fetch(`${pages.url}/problems/${kind}`);
      expect([kind, answer.status]).toEqual([kind, 200]);
      const html = await answer.text();
      expect(html).toContain(`status ${status}`);
      expect(html).toContain(advice.split(/[&<>"'`]/)[0]);
    }
    expect((await fetch(`${pages.url}/problems/toString`)).status).toBe(404);
  });

  it("say of other methods that they are only read", async () => {
    pages = await servePages(boards.calm());
    for (const address of ["/", "/services/beacon", "/events", "/favicon.svg"]) {
      for (const method of ["POST", "OPTIONS", "DELETE"]) {
        const answer = await fetch(pages.url + address, { method });
        expect([address, answer.status, answer.headers.get("allow")]).toEqual([address, 405, "GET, HEAD"]);
      }
    }
  });

  it("answer that something is wrong, and go on, where a page cannot be rendered", async () => {
    const board = boards.calm();
    pages = await servePages(board);
    Object.defineProperty(board, "incidents", {
      get() {
        throw new Error("a defect");
      },
    });
    for (const address of ["/", "/history", "/services/beacon"]) {
      const answer = await fetch(pages.url + address);
      expect([address, answer.status]).toEqual([address, 500]);
      expect(await answer.text()).not.toContain("a defect");
    }
    expect(pages.errors.length).toBeGreaterThanOrEqual(3);
    expect((await fetch(`${pages.url}/robots.txt`)).status).toBe(200);
  });

  it("are the same bytes until something changes, and 304 for who has them", async () => {
    pages = await servePages(boards.calm());
    const first = await fetch(`${pages.url}/`);
    const tag = first.headers.get("etag")!;
    await first.text();
    const again = await fetch(`${pages.url}/`, { headers: { "if-none-match": tag } });
    expect(again.status).toBe(304);
    pages.show(boards.outage());
    const changed = await fetch(`${pages.url}/`, { headers: { "if-none-match": tag } });
    expect(changed.status).toBe(200);
    expect(await changed.text()).toContain("are down since");
  });

  it("move with time even where nothing changes", async () => {
    pages = await servePages(boards.calm());
    expect(await (await fetch(`${pages.url}/`)).text()).not.toContain("old.");
    pages.advance(3 * 60_000);
    const later = await (await fetch(`${pages.url}/`)).text();
    expect(later.replaceAll("\u00a0", " ")).toContain("The latest measurement is 3 min 4 s old.");
  });

  it("escape what people wrote", async () => {
    const board = boards.outage();
    board.incidents[0]!.title = `<img src=x onerror="alert(1)">`;
    board.incidents[0]!.updates[1]!.message = "<script>alert(1)</script>\nsecond line\n\nsecond paragraph";
    board.services[0]!.title = `Bea"con & <b>`;
    board.settings.name = "<i>Acme</i>";
    pages = await servePages(board);
    for (const address of addresses) {
      const html = await (await fetch(pages.url + address)).text();
      expect(html).not.toMatch(/<img|<script>|<b>Bea|<i>Acme|con & </);
    }
    const html = await (await fetch(`${pages.url}/incidents/INC-2026-0009`)).text();
    expect(html).toContain(
      "<p>&lt;script&gt;alert(1)&lt;/script&gt;<br />\nsecond line</p>\n<p>second paragraph</p>",
    );
  });

  it("show response times from memory and do without them when they cannot be read", async () => {
    let asked = 0;
    pages = await servePages(boards.calm(), async () => {
      asked++;
      throw new Error("database away");
    });
    for (let i = 0; i < 3; i++) {
      const html = await (await fetch(`${pages.url}/services/beacon`)).text();
      expect(html).toContain("No response times are known for the last 24 hours.");
    }
    expect(asked).toBe(1);
    expect(pages.errors).toHaveLength(1);
  });

  it("serve the mark of the moment as the icon", async () => {
    pages = await servePages(boards.calm());
    const calm = await (await fetch(`${pages.url}/favicon.svg`)).text();
    pages.show(boards.outage());
    const down = await (await fetch(`${pages.url}/favicon.svg`)).text();
    expect(calm).toContain('data-state="operational"');
    expect(down).toContain('data-state="major_outage"');
  });

  it("tell a malformed address from a missing page without failing", async () => {
    pages = await servePages(boards.calm());
    for (const address of [
      "/?x=%",
      "/services/%",
      "/services/a%00b",
      `/services/${"a".repeat(500)}`,
      "//",
      "/services/",
    ]) {
      const { status } = await fetch(pages.url + address);
      expect([200, 404, 418]).toContain(status);
    }
    expect(pages.errors).toEqual([]);
  });

  it("stay light: 50 services and 90 days under 20 kB", async () => {
    pages = await servePages(boards.large(50));
    const html = await (await fetch(`${pages.url}/`)).text();
    expect(gzipSync(html).length).toBeLessThan(20_000);
  });
});

describe("a page of thousands of services", () => {
  it("folds the tables of all of them away, and says how many there are", async () => {
    pages = await servePages(boards.large(200));
    const wide = await (await fetch(`${pages.url}/`)).text();
    expect(wide.match(/<details><summary>All 200 services<\/summary>\s*<div class="scroll"/g)).toHaveLength(
      2,
    );
    await pages.stop();
    pages = await servePages(boards.large(199));
    expect(await (await fetch(`${pages.url}/`)).text()).not.toContain("All 199 services");
  });
});

describe("the event stream", () => {
  it("tells the version at once and every change after, changes close together as one", async () => {
    pages = await servePages(boards.calm());
    const stop = new AbortController();
    const answer = await fetch(`${pages.url}/events`, { signal: stop.signal });
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = (await reader.read()).value!;
    expect(heard).toContain("event: change\ndata: 1\n\n");
    pages.show(boards.degraded());
    pages.show(boards.outage());
    while (!heard.includes("data: 3")) {
      heard += (await reader.read()).value!;
    }
    expect(heard).not.toContain("data: 2");
    expect(pages.routes.readers()).toBe(1);
    stop.abort();
    await expect.poll(() => pages.routes.readers()).toBe(0);
  });

  it("gives each reader a time of their own to come back at, so that a restart is not followed by all at once", async () => {
    pages = await servePages(boards.calm());
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${pages.url}/events`)));
    pages.routes.close();
    const waits = await Promise.all(
      answers.map(async (answer) => Number(/^retry: (\d+)$/m.exec(await answer.text())![1])),
    );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_000);
    expect(new Set(waits).size).toBeGreaterThan(10);
  });

  describe("is limited", () => {
    const crowd = (limits: { perAddress: number; inTotal: number }) =>
      servePages(boards.calm(), undefined, "", undefined, limits);
    const join = (from: string, method = "GET") =>
      fetch(`${pages.url}/events`, { method, headers: { "X-Forwarded-For": from } });

    it("for one address: beyond its share it is told to come back, and others are not kept out", async () => {
      pages = await crowd({ perAddress: 2, inTotal: 100 });
      await Promise.all([join("198.51.100.7"), join("198.51.100.7")]);
      const refused = await join("198.51.100.7");
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
      expect(refused.headers.get("content-type")).toBe("application/problem+json");
      expect(await refused.json()).toMatchObject({ code: "streams_of_address_used_up" });
      expect((await join("198.51.100.8")).status).toBe(200);
      expect((await join("198.51.100.7", "HEAD")).status).toBe(200);
      expect(pages.routes.readers()).toBe(3);
    });

    it("for an IPv6 network of 64 bits as for one address", async () => {
      pages = await crowd({ perAddress: 1, inTotal: 100 });
      const asked = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"];
      const statuses: number[] = [];
      for (const from of asked) {
        statuses.push((await join(from)).status);
      }
      expect(statuses).toEqual([200, 429, 200]);
    });

    it("for all together, which is a lack of ours", async () => {
      pages = await crowd({ perAddress: 100, inTotal: 2 });
      await Promise.all([join("198.51.100.7"), join("198.51.100.8")]);
      const refused = await join("198.51.100.9");
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "60"]);
    });

    it("and by nobody who has gone before it could begin", async () => {
      const response = { destroyed: true } as ServerResponse;
      pages = await crowd({ perAddress: 1, inTotal: 1 });
      pages.routes.listener({ method: "GET", url: "/events", headers: {} } as IncomingMessage, response);
      expect(pages.routes.readers()).toBe(0);
      expect((await join("198.51.100.7")).status).toBe(200);
    });

    it("only while streams are open: one that ends gives its place back", async () => {
      pages = await crowd({ perAddress: 1, inTotal: 1 });
      const stop = new AbortController();
      await fetch(`${pages.url}/events`, { signal: stop.signal });
      expect((await join("127.0.0.1")).status).not.toBe(200);
      stop.abort();
      await expect.poll(async () => (await join("127.0.0.1")).status).toBe(200);
    });
  });

  it("ends with the server", async () => {
    pages = await servePages(boards.calm());
    const answer = await fetch(`${pages.url}/events`);
    pages.routes.close();
    expect(await answer.text()).toContain("data: 1");
  });
});

describe("a fixed clock", () => {
  it("makes two renderings of one board equal", async () => {
    expect(now).toBe(Date.UTC(2026, 10, 22, 13, 30, 12));
    pages = await servePages(boards.outage());
    const one = await (await fetch(`${pages.url}/`)).text();
    await pages.stop();
    pages = await servePages(boards.outage());
    expect(await (await fetch(`${pages.url}/`)).text()).toBe(one);
  });
});

describe("languages", () => {
  const ask = async (path: string, accepted: string) => {
    const answer = await fetch(pages.url + path, { headers: { "accept-language": accepted } });
    const html = await answer.text();
    return { html, tag: /<html lang="([^"]+)"/.exec(html)![1], vary: answer.headers.get("vary") };
  };

  it("are chosen by what the reader accepts, and by address above that", async () => {
    pages = await servePages(inEveryLanguage());
    expect(await ask("/", "da, en;q=0.5")).toMatchObject({
      tag: "da-DK",
      vary: "Accept-Encoding, Accept-Language",
    });
    expect((await ask("/", "de")).tag).toBe("en-GB");
    const french = await ask("/fr/services/sign-in", "da");
    expect(french.tag).toBe("fr-FR");
    expect(french.html).toContain('href="/fr/methodology"');
    expect(french.html).toContain('href="/nb/services/sign-in"');
  });

  it("all print every page", async () => {
    pages = await servePages(inEveryLanguage());
    for (const code of ["en", "da", "nb", "fr"]) {
      for (const address of addresses) {
        const answer = await fetch(`${pages.url}/${code}${address}`);
        expect([code, address, answer.status]).toEqual([code, address, 200]);
        const html = (await answer.text()).replace(/data-zone-words="[^"]*"/, "");
        expect(html).not.toMatch(/\{\w+\}|undefined/);
      }
    }
    expect((await fetch(`${pages.url}/fr/services/nothing`)).status).toBe(404);
    expect(pages.errors).toEqual([]);
  });
});
