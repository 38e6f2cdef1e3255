import { expect, it } from "vitest";
import { noAlertRules } from "../../../src/domain/alerting/alert-rules.ts";
import { withKnownPeople } from "../../../src/domain/alerting/known-people.ts";

const person = (id: string, more: object = {}) => ({
  ...{ id, role: "ops", mail: `${id}@acme.example`, deactivatedAt: null, erasedAt: null },
  ...more,
});
const people = [
  person("p_anna"),
  person("p_bo", { deactivatedAt: 1 }),
  person("p_cy", { erasedAt: 1, mail: null }),
  person("p_ada", { role: "customer" }),
];

it("people who work here and may come in can be called, by id or mail address, and nobody else", () => {
  const { personOf } = withKnownPeople(noAlertRules, people);
  expect(personOf("p_anna")).toBe("p_anna");
  expect(personOf("P_Anna@acme.example")).toBe("p_anna");
  expect(["p_bo", "p_cy", "p_ada", "p_ada@acme.example", "nobody"].map(personOf)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
});

it("members of rotas stand by their ids, those whom nobody knows as they were written", () => {
  const members = ["p_anna@acme.example", "later@acme.example"].map((one) => ({ person: one, channels: [] }));
  const layer = {
    members,
    every: { count: 1, unit: "day" as const },
    starts: "2026-07-03",
    handOver: "09:00",
    hours: null,
  };
  const rota = { slug: "platform", title: "Platform", timeZone: "UTC", layers: [layer] };
  const { rules } = withKnownPeople({ ...noAlertRules, rotas: [rota] }, people);
  expect(rules.rotas[0]!.layers[0]!.members.map((one) => one.person)).toEqual([
    "p_anna",
    "later@acme.example",
  ]);
});
