import { describe, expect, it } from "vitest";
import { noAlertRules } from "../../../src/domain/alerting/alert-rules.ts";
import { parseTarget, reach, type Reachability } from "../../../src/domain/alerting/reach.ts";
import { openedAt } from "../../support/standing-alerts.ts";

const known: Reachability = {
  rules: {
    ...noAlertRules,
    management: ["board-mail", "board-sms"],
    rotas: [
      {
        ...{ slug: "platform", title: "Platform", timeZone: "UTC" },
        layers: [
          {
            members: [
              { person: "p_anna", channels: ["anna-phone"] },
              { person: "p_bo", channels: [] },
            ],
            ...{ every: { count: 1, unit: "day" }, starts: "2026-07-03", handOver: "08:00", hours: null },
          },
        ],
      },
    ],
  },
  overrides: [],
  openTimeOf: () => [],
  personOf: (name) => (["p_anna", "p_bo"].includes(name) ? name : undefined),
};
const day = 86_400_000;

describe("a target", () => {
  it.each([
    ["channel:ops-chat", { sort: "channel", name: "ops-chat" }],
    ["rota:platform", { sort: "rota", name: "platform" }],
    ["person:anna@acme.example", { sort: "person", name: "anna@acme.example" }],
    ["management", { sort: "management", name: "" }],
    ["ops-chat", null],
    ["channel:", null],
    ["channel:two words", null],
  ])("%s is read as %j", (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  it("leads to a channel, to management, to a person's own mail", () => {
    expect(reach("channel:ops-chat", known, openedAt)).toEqual([
      { channel: "ops-chat", target: null, person: null },
    ]);
    expect(reach("management", known, openedAt).map(({ channel }) => channel)).toEqual([
      "board-mail",
      "board-sms",
    ]);
    expect(reach("person:p_bo", known, openedAt)).toEqual([
      { channel: "person:p_bo", target: null, person: "p_bo" },
    ]);
  });

  it("leads to whoever is on duty then, by the channels that reach them", () => {
    expect(reach("rota:platform", known, openedAt)).toEqual([
      { channel: "anna-phone", target: "rota:platform", person: "p_anna" },
    ]);
    expect(reach("rota:platform", known, openedAt + day)).toEqual([
      { channel: "person:p_bo", target: "rota:platform", person: "p_bo" },
    ]);
  });

  it("leads nowhere where nobody is on duty or known so", () => {
    expect(reach("rota:platform", known, openedAt - day)).toEqual([]);
    expect(reach("rota:unknown", known, openedAt)).toEqual([]);
    expect(reach("person:p_gone", known, openedAt)).toEqual([]);
    expect(reach("nonsense", known, openedAt)).toEqual([]);
  });
});
