import { expect, it } from "vitest";
import { escalationsDue, escalationsFor } from "../../../src/domain/support/escalation.ts";
import type { ClockHistory } from "../../../src/domain/support/response-clock.ts";

const steps = [
  { to: "Management", afterMs: 1_000, priorities: ["critical", "serious"] },
  { to: "Customer Success Manager", afterMs: null, priorities: [] },
];
const history = (over: Partial<ClockHistory> = {}): ClockHistory => ({
  ...{
    openedAt: 0,
    priorities: [{ at: 0, priority: "serious" }],
    pauses: [],
    answeredAt: null,
    resolvedAt: null,
  },
  ...over,
});
const due = (h: ClockHistory, now: number, taken: string[] = []) =>
  escalationsDue(steps, h, taken, now).map(({ to }) => to);

it("a step is due when nobody has helped for so long, once", () => {
  expect([due(history(), 999), due(history(), 1_000)]).toEqual([[], ["Management"]]);
  expect(due(history({ answeredAt: 10 }), 1_000)).toEqual(["Management"]);
  expect(due(history(), 2_000, ["Management"])).toEqual([]);
  expect(due(history({ resolvedAt: 500 }), 1_000)).toEqual([]);
  expect(due(history(), -5)).toEqual([]);
});

it("time in which we waited for the customer does not count", () => {
  const paused = history({ pauses: [{ start: 100, end: 600 }] });
  expect([due(paused, 1_499), due(paused, 1_500)]).toEqual([[], ["Management"]]);
  expect(due(history({ pauses: [{ start: 100, end: null }] }), 9_000)).toEqual([]);
});

it("a step is for its priorities only; one without a figure is taken by a person", () => {
  expect(due(history({ priorities: [{ at: 0, priority: "less-serious" }] }), 5_000)).toEqual([]);
  expect(escalationsFor(steps, "serious").map(({ to }) => to)).toEqual([
    "Management",
    "Customer Success Manager",
  ]);
  expect(escalationsFor(steps, null).map(({ to }) => to)).toEqual(["Customer Success Manager"]);
});
