import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { languages } from "../../src/platform-file/words.ts";
import { parse, parseCheck } from "./parsing.ts";

const web = "http: https://beacon.example/";
const places = "locations: { lisbon: Lisbon, osaka: Osaka }\n";

describe("a platform file", () => {
  it("needs little more than a name and a check", () => {
    expect(parse(`platform: { name: Acme }\nservices: { web-app: { checks: { web: { ${web} } } } }`)).toEqual(
      {
        settings: {
          name: "Acme",
          address: null,
          timeZone: "UTC",
          languages: ["en"],
          commitment: { targetPercent: "99.99", anchorDay: 1 },
        },
        locations: [{ slug: "local", title: "Local" }],
        groups: [],
        services: [
          {
            slug: "web-app",
            title: "Web app",
            description: "",
            group: null,
            checks: [
              {
                slug: "web",
                target: expect.objectContaining({ kind: "http" }),
                intervalMs: 15_000,
                timeoutMs: 10_000,
                slowAboveMs: null,
                family: "any",
                locations: ["local"],
                confirmDown: 2,
                confirmUp: 1,
                quorumFail: null,
                counts: true,
                parent: null,
              },
            ],
          },
        ],
      },
    );
  });

  it("says everything of the platform", () => {
    const { settings } = parse(`
platform:
  name: Acme
  address: https://status.acme.example/
  time_zone: Europe/Copenhagen
  languages: [da, en, da]
  commitment: { target: 99.990, anchor_day: 31 }
services: {}
`);
    expect(settings).toEqual({
      name: "Acme",
      address: "https://status.acme.example",
      timeZone: "Europe/Copenhagen",
      languages: ["da", "en"],
      commitment: { targetPercent: "99.990", anchorDay: 31 },
    });
  });

  it.each([
    ["none", null],
    ['"99.95"', "99.95"],
    ["100", "100"],
    ["0.000000001", "0.000000001"],
  ])("promises a target of %s", (written, targetPercent) => {
    const text = `platform: { name: Acme, commitment: { target: ${written} } }\nservices: {}`;
    expect(parse(text).settings.commitment.targetPercent).toBe(targetPercent);
  });

  it("tells of a week on Monday at seven, in the first language of the platform, where the report says no more", () => {
    const report = (said: string) =>
      parse(`platform: { name: Acme, languages: [da, en], operations_report: { ${said} } }\nservices: {}\n`)
        .settings.operationsReport;
    expect(report("to: [lea@acme.example, lea@acme.example]")).toEqual({
      ...{ to: ["lea@acme.example"], day: "mon", at: "07:00", language: "da" },
    });
    expect(report('to: [lea@acme.example], day: friday, at: "15:30", language: fr')).toMatchObject({
      ...{ day: "fri", at: "15:30", language: "fr" },
    });
  });

  it("may name the languages that the page has words in", () => {
    const wanted = languages.map((code) => `${code}.json`).sort();
    for (const folder of ["", "reports/"]) {
      const files = readdirSync(new URL(`../../views/locales/${folder}`, import.meta.url));
      expect(files.filter((name) => name.endsWith(".json")).sort()).toEqual(wanted);
    }
  });

  it("keeps the order of services and groups, also of slugs that are numbers", () => {
    const { services, groups } = parse(
      "platform: { name: Acme }\ngroups: { z: Zed, 10: Ten, 9: { title: Nine, description: The ninth. } }\n" +
        `services: { b: { checks: { web: { ${web} } } }, 2: { group: 10, checks: { 1: { ${web} } } } }`.replace(
          "group: 10",
          'group: "10"',
        ),
    );
    expect(groups).toEqual([
      { slug: "z", title: "Zed", description: "" },
      { slug: "10", title: "Ten", description: "" },
      { slug: "9", title: "Nine", description: "The ninth." },
    ]);
    expect(services.map(({ slug, group }) => [slug, group])).toEqual([
      ["b", null],
      ["2", "10"],
    ]);
  });

  it("may hold anything under keys that begin with x-, for anchors", () => {
    const text = `platform: { name: Acme }\nx-web: &web { ${web} }\nservices: { beacon: { checks: { web: *web } } }`;
    expect(parse(text).services[0]?.checks[0]?.target).toMatchObject({ url: "https://beacon.example/" });
  });
});

describe("a check", () => {
  it("says what it wants", () => {
    const check = parseCheck(
      `${web}
interval: 1h30m
timeout: 60s
slow_above: 500ms
family: ipv6
locations: [osaka, lisbon]
confirm: { down: 3, up: 2, locations: 1 }
counts: false`,
      places,
    );
    expect(check).toMatchObject({
      intervalMs: 5_400_000,
      timeoutMs: 60_000,
      slowAboveMs: 500,
      family: "ipv6",
      locations: ["osaka", "lisbon"],
      confirmDown: 3,
      confirmUp: 2,
      quorumFail: 1,
      counts: false,
    });
  });

  it("has the defaults of the file where it says nothing", () => {
    const defaults = `${places}defaults: { interval: 1m, timeout: 20s, slow_above: 1s, family: ipv4, locations: osaka, confirm: { down: 4, up: 3 } }`;
    expect(parseCheck(`${web}\nconfirm: 5`, defaults)).toMatchObject({
      intervalMs: 60_000,
      timeoutMs: 20_000,
      slowAboveMs: 1_000,
      family: "ipv4",
      locations: ["osaka"],
      confirmDown: 5,
      confirmUp: 3,
    });
  });

  it("can take a default back", () => {
    const check = parseCheck(`${web}\nslow_above: never`, "defaults: { slow_above: 1s }");
    expect(check.slowAboveMs).toBeNull();
  });

  it("cuts a default timeout to its interval, and drops a threshold that could never be passed", () => {
    const check = parseCheck(`${web}\ninterval: 2s`, "defaults: { timeout: 5s, slow_above: 3s }");
    expect(check).toMatchObject({ timeoutMs: 2_000, slowAboveMs: null });
  });

  it.each([
    ["1s", 1_000],
    ["10s", 10_000],
    ["24h", 10_000],
  ])("with an interval of %s waits 10 s or as long as the interval", (interval, timeoutMs) => {
    expect(parseCheck(`${web}\ninterval: ${interval}`).timeoutMs).toBe(timeoutMs);
  });

  it("is asked from all locations", () => {
    expect(parseCheck(web, places).locations).toEqual(["lisbon", "osaka"]);
  });

  it("that a job calls hears it in one location, the first", () => {
    expect(parseCheck("check-in: 1h", places).locations).toEqual(["lisbon"]);
    expect(parseCheck("check-in: 1h\nlocations: osaka", places).locations).toEqual(["osaka"]);
  });

  it("needs no more locations that see a failure than ask", () => {
    const defaults = `${places}defaults: { confirm: { locations: 2 } }`;
    expect(parseCheck(web, defaults).quorumFail).toBe(2);
    expect(parseCheck(`${web}\nlocations: osaka`, defaults).quorumFail).toBe(1);
  });

  it("of a certificate does not count and is asked by the hour, unless told to", () => {
    expect(parseCheck("tls: beacon.example")).toMatchObject({ counts: false, intervalMs: 3_600_000 });
    expect(parseCheck("tls: beacon.example\ncounts: true\ninterval: 1m")).toMatchObject({
      counts: true,
      intervalMs: 60_000,
    });
  });

  it("names its parent whole, or by its service alone where that has one check", () => {
    const { services } = parse(
      `platform: { name: Acme }\nservices:\n  a: { checks: { x: { ${web}, parent: b }, y: { ${web}, parent: a/x } } }\n  b: { checks: { z: { ${web} } } }`,
    );
    expect(services[0]?.checks.map(({ parent }) => parent)).toEqual(["b/z", "a/x"]);
  });
});
