import { expect, test } from "vitest";
import type { Segment } from "../../../../src/domain/monitoring/timeline.ts";
import { commitmentFrom } from "../../../../src/domain/sla/measure/commitment.ts";
import { tallier, timeIn } from "../../../../src/domain/sla/measure/downtime.ts";
import type { RolledUp } from "../../../../src/domain/sla/measure/measured-time.ts";

const utc = commitmentFrom({ targetPercent: "99.99", timeZone: "UTC", anchorDay: 1 });
const timeline: Segment[] = [
  { start: 0, end: 90_000, state: "down" },
  { start: 90_000, end: 150_000, state: "degraded" },
  { start: 150_000, end: 180_000, state: "unknown" },
];
const whole: RolledUp = [{ share: 1, timeline }];
const elapsed = [{ start: 30_000, end: 600_000 }];

test("time in a state is clipped to the times asked about, and weighed by its share", () => {
  expect(timeIn("down", whole, elapsed)).toBe(60_000);
  const third = { numerator: 1n, denominator: 3n };
  const weighted: RolledUp = [
    { share: third, timeline },
    { share: third, timeline: [{ start: 30_000, end: 30_001, state: "down" }] },
    { share: third, timeline: [] },
  ];
  expect(timeIn("down", weighted, elapsed)).toEqual({ numerator: 60_001n, denominator: 3n });
  expect(timeIn("unknown", weighted, elapsed)).toBe(10_000);
});

test.each([
  ["by the ms, with half of the degraded time", { degradedWeightPpm: 500_000 }, 90_000, 60_000, 570_000],
  // Of the first minute half is eligible; the second is half down, half degraded, and counts whole; the third is degraded for 30 s.
  [
    "by minutes, without the degraded time in them",
    { granularity: "minute_any", degradedWeightPpm: 500_000 },
    105_000,
    30_000,
    570_000,
  ],
  ["without unknown time in the denominator", { unknown: "remove" }, 60_000, 0, 540_000],
] as const)("downtime is counted %s", (_, clauses, downMs, degradedMs, eligibleMs) => {
  const count = tallier(elapsed, [], { ...utc, ...clauses });
  expect(count(whole)).toEqual({ downMs, degradedMs, eligibleMs, removedMs: 570_000 - eligibleMs });
});

test("a counted minute gives back the time in which every service is excluded", () => {
  const count = tallier(elapsed, [{ start: 100_000, end: 110_000 }], {
    ...utc,
    granularity: "minute_majority",
  });
  expect(count(whole).downMs).toBe(30_000 + 60_000 - 10_000);
});
