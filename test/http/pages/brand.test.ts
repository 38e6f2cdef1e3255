import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { Brand, BrandFile } from "../../../src/domain/status/brand.ts";
import { boards, type VersionedBoard } from "../../support/boards.ts";
import { servePages, type ServedPages } from "../../support/pages.ts";

let pages: ServedPages;
afterEach(() => pages.stop());

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#05f" d="M0 0h9v9"/></svg>';

function fileOf(kind: BrandFile["kind"], text: string): BrandFile {
  return { kind, content: Buffer.from(text), digest: createHash("sha256").update(text).digest("hex") };
}

const [light, dark, css] = [fileOf("svg", svg), fileOf("png", "dark"), fileOf("css", ".top{order:0}")];
const picture = ({ digest, kind }: BrandFile, width = 90) => ({
  ...{ digest, kind: kind as "svg", width, height: 30 },
});

function branded(brand: Brand, board: VersionedBoard = boards.outage()): VersionedBoard {
  const files = new Map([light, dark, css].map((file) => [file.digest, file]));
  return { ...board, settings: { ...board.settings, languages: ["en", "da"], brand }, brandFiles: files };
}

const whole: Brand = {
  logo: { light: picture(light), dark: picture(dark), withName: true },
  favicon: picture(light),
  accent: { light: "#0b5fff", dark: "#7fb3ff" },
  font: "serif",
  css: css.digest,
  links: [
    { title: { en: "Terms & more", da: "Vilkår" }, address: "https://acme.example/?a=1&b=2" },
    { title: { en: "Jobs" }, address: "mailto:jobs@acme.example" },
  ],
  support: "https://help.acme.example/",
};

async function htmlAt(path: string): Promise<string> {
  return (await fetch(pages.url + path)).text();
}

describe("a platform with a brand", () => {
  it("shows its logo with room kept for it, its name, its links and its help on every page", async () => {
    pages = await servePages(branded(whole));
    for (const path of ["/", "/services/sign-in", "/incidents/INC-2026-0009", "/history", "/methodology"]) {
      const html = await htmlAt(path);
      expect(html).toContain(
        `<picture><source media="(prefers-color-scheme: dark)" srcset="/brand/${dark.digest.slice(0, 16)}.png">` +
          `<img class="logo" src="/brand/${light.digest.slice(0, 16)}.svg" width="90" height="30" alt=""></picture>`,
      );
      expect(html).toContain('<a href="https://acme.example/?a=1&amp;b=2">Terms &amp; more</a>');
      expect(html).toContain('<a href="https://help.acme.example/">Help and contact</a>');
      expect(html).not.toMatch(/<style|\sstyle=/);
    }
    const danish = await htmlAt("/da/");
    expect(danish).toContain(">Vilkår</a>");
    expect(danish).toContain(">Jobs</a>");
    expect(danish).toContain(">Hjælp og kontakt</a>");
    expect(pages.errors).toEqual([]);
  });

  it("is named by its logo alone where that says the name", async () => {
    pages = await servePages(branded({ logo: { ...whole.logo!, dark: null, withName: false } }));
    const html = await htmlAt("/");
    expect(html).toMatch(
      /<a class="brand"[^>]*>\s*<picture><img class="logo"[^>]* alt="Acme Cloud"><\/picture>\s*<\/a>/,
    );
  });

  it("serves its pictures to be kept for ever, and to do nothing", async () => {
    pages = await servePages(branded(whole));
    const answer = await fetch(`${pages.url}/brand/${light.digest.slice(0, 16)}.svg`);
    expect(await answer.text()).toBe(svg);
    expect(answer.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none';.*sandbox$/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    const other = await fetch(`${pages.url}/brand/0123456789abcdef.svg`);
    expect(other.status).toBe(404);
  });

  it("puts its colour, its type and its own sheet behind ours, in one file, and leaves high contrast alone", async () => {
    pages = await servePages(branded(whole));
    const html = await htmlAt("/");
    const [, address] = /page\.css">\s*<link rel="stylesheet" href="(\/brand\/[0-9a-f]{16}\.css)">/.exec(
      html,
    )!;
    const answer = await fetch(pages.url + address);
    expect(answer.headers.get("content-type")).toBe("text/css; charset=utf-8");
    const style = await answer.text();
    expect(style).toContain("--accent: light-dark(#0b5fff, #7fb3ff)");
    expect(style).toMatch(/^@media not \(prefers-contrast: more\)/);
    expect(style).toMatch(/font-family: Charter,[^}]*serif;[^]*\.top\{order:0\}$/);
  });

  it("keeps the state in its icon: nothing on it while all is well, a stroke while something is not", async () => {
    pages = await servePages(branded(whole, boards.calm()));
    const iconOf = async () => {
      const [, address] = /<link rel="icon"[^>]*href="([^"]+)"/.exec(await htmlAt("/"))!;
      const icon = await (await fetch(pages.url + address)).text();
      expect(icon).toBe(await htmlAt("/favicon.svg"));
      return icon;
    };
    const calm = await iconOf();
    expect(calm).toContain(Buffer.from(svg).toString("base64"));
    expect(calm).not.toContain("<path");
    pages.show(branded(whole));
    expect(await iconOf()).toContain("<path");
  });

  it("has the mark and nothing of its own where nothing was said", async () => {
    pages = await servePages(boards.calm());
    const html = await htmlAt("/");
    expect(html).toMatch(/<a class="brand"[^>]*>\s*<svg class="mark"/);
    expect(html).not.toContain("/brand/");
    expect(html).not.toContain("own-links");
  });
});
