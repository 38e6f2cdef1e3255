import { describe, expect, it } from "vitest";
import { BadPlatformFile } from "../../src/platform-file/mistakes.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";
import { parse } from "./parsing.ts";

const file = (lines: string) =>
  `platform: { name: Acme, languages: [da, en] }
services: { beacon: { checks: { web: { http: "https://beacon.example" } } } }
incidents:
${lines}
`;
const rulesOf = (lines: string) => parse(file(lines)).settings.incidents;

describe("what a file says of incidents", () => {
  it("is left out where it is not said: the usual holds", () => {
    expect(rulesOf("  publish_after: never")).toEqual({ publishAfterMs: null });
    expect(rulesOf("  publish_after: 10m")).toEqual({ publishAfterMs: 600_000 });
  });

  it("names priorities in their order, with what each stands for (policy rule 26)", () => {
    expect(
      rulesOf(
        "  priorities: { high: { shows: major_outage, meaning: All are hit. }, low-one: { shows: operational } }",
      ),
    ).toEqual({
      priorities: [
        { slug: "high", title: "High", meaning: "All are hit.", shows: "major_outage" },
        { slug: "low-one", title: "Low one", meaning: "", shows: "operational" },
      ],
    });
  });

  it("gives ready-made words in several languages, or in the first of the page", () => {
    const lines = `  templates:
    sign-in: { title: Login fejler, message: { en: We look., da: Vi kigger. }, services: [beacon], priority: p1 }`;
    expect(rulesOf(lines)?.templates).toEqual([
      {
        ...{ slug: "sign-in", name: "Sign in", state: "investigating", priority: "p1", impact: null },
        ...{ title: { da: "Login fejler" }, message: { en: "We look.", da: "Vi kigger." } },
        services: ["beacon"],
      },
    ]);
  });

  it("says how badly each service is hit where they are hit differently", () => {
    const lines = `  templates:
    sign-in: { title: Login fejler, message: Vi kigger., services: { beacon: major_outage } }
    search: { title: Langsom, message: Vi kigger., services: { beacon: usual } }`;
    const told = rulesOf(lines)!.templates!.map(({ services, impacts }) => ({ services, impacts }));
    expect(told).toEqual([
      { services: ["beacon"], impacts: { beacon: "major_outage" } },
      { services: ["beacon"], impacts: undefined },
    ]);
  });

  it.each([
    ["publish_after: soon", "publish_after"],
    ["priorities: {}", "priorities"],
    ["priorities: { high: { title: High } }", "shows"],
    ["templates: { x: { title: T } }", "message"],
    ["templates: { x: { title: T, message: M, services: [beakon] } }", 'did you mean "beacon"'],
    ["templates: { x: { title: T, message: M, priority: p9 } }", 'there is no priority "p9"'],
    ["templates: { x: { title: T, message: { fr: M } } }", 'the page has no language "fr"'],
  ])("refuses %s, and says what is wrong", (line, told) => {
    let refusal: unknown;
    try {
      parsePlatformFile(file(`  ${line}`), { file: "platform.yaml", capabilities: { icmp: true } });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(BadPlatformFile);
    expect((refusal as Error).message).toContain(told);
  });
});
