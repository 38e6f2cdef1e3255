import { expect, it } from "vitest";
import { type ClockedIncident, clockHistoryOfIncident } from "../../../src/domain/support/incident-clock.ts";
import { clausesOf } from "../../support/contracts.ts";

const pindena = clausesOf("policy: pindena-no").support!;
const covered = new Set(["beacon"]);
const impact = (
  start: number,
  end: number | null,
  what: "partial_outage" | "major_outage",
  serviceSlug = "beacon",
) => ({
  ...{ serviceSlug, impact: what, start, end },
});
const words = (state: "investigating" | "resolved", at: number) => ({
  state,
  at,
  message: "…",
  author: "ops",
});
const incident = (over: Partial<ClockedIncident> = {}): ClockedIncident =>
  ({
    startedAt: 100,
    resolvedAt: null,
    updates: [words("investigating", 160)],
    impacts: [impact(100, null, "partial_outage")],
    ...over,
  }) as ClockedIncident;
const read = (one: ClockedIncident) => clockHistoryOfIncident(one, pindena, covered);

it("an incident begins with its trouble, and is answered by its first public words", () => {
  expect(read(incident())).toMatchObject({ openedAt: 100, answeredAt: 160, resolvedAt: null, pauses: [] });
});

it("its priority is the contract's of that name, else the one that shows the same state", () => {
  expect(read(incident({ priority: "less-serious" })).priorities).toEqual([
    { at: 100, priority: "less-serious" },
  ]);
  expect(read(incident({ priority: "p2" })).priorities).toEqual([{ at: 100, priority: "serious" }]);
  expect(read(incident()).priorities).toEqual([{ at: 100, priority: "serious" }]);
});

it("its priority follows its impact on what the contract covers, and stays when the impact is over", () => {
  const impacts = [
    impact(100, 200, "partial_outage"),
    impact(200, 300, "major_outage"),
    impact(120, null, "major_outage", "lamp"),
  ];
  expect(read(incident({ impacts })).priorities).toEqual([
    { at: 100, priority: "serious" },
    { at: 200, priority: "critical" },
  ]);
  expect(read(incident({ impacts: [] })).priorities).toEqual([{ at: 100, priority: null }]);
});

it("its clocks stand still from being called resolved until it is opened again", () => {
  const updates = [words("investigating", 160), words("resolved", 400), words("investigating", 500)];
  expect(read(incident({ updates } as never)).pauses).toEqual([{ start: 400, end: 500 }]);
});
