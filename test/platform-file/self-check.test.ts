import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { describeMistakes } from "../../src/platform-file/mistakes.ts";
import { platformSchema } from "../../src/platform-file/schema.ts";
import { parse } from "./parsing.ts";

const file = (platform: string, locations = "osaka: Osaka") =>
  `platform: { name: Acme${platform} }\nlocations: { ${locations} }\nservices: {}\n`;
const fits = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  platformSchema(),
);

describe("the addresses of a self-check", () => {
  it("become targets whose every answer will do", () => {
    const { settings } = parse(
      file(", self_check: [https://example.com/, tcp://192.0.2.1:53, 'tcp://[::1]:853']"),
    );
    expect(settings.selfCheck).toEqual([
      expect.objectContaining({
        kind: "http",
        url: "https://example.com/",
        method: "HEAD",
        expectStatus: [{ from: 100, to: 599 }],
      }),
      { kind: "tcp", host: "192.0.2.1", port: 53 },
      { kind: "tcp", host: "::1", port: 853 },
    ]);
  });

  it("may be a location's own, and none at all there", () => {
    const { settings, locations } = parse(
      file("", "osaka: { self_check: [tcp://192.0.2.1:53] }, lisbon: { self_check: [] }, porto: Porto"),
    );
    expect(settings).not.toHaveProperty("selfCheck");
    expect(locations).toEqual([
      { slug: "osaka", title: "Osaka", selfCheck: [{ kind: "tcp", host: "192.0.2.1", port: 53 }] },
      { slug: "lisbon", title: "Lisbon", selfCheck: [] },
      { slug: "porto", title: "Porto" },
    ]);
  });

  it.each([
    [
      "[example.com]",
      '[0]: must be an address like "https://example.com" or "tcp://192.0.2.1:53", not "example.com"',
    ],
    [
      "[https://a.example, ftp://b.example]",
      '[1]: must be an address like "https://example.com" or "tcp://192.0.2.1:53", not "ftp://b.example"',
    ],
    [
      "[tcp://a.example]",
      '[0]: must be an address like "https://example.com" or "tcp://192.0.2.1:53", not "tcp://a.example"',
    ],
    ["['tcp://a.example:99999']", "[0]: must name a port from 1 to 65535, not 99999"],
    ["['https://ops:4711@a.example/']", "[0]: must not hold a password: addresses are shown; use basic_auth"],
    ["https://a.example", ": must be a list of addresses, not a text"],
    [
      "[15]",
      '[0]: must be an address like "https://example.com" or "tcp://192.0.2.1:53", not 15 (put it in quotes)',
    ],
  ])("that are none are told with their line: %s", (written, rule) => {
    const told = (text: string) => {
      try {
        parse(text);
      } catch (error) {
        return describeMistakes(error);
      }
      return [];
    };
    expect(told(file(`, self_check: ${written}`))).toEqual([
      expect.stringMatching(/^platform\.yaml:1:\d+ {2}platform\.self_check/),
    ]);
    expect(told(file(`, self_check: ${written}`))[0]).toContain(`platform.self_check${rule}`);
    expect(told(file("", `osaka: { self_check: ${written} }`))[0]).toMatch(
      /^platform\.yaml:2:\d+ {2}locations\.osaka\.self_check/,
    );
  });

  it.each([
    ["[https://a.example]", true],
    ["[]", true],
    ["['tcp://a.example:53']", true],
    ["['tcp://[::1]:53']", true],
    ["['tcp://a.example']", false],
    ["[a.example]", false],
    ["https://a.example", false],
  ])("are judged by the schema for editors as by the reader: %s", (written, good) => {
    expect(fits(parseYaml(file(`, self_check: ${written}`)))).toBe(good);
    expect(fits(parseYaml(file("", `osaka: { self_check: ${written} }`)))).toBe(good);
  });
});
