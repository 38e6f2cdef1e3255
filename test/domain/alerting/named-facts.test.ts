import { expect, it } from "vitest";
import { namedFacts, needsNames } from "../../../src/domain/alerting/named-facts.ts";

const names = {
  contracts: new Map([["acme-gold", "Acme, Gold"]]),
  locations: new Map([["osaka", "Osaka"]]),
  people: new Map([
    ["p_ann", "Ann"],
    ["p_eve", null],
  ]),
};

it("tells people by their names as long as they have one", () => {
  const told = ["p_ann", "p_eve", "Night token"].map((planner) => namedFacts({ planner }, names).planner);
  expect(told).toEqual(["Ann", null, "Night token"]);
});

it("tells contracts and locations by their names, and one that is gone by its slug", () => {
  expect(namedFacts({ contract: "acme-gold", title: "Beacon" }, names)).toEqual({
    ...{ contract: "Acme, Gold", title: "Beacon" },
  });
  expect(namedFacts({ probe: "osaka-1", location: "osaka" }, names).location).toBe("Osaka");
  expect(namedFacts({ location: "lisbon", contract: null }, names)).toEqual({
    location: "lisbon",
    contract: null,
  });
  expect([{ service: "beacon" }, { location: "osaka" }, { contract: null }].map(needsNames)).toEqual([
    false,
    true,
    false,
  ]);
});
