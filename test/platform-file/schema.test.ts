import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { BadPlatformFile } from "../../src/platform-file/mistakes.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";
import { platformSchema } from "../../src/platform-file/schema.ts";
import { badFiles } from "./bad-files.ts";
import { longhand, shorthand } from "./samples.ts";

const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  validateFormats: false,
});
const fits = ajv.compile(platformSchema());

/** Rules that need more than one value, or more than JSON Schema knows: the reader's alone. */
const readersAlone = new Set([
  "what no database keeps: the character NUL, half a character",
  "a key once more",
  "a slug once more",
  "a name must not be blank",
  "zones are those of the IANA",
  "an offset is no zone",
  "a group must be known",
  "there are no groups",
  "an interval is at least a second",
  "an interval is at most a day",
  "a timeout is at most a minute",
  "a timeout fits its interval",
  "slow is before the timeout",
  "a quorum has locations",
  "locations must be known",
  "a location stands once",
  "locations of the defaults are told once",
  "a parent's service must be known",
  "a parent's check must be known",
  "a service with several checks is no parent",
  "nobody is his own parent",
  "parents do not run in circles",
  "ping must be there",
  "an address has a host",
  "an address holds no password",
  "an address holds no secret",
  "ntfy writes to a topic",
  "a route takes an escalation there is",
  "a route is for services, groups and calendars there are",
  "steps come in order of their delay",
  "the first step can be answered",
  "a rota has members or layers",
  "turns last a day at least",
  "a layer is inside or outside hours",
  "a short message stands somewhere",
  "half a reference in a body",
  "a port is at most 65535",
  "an IP address is whole",
  "escapes need double quotes",
  "certificates warn before they fail",
  "a pattern is a regular expression",
  "a period is at least a minute",
  "a period is at most 31 days",
  "a cron expression has five fields",
  "a cron expression keeps to its ranges",
  "a cron expression comes",
  "a job calls one location",
  "a customer must be known",
  "a currency is one of ISO 4217",
  "an amount has the decimals of its currency",
  "a policy is one that is there",
  "a date exists",
  "a calendar must be known",
  "a rule of sending names a day or a calendar",
  "a time of sending needs its day",
  "reports are sent within a calendar there is",
  "hours begin before they end",
  "hours do not overlap",
  "a threshold falls",
  "a version begins with a cycle",
  "versions do not overlap",
]);

const readable = badFiles.filter(
  ({ told }) => !told.some((line) => /not YAML|no anchor|second document/.test(line)),
);

function accepts(text: string): boolean {
  try {
    parsePlatformFile(text, { file: "platform.yaml", capabilities: { icmp: true } });
    return true;
  } catch (error) {
    if (error instanceof BadPlatformFile) {
      return false;
    }
    throw error;
  }
}

describe("the schema for editors", () => {
  it.each(readable.filter(({ rule }) => !readersAlone.has(rule)).map(({ rule, text }) => [rule, text]))(
    "refuses what the reader refuses: %s",
    (_, text) => {
      expect(fits(parseYaml(text, { uniqueKeys: false }))).toBe(false);
    },
  );

  it.each(readable.filter(({ rule }) => readersAlone.has(rule)).map(({ rule, text }) => [rule, text]))(
    "leaves to the reader what it cannot know: %s",
    (_, text) => {
      expect(fits(parseYaml(text, { uniqueKeys: false }))).toBe(true);
    },
  );

  it("knows every rule that is named here", () => {
    const rules = new Set(badFiles.map(({ rule }) => rule));
    expect([...readersAlone].filter((rule) => !rules.has(rule))).toEqual([]);
  });

  it.each([...shorthand, ...longhand])("accepts what the reader accepts: %s", (lines) => {
    const indented = lines.replaceAll("\n", "\n        ");
    const text = `platform: { name: Acme }\nservices:\n  beacon:\n    checks:\n      web:\n        ${indented}\n`;
    expect(accepts(text)).toBe(true);
    expect(fits(parseYaml(text)), JSON.stringify(fits.errors)).toBe(true);
  });

  it.each(["example.yaml", "starter.yaml"])("accepts %s, as the reader does", (name) => {
    const text = readFileSync(new URL(`../../src/platform-file/${name}`, import.meta.url), "utf8");
    expect(accepts(text)).toBe(true);
    expect(fits(parseYaml(text)), JSON.stringify(fits.errors)).toBe(true);
  });

  /** Values at the edge of each scalar's rule: both must say the same of every one. */
  const edges: [string, (value: string) => string, string[]][] = [
    [
      "interval",
      (value) => check(`http: https://beacon.example/, interval: ${value}`),
      ["1s", "24h", "1m30s", "1h1ms", "15", '""', "s", "1s1m", "1m1m", "1.5s", "-1s", "1 s", "null", "[1s]"],
    ],
    [
      "target",
      (value) => `platform: { name: Acme, commitment: { target: ${value} } }\nservices: {}`,
      ["99.99", '"99.99"', "100", '"100.0"', "0", '"0.0"', "100.1", '"100.1"', "none", "None", "true", "-1"],
    ],
    [
      "status",
      (value) => check(`http: { url: https://beacon.example/, expect: { status: ${value} } }`),
      [
        "100",
        "599",
        "99",
        "600",
        '"200"',
        "200-299",
        "200 - 299",
        "2xx",
        "6xx",
        "[]",
        "[200, 3xx]",
        "200.5",
        "ok",
      ],
    ],
    [
      "slug",
      (value) => `platform: { name: Acme }\nservices: {}\ngroups: { ${value}: Core }`,
      ["a", "a-b", "a--b", "-a", "a-", "A", "a_b", "1", '""', "a".repeat(63), "a".repeat(64)],
    ],
    [
      "host",
      (value) => check(`icmp: ${value}`),
      [
        "beacon",
        "beacon.example.",
        "_a.b",
        '"::1"',
        '"2001:db8::1"',
        "a..b",
        "-a",
        "a/b",
        '"a:1"',
        '""',
        "a b",
      ],
    ],
    [
      "host and port",
      (value) => check(`tcp: ${value}`),
      ["a:1", '"[::1]:1"', "a", '":1"', '"a:"', '"a:b"', '"::1"', '"a:1:2"'],
    ],
    [
      "parent",
      (value) =>
        `${check("icmp: a.example, parent: beacon/w").replace("beacon/w }", `${value} }, w: { icmp: b.example }`)}`,
      ["beacon/w", '"beacon/"', '"/w"', "Beacon/w", "beacon/w/x", "1"],
    ],
    [
      "confirm",
      (value) => check(`icmp: a.example, confirm: ${value}`),
      ["1", "100", "0", "101", "1.5", "{}", "{ down: 1, up: 100 }", "{ down: 0 }", "[1]", '"1"'],
    ],
    [
      "check-in",
      (value) => check(`check-in: ${value}`),
      [
        "1h",
        "0 3 * * *",
        '"@daily"',
        "15",
        "[1h]",
        "{}",
        "{ period: 1h }",
        "{ period: 1h, cron: 0 3 * * * }",
      ],
    ],
    [
      "header",
      (value) => check(`http: { url: https://beacon.example/, headers: { ${value} } }`),
      ["A: b", "A:", "A: 1", '"A B": c', "A: '${env:KEY}'", '"": a'],
    ],
    [
      "redirects",
      (value) => check(`http: { url: https://beacon.example/, redirects: ${value} }`),
      ["0", "20", "21", "-1", "1.5", '"1"', "true"],
    ],
  ];

  function check(keys: string): string {
    return `platform: { name: Acme }\nservices: { beacon: { checks: { web: { ${keys} } } } }`;
  }

  it.each(
    edges.flatMap(([what, file, values]) => values.map((value) => [what, value, file(value)] as const)),
  )("says of %s: %s what the reader says", (_, __, text) => {
    expect(fits(parseYaml(text, { stringKeys: true }))).toBe(accepts(text));
  });
});
