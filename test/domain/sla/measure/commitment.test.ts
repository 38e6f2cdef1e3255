import { expect, test } from "vitest";
import { InvalidInput } from "../../../../src/domain/errors.ts";
import { commitmentFrom, contradictionIn } from "../../../../src/domain/sla/measure/commitment.ts";
import { noMaintenanceExcluded } from "../../../../src/domain/sla/measure/exclusion.ts";
import { parseTarget } from "../../../../src/domain/sla/figures/ratio.ts";

const platform = { targetPercent: "99.99", timeZone: "Europe/Copenhagen", anchorDay: 1 };

test("a commitment without further clauses is the literal reading of the policies", () => {
  expect(commitmentFrom(platform)).toEqual({
    target: parseTarget("99.99"),
    timeZone: "Europe/Copenhagen",
    anchorDay: 1,
    rollUp: { kind: "any_down" },
    unknown: "up",
    granularity: "exact_ms",
    minOutageMs: 0,
    degradedWeightPpm: 0,
    outageFigure: "observed",
    serviceHours: null,
    maintenance: noMaintenanceExcluded,
    verdictRounding: null,
  });
});

test.each([
  [{ granularity: "minute_any" as const }, "granularity"],
  [{ minOutageMs: 1 }, "minOutageMs"],
  [{ unknown: "remove" as const }, "unknown"],
  [{ unknown: "down" as const }, undefined],
])("a weighted roll-up with %j contradicts itself in %s", (clauses, clause) => {
  const commitment = { ...commitmentFrom(platform), ...clauses };
  expect(contradictionIn({ ...commitment, rollUp: { kind: "weighted" } })?.clause).toBe(clause);
  expect(contradictionIn(commitment)).toBeNull();
});

test("a platform may promise nothing", () => {
  expect(commitmentFrom({ ...platform, targetPercent: null }).target).toBeNull();
});

test.each([
  ["a zone that does not exist", { timeZone: "Europe/Kopenhagen" }],
  ["a day no month has", { anchorDay: 32 }],
  ["day 0", { anchorDay: 0 }],
  ["half a day", { anchorDay: 1.5 }],
  ["a target above 100", { targetPercent: "101" }],
])("refuses %s", (_, wrong) => {
  expect(() => commitmentFrom({ ...platform, ...wrong })).toThrow(InvalidInput);
});
