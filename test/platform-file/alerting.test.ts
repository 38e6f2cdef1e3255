import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "./parsing.ts";

const rulesOf = (lines: string) =>
  parse(`platform: { name: Acme, time_zone: Europe/Oslo }\nservices: {}\n${lines}\n`).settings.alertRules;

describe("who is called, in a platform file", () => {
  it("is not said where none of its sections stands", () => {
    expect(rulesOf("")).toBeUndefined();
  });

  it("has defaults for all that is not said", () => {
    expect(
      rulesOf(`
escalations: { duty: { steps: [{ tell: rota:platform }] } }
routes: { all: { escalation: duty } }
rotas: { platform: { members: [anna@acme.example] } }`),
    ).toEqual({
      routes: [
        {
          ...{
            slug: "all",
            services: [],
            groups: [],
            kinds: [],
            severities: [],
            hours: null,
            waitsFor: null,
          },
          escalation: "duty",
        },
      ],
      escalations: [
        {
          ...{ slug: "duty", title: "Duty" },
          steps: [{ afterMs: 0, unless: "acknowledged", tell: ["rota:platform"] }],
        },
      ],
      rotas: [
        {
          ...{ slug: "platform", title: "Platform", timeZone: "Europe/Oslo" },
          layers: [
            {
              members: [{ person: "anna@acme.example", channels: [] }],
              ...{ every: { count: 1, unit: "week" }, starts: "2024-01-01", handOver: "09:00", hours: null },
            },
          ],
        },
      ],
      management: [],
    });
  });

  it("lets the steps of an escalation begin again, as often and as late as it says", () => {
    const repeatOf = (lines: string) =>
      rulesOf(`management: [mail]\nescalations: { duty: { ${lines} } }`)!.escalations[0]!.repeat;
    const steps = "steps: [{ tell: management }, { after: 15m, tell: management }]";
    const withBoard = "steps: [{ tell: management }, { after: 4h, unless: over, tell: management }]";
    const minute = 60_000;
    expect(repeatOf(steps)).toBeUndefined();
    expect(repeatOf(`repeat: 3, ${steps}`)).toEqual({ times: 3, pauseMs: 15 * minute });
    expect(repeatOf(`repeat: 2, ${withBoard}`)).toEqual({ times: 2, pauseMs: 10 * minute });
    expect(repeatOf(`repeat: { times: 2, after: 5m }, ${steps}`)).toEqual({ times: 2, pauseMs: 5 * minute });
    expect(() => repeatOf(`repeat: 0, ${steps}`)).toThrow("from 1 to 20");
  });

  it("lets layers take over what their rota says, and say it anew", () => {
    const rules = rulesOf(`
calendars: { office: { hours: { mon-fri: 09:00-17:00 } } }
rotas:
  platform:
    every: 2 days
    hand_over: "07:30"
    time_zone: Europe/Paris
    layers:
      - { members: [{ person: p_0123456789abcdef, by: [mail, webhook] }], during: office }
      - { members: [bo@acme.example], outside: office, every: day }`);
    expect(rules!.rotas[0]).toMatchObject({
      timeZone: "Europe/Paris",
      layers: [
        {
          members: [{ person: "p_0123456789abcdef", channels: ["mail", "webhook"] }],
          ...{ every: { count: 2, unit: "day" }, handOver: "07:30" },
          hours: { calendar: "office", side: "inside" },
        },
        {
          every: { count: 1, unit: "day" },
          handOver: "07:30",
          hours: { calendar: "office", side: "outside" },
        },
      ],
    });
  });

  it("of the example calls the team at work, the duty at night, and management when it lasts", () => {
    const example = readFileSync("src/platform-file/example.yaml", "utf8");
    const { routes, escalations } = parse(example).settings.alertRules!;
    expect(routes.map(({ slug, escalation }) => `${slug} → ${escalation}`)).toEqual([
      "informing → team",
      "at-work → team",
      "at-night → duty",
    ]);
    expect(escalations.map(({ steps }) => steps.at(-1))).toEqual([
      { afterMs: 14_400_000, unless: "over", tell: ["management"] },
      { afterMs: 7_200_000, unless: "over", tell: ["management"] },
    ]);
  });
});
