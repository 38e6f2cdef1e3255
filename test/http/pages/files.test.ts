import { afterEach, describe, expect, it } from "vitest";
import { boards, now, type VersionedBoard } from "../../support/boards.ts";
import { readPng } from "../../support/png.ts";
import { servePages, type ServedPages } from "../../support/pages.ts";

let pages: ServedPages;
afterEach(() => pages.stop());

async function get(path: string): Promise<{ status: number; type: string; text: string }> {
  const answer = await fetch(pages.url + path);
  return {
    ...{ status: answer.status, type: answer.headers.get("content-type") ?? "" },
    text: await answer.text(),
  };
}

function within(settings: Partial<VersionedBoard["settings"]>, board = boards.outage()): VersionedBoard {
  return { ...board, settings: { ...board.settings, ...settings } };
}

describe("files beside the pages", () => {
  it("list every page for search engines, each in its languages, all of which are answered", async () => {
    pages = await servePages(within({ languages: ["en", "da"] }));
    const { type, text } = await get("/sitemap.xml");
    expect(type).toBe("application/xml; charset=utf-8");
    const places = [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, place]) => place!);
    expect(places.slice(0, 2)).toEqual([
      "https://status.example.org/",
      "https://status.example.org/services/beacon",
    ]);
    expect(places).toContain("https://status.example.org/developers");
    expect(places.join()).not.toMatch(/embed|problems|\.(svg|json|ics|atom)/);
    expect(text).toContain(
      '<xhtml:link rel="alternate" hreflang="da-DK" href="https://status.example.org/da/history"/>',
    );
    expect(text).toMatch(/INC-2026-0009<\/loc><lastmod>2026-11-22T/);
    for (const place of places) {
      expect([place, (await get(new URL(place).pathname)).status]).toEqual([place, 200]);
    }
    expect((await get("/robots.txt")).text).toMatch(
      /^Sitemap: https:\/\/status\.example\.org\/sitemap\.xml$/m,
    );
  });

  it("say whom to tell of a weakness, where somebody is named, and until when that holds", async () => {
    const security = {
      contacts: ["mailto:security@acme.example", "https://acme.example/security"],
      policy: "https://acme.example/policy",
      acknowledgments: null,
    };
    pages = await servePages(within({ security, languages: ["en", "fr"] }));
    const { type, text } = await get("/.well-known/security.txt");
    expect(type).toBe("text/plain; charset=utf-8");
    expect(text.split("\n")).toEqual([
      "Contact: mailto:security@acme.example",
      "Contact: https://acme.example/security",
      "Expires: 2027-05-21T00:00:00Z",
      "Preferred-Languages: en, fr",
      "Canonical: https://status.example.org/.well-known/security.txt",
      "Policy: https://acme.example/policy",
      "",
    ]);
    expect(Date.parse("2027-05-21T00:00:00Z") - now).toBeLessThan(365 * 86_400_000);
    pages.show(boards.calm());
    expect((await get("/.well-known/security.txt")).status).toBe(404);
  });

  it("put the page on a home screen under its name and with an icon", async () => {
    pages = await servePages(boards.calm());
    const { type, text } = await get("/manifest.webmanifest");
    expect(type).toBe("application/manifest+json; charset=utf-8");
    const { name, icons } = JSON.parse(text) as { name: string; icons: { src: string; sizes: string }[] };
    expect(name).toBe("Acme Cloud");
    for (const { src } of icons) {
      expect([src, (await get(`/${src}`)).status]).toEqual([src, 200]);
    }
    const icon = await fetch(`${pages.url}/apple-touch-icon.png`);
    const asked = await fetch(`${pages.url}/favicon.ico`);
    expect([asked.status, asked.headers.get("content-type")]).toEqual([200, "image/png"]);
    const pixels = readPng(Buffer.from(await icon.arrayBuffer()));
    expect([pixels.width, pixels.height]).toEqual([180, 180]);
    expect(pixels.at(3, 3)).toBe("#fbfaf7");
    expect(pixels.count("#23262e")).toBeGreaterThan(1_000);
  });

  it("tell widgets the state in the language they ask for, of everything or of one service", async () => {
    pages = await servePages(within({ languages: ["en", "da"] }));
    const ask = async (path: string, language: string) =>
      (await fetch(pages.url + path, { headers: { "Accept-Language": language } })).json();
    expect(await ask("/widget.json", "da-DK")).toEqual({
      state: "major_outage",
      headline: expect.stringMatching(/har været nede siden kl\. 14\.02/),
      address: "https://status.example.org/da/",
      ...{ isWell: false, language: "da-DK", platform: "Acme Cloud" },
    });
    expect(await ask("/services/beacon/widget.json", "de")).toMatchObject({
      ...{ state: "operational", headline: "Beacon is running", isWell: true },
      address: "https://status.example.org/en/services/beacon",
    });
    expect((await fetch(`${pages.url}/services/nothing/widget.json`)).status).toBe(404);
    const script = await fetch(`${pages.url}/widget.js`);
    expect(script.headers.get("access-control-allow-origin")).toBe("*");
    expect(script.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect((await script.text()).length).toBeLessThan(6_000);
  });

  it("let /embed be framed by whom the platform names, everything else by nobody", async () => {
    pages = await servePages(boards.outage());
    const framedBy = async (path: string) =>
      /frame-ancestors ([^;]*)$/.exec(
        (await fetch(pages.url + path)).headers.get("content-security-policy")!,
      )![1];
    expect(await framedBy("/")).toBe("'none'");
    expect(await framedBy("/embed")).toBe("*");
    const { text } = await get("/embed");
    expect(text).toContain("Sign-in and Public interface are down since 14:02");
    expect(text).not.toMatch(/<script|\sstyle=/);
    expect((await fetch(`${pages.url}/embed`)).headers.get("refresh")).toBe("60");
    pages.show(within({ brand: { framedBy: ["https://intranet.acme.example"] } }));
    expect(await framedBy("/embed")).toBe("https://intranet.acme.example");
    pages.show(within({ brand: { framedBy: [] } }));
    expect(await framedBy("/embed")).toBe("'none'");
  });

  it("are shown to developers with snippets whose every address is answered", async () => {
    pages = await servePages(boards.outage());
    const { text } = await get("/developers");
    const samples = [...text.matchAll(/https:\/\/status\.example\.org(\/[^"&)\]<]*)/g)].map(
      ([, path]) => path!,
    );
    expect(samples).toEqual(
      expect.arrayContaining(["/widget.js", "/en/embed", "/badge/beacon/uptime-90d.svg"]),
    );
    for (const path of new Set(samples.map((one) => one.replace(/^\/en\//, "/")))) {
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    }
  });

  it("lead from a service and from a group to where one subscribes to it", async () => {
    pages = await servePages(boards.outage());
    expect((await get("/services/sign-in")).text).toContain('href="/subscribe?service=sign-in"');
    expect((await get("/")).text).toMatch(/href="\/subscribe\?group=[\w-]+"/);
  });
});
