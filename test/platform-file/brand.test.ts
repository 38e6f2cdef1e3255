import { describe, expect, it } from "vitest";
import { deflateSync } from "node:zlib";
import type { PlatformDefinition } from "../../src/domain/status/platform.ts";
import { largestBrandFile } from "../../src/domain/status/brand.ts";
import { describeMistakes } from "../../src/platform-file/mistakes.ts";
import { collectBrandFiles, parsePlatformFile } from "../../src/platform-file/platform-file.ts";

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 24"><path fill="#0b5fff" d="M0 0h9v24"/></svg>';

/** The beginning of a PNG file of that size: enough to be known by. */
function png(width: number, height: number): Uint8Array {
  const head = Buffer.alloc(33);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]).copy(head);
  head.write("IHDR", 12);
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return Buffer.concat([head, deflateSync(Buffer.alloc(8))]);
}

const textOf = (brand: string) =>
  `platform:\n  name: Acme\n  languages: [en, da]\n  brand: ${brand}\nservices: {}\n`;

function parse(brand: string, files: Record<string, string | Uint8Array> = {}): PlatformDefinition {
  return parsePlatformFile(textOf(brand), {
    file: "platform.yaml",
    capabilities: { icmp: false },
    readFile: (path) => (path in files ? Buffer.from(files[path]!) : null),
  });
}

function told(brand: string, files: Record<string, string | Uint8Array> = {}): string[] {
  try {
    parse(brand, files);
    return [];
  } catch (error) {
    return describeMistakes(error).map((line) =>
      line.replace(/^platform\.yaml:\d+:\d+ +platform\.brand\.?/, ""),
    );
  }
}

describe("a brand in the platform file", () => {
  it("is what it says, its files under the digests of their bytes", () => {
    const { settings, brandFiles } = parse(
      "{ logo: { light: art/acme.svg, dark: acme.png, name: hidden }, favicon: art/acme.svg, font: serif, css: acme.css," +
        " accent: '#0B5FFF', support: mailto:help@acme.example, framed_by: [https://acme.example/]," +
        " links: [{ title: { en: Terms, da: Vilkår }, address: https://acme.example/terms }, { title: Jobs, address: https://acme.example/ }] }",
      { "art/acme.svg": svg, "acme.png": png(400, 100), "acme.css": ".top { border: 0 }" },
    );
    expect(brandFiles!.map(({ kind, digest }) => [kind, digest.length])).toEqual([
      ["svg", 64],
      ["png", 64],
      ["css", 64],
    ]);
    const [light, dark, css] = brandFiles!.map(({ digest }) => digest);
    expect(settings.brand).toEqual({
      logo: {
        light: { digest: light, kind: "svg", width: 96, height: 24 },
        dark: { digest: dark, kind: "png", width: 400, height: 100 },
        withName: false,
      },
      favicon: { digest: light, kind: "svg", width: 96, height: 24 },
      accent: { light: "#0b5fff", dark: expect.stringMatching(/^#[0-9a-f]{6}$/) },
      font: "serif",
      css,
      links: [
        { title: { en: "Terms", da: "Vilkår" }, address: "https://acme.example/terms" },
        { title: { en: "Jobs" }, address: "https://acme.example/" },
      ],
      support: "mailto:help@acme.example",
      framedBy: ["https://acme.example"],
    });
  });

  it("refuses a colour that cannot be read, with its place and the nearest that can", () => {
    expect(() => parse("{ accent: '#7fb3ff' }")).toThrow(
      /^platform\.yaml:4:20  platform\.brand\.accent: must stand out by 4\.5:1 on light pages \(WCAG AA\), not by 1\.9:1; the nearest that does is "#[0-9a-f]{6}"$/m,
    );
    const [, nearest] = /nearest that does is "(#[0-9a-f]{6})"/.exec(told("{ accent: '#7fb3ff' }")[0]!)!;
    expect(told(`{ accent: '${nearest}' }`)).toEqual([]);
    expect(told("{ accent: { light: '#0b5fff', dark: '#0b5fff' } }")).toEqual([
      expect.stringMatching(/^accent\.dark: must stand out by 4\.5:1 on dark pages .* not by 2\.9:1/),
    ]);
    expect(told("{ accent: blue }")).toEqual(['accent: must be a colour like "#0b5fff", not "blue"']);
  });

  it.each([
    ["a script", '<svg viewBox="0 0 9 9"><script>alert(1)</script></svg>'],
    ["a script", '<svg viewBox="0 0 9 9" xmlns:s="http://www.w3.org/2000/svg"><s:script/></svg>'],
    ["an event", '<svg viewBox="0 0 9 9" onload="alert(1)"></svg>'],
    ["an event", '<svg viewBox="0 0 9 9"><path d="M0 0"onclick=alert(1) /></svg>'],
    ["something that is no picture", '<svg viewBox="0 0 9 9"><foreignObject><p/></foreignObject></svg>'],
    ["something that is no picture", '<svg viewBox="0 0 9 9"><a href="#x"/></svg>'],
    ["something that moves", '<svg viewBox="0 0 9 9"><set attributeName="href" to="javascript:x"/></svg>'],
    [
      "an address that is not within it",
      '<svg viewBox="0 0 9 9"><image href="https://elsewhere.example/a.png"/></svg>',
    ],
    [
      "an address that is not within it",
      '<svg viewBox="0 0 9 9"><use xlink:href = "&#104;ttps://elsewhere.example/"/></svg>',
    ],
    [
      "url(//elsewhere.example/a)",
      '<svg viewBox="0 0 9 9"><path style="fill:url(//elsewhere.example/a)"/></svg>',
    ],
    ["@import", '<svg viewBox="0 0 9 9"><style>@im\\70ort "x"</style></svg>'],
    [
      "a document type",
      '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg viewBox="0 0 9 9">&x;</svg>',
    ],
  ])("refuses a logo that holds %s", (what, content) => {
    expect(told("{ logo: a.svg }", { "a.svg": content })).toEqual([
      `logo: a.svg must be nothing but a picture: it holds ${what}`,
    ]);
  });

  it("takes a picture with gradients, pictures within it and a size in pixels", () => {
    const content = `<?xml version="1.0"?>\n<!-- ours -->\n<svg width="120px" height='30' xmlns:xlink="x"><defs><linearGradient id="g"/></defs><use xlink:href= "#g"/><image href="data:image/png;base64,AAAA"/><path fill="url(#g)"/></svg>`;
    expect(parse("{ logo: a.svg }", { "a.svg": content }).settings.brand!.logo).toMatchObject({
      light: { width: 120, height: 30 },
      dark: null,
      withName: true,
    });
  });

  it.each([
    ["a.svg", "<html></html>", "a.svg must be an SVG file, which begins with <svg>"],
    ["a.svg", '<svg width="100%"></svg>', "a.svg must say how large it is: width and height, or a viewBox"],
    [
      "a.svg",
      '<svg viewBox="0 0 900 9"></svg>',
      "a.svg must not be more than 10 times as long as wide, which 900 by 9 is",
    ],
    ["a.svg", `<svg>${" ".repeat(largestBrandFile)}</svg>`, "a.svg must have at most 65536 bytes"],
    ["a.png", svg, "a.png must be a PNG file, which its first bytes are not"],
    ["a.png", png(2_001, 2_000), "a.png must be at most 2000 pixels wide and high, not 2001 by 2000"],
    ["b.svg", svg, "a.svg cannot be read"],
  ])("refuses %s that is no picture it can show", (path, content, rule) => {
    const named = path === "b.svg" ? "a.svg" : path;
    expect(told(`{ favicon: ${named} }`, { [path]: content })).toEqual([`favicon: ${rule}`]);
  });

  it.each([
    ['@import "a.css";', "it holds @import"],
    [
      "a { background: url(https://elsewhere.example/a.png) }",
      "it holds url(https://elsewhere.example/a.png)",
    ],
    ["a { background: \\75rl( '/b.png' ) }", "it holds url(/b.png)"],
    ["a { background: image-set('b.png' 1x) }", "it holds an address of a picture"],
  ])("refuses a style sheet that asks for something: %s", (css, what) => {
    expect(told("{ css: a.css }", { "a.css": css })).toEqual([
      `css: a.css must ask for nothing from elsewhere, and ${what}`,
    ]);
  });

  it("refuses a style sheet that does not end, and one with markup", () => {
    expect(told("{ css: a.css }", { "a.css": ".top { color: red" })).toEqual([
      "css: a.css must close every { with a }",
    ]);
    expect(told("{ css: a.css }", { "a.css": "</style>" })).toEqual([
      "css: a.css must be a style sheet and nothing else",
    ]);
    const fine = "/* { @import */ .top::before { content: '{'; mask: url(#a) url(data:image/png;base64,AA) }";
    expect(told("{ css: a.css }", { "a.css": fine })).toEqual([]);
  });

  it("refuses links that lead anywhere but to the web or to a mailbox, and words in languages the page has not", () => {
    expect(
      told(
        "{ links: [{ title: { fr: Conditions }, address: 'javascript:alert(1)' }], support: 'http://acme.example' }",
      ),
    ).toEqual([
      'links[0].title.fr: the page has no language "fr"; it has en, da',
      'links[0].address: must be an https:// or mailto: address, not "javascript:alert(1)"',
      'support: must be an https:// or mailto: address, not "http://acme.example"',
    ]);
  });

  it("refuses a file that stands elsewhere on the machine", () => {
    expect(told("{ logo: /etc/acme.svg }")).toEqual([
      'logo: must be relative to the file it stands in, not "/etc/acme.svg"',
    ]);
  });

  it("names its files to whoever hands them to a server elsewhere", () => {
    const text = textOf("{ logo: { light: a.svg, dark: b.svg }, favicon: a.svg, css: c.css }");
    const collected = collectBrandFiles(text, "platform.yaml", (path) =>
      path === "b.svg" ? null : Buffer.from(path),
    );
    expect(collected).toEqual({
      "a.svg": Buffer.from("a.svg").toString("base64"),
      "c.css": Buffer.from("c.css").toString("base64"),
    });
    expect(collectBrandFiles("platform: { name: Acme }\nservices: {}\n", "a.yaml", () => null)).toEqual({});
  });
});
