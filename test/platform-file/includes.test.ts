import { describe, expect, it } from "vitest";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { joinPath, readBeside } from "../../src/platform-file/includes.ts";
import { describeMistakes } from "../../src/platform-file/mistakes.ts";
import { collectIncludes, parsePlatformFile } from "../../src/platform-file/platform-file.ts";

const main = (include: string) => `platform: { name: Acme }
services:
  beacon: { checks: { web: { http: https://beacon.example/ } } }
include: ${include}
`;
const parse = (text: string, files: Record<string, string>) =>
  parsePlatformFile(text, {
    file: "platform.yaml",
    capabilities: { icmp: false },
    readInclude: (path) => files[path] ?? null,
  });
const told = (text: string, files: Record<string, string>): string[] => {
  try {
    parse(text, files);
    return [];
  } catch (error) {
    return describeMistakes(error);
  }
};
const contracts = "contracts:\n  acme-all: { customer: acme, starts: 2026-01-01, covers: [beacon, lamp] }\n";

describe("a file that includes others", () => {
  it("says what all of them say, names across files included", () => {
    const { services, agreements } = parse(main("[teams/contracts.yaml, lamp.yml]"), {
      "teams/contracts.yaml": `include: ../customers.yaml\n${contracts}`,
      "customers.yaml": "customers: { acme: Acme }\n",
      "lamp.yml": "services: { lamp: { checks: { web: { http: https://lamp.example/ } } } }\n",
    });
    expect(services.map(({ slug }) => slug)).toEqual(["beacon", "lamp"]);
    expect(agreements!.contracts[0]!.particulars.customer).toBe("acme");
  });

  it("tells every mistake with the file and line in which it stands", () => {
    expect(
      told(main("contracts.yaml").replace("beacon.example/ }", "beacon.example/, colour: red }"), {
        "contracts.yaml": `x-note: mine\ncustomers: { acme: Acme }\n${contracts.replace("lamp", "becon")}colour: red\n`,
      }),
    ).toEqual([
      expect.stringMatching(/^platform\.yaml:3:\d+  services\.beacon\.checks\.web\.colour: unknown key/),
      'contracts.yaml:4:68  contracts.acme-all.covers[1]: there is no service "becon"; did you mean "beacon"?',
      expect.stringMatching(/^contracts\.yaml:5:1  colour: unknown key/),
    ]);
  });

  it("says a name once only", () => {
    expect(
      told(main("more.yaml"), {
        "more.yaml": "services:\n  beacon: { checks: { web: { tcp: a:1 } } }\ndefaults: { interval: 1m }\n",
      }),
    ).toEqual(["more.yaml:2:3  services.beacon: stands in platform.yaml too"]);
    const twice = `${main("more.yaml")}defaults: { interval: 1m }\n`;
    expect(told(twice, { "more.yaml": "defaults: { interval: 1m }\n" })).toEqual([
      "more.yaml:1:1  defaults: stands in platform.yaml too",
    ]);
  });

  it("does not run in circles, and includes each file once", () => {
    expect(
      told(main("a.yaml"), {
        "a.yaml": "include: b.yaml\n",
        "b.yaml": "include: [./a.yaml, platform.yaml]\n",
      }),
    ).toEqual([
      "b.yaml:1:11  include[0]: ./a.yaml includes this file: files must not include each other in a circle",
      "b.yaml:1:21  include[1]: platform.yaml includes this file: files must not include each other in a circle",
    ]);
    expect(told(main("[a.yaml, sub/../a.yaml]"), { "a.yaml": "groups: {}\n" })).toEqual([
      "platform.yaml:4:19  include[1]: sub/../a.yaml is included already",
    ]);
  });

  it.each([
    ["missing.yaml", "include: missing.yaml cannot be read"],
    ["/etc/contracts.yaml", 'include: must be relative to the file it stands in, not "/etc/contracts.yaml"'],
    ["contracts.json", "include: must be the path of a .yaml file, relative to this one"],
    ["[]", "include: must not be empty"],
  ])("refuses %s", (include, rule) => {
    expect(told(main(include), {})).toEqual([expect.stringContaining(rule)]);
  });

  it("keeps the platform itself in the main file", () => {
    expect(told(main("more.yaml"), { "more.yaml": "platform: { name: Other }\n" })).toEqual([
      expect.stringMatching(/^more\.yaml:1:1  platform: unknown key/),
    ]);
  });
});

describe("included files are found", () => {
  it("beside the file that includes them, whatever is above", () => {
    expect([
      joinPath("platform.yaml", "a.yaml"),
      joinPath("teams/a.yaml", "../b.yaml"),
      joinPath("a.yaml", "../../c.yaml"),
    ]).toEqual(["a.yaml", "b.yaml", "../../c.yaml"]);
  });

  it("on the disk, and collected for a server that has another one", () => {
    const folder = mkdtempSync(join(tmpdir(), "fournines-include-"));
    try {
      mkdirSync(join(folder, "teams"));
      writeFileSync(join(folder, "teams", "a.yaml"), "include: b.yaml\n");
      writeFileSync(join(folder, "teams", "b.yaml"), "groups: { product: Product }\n");
      const read = readBeside(join(folder, "platform.yaml"));
      expect(collectIncludes(main("[teams/a.yaml, gone.yaml]"), "platform.yaml", read)).toEqual({
        "teams/a.yaml": "include: b.yaml\n",
        "teams/b.yaml": "groups: { product: Product }\n",
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
