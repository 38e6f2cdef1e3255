import { describe, expect, test } from "vitest";
import { judgeTimes, availability } from "../../../../src/domain/sla/measure/availability.ts";
import { commitmentFrom } from "../../../../src/domain/sla/measure/commitment.ts";
import { cycleTimes, serviceHours } from "../../../../src/domain/sla/measure/cycle-times.ts";
import { measureServices } from "../../../../src/domain/sla/measure/measured-time.ts";
import { cycleOf } from "../../../../src/domain/time/billing-cycle.ts";

const commitment = commitmentFrom({ targetPercent: "99.99", timeZone: "UTC", anchorDay: 1 });
const cycle = cycleOf("2026-06", commitment);
const question = { cycle, startsAt: null, endsAt: null, asOf: null };
const beacon = {
  observedFrom: cycle.start,
  outages: [],
  segments: [
    { state: "down" as const, start: cycle.start - 60_000, end: cycle.start + 90_000 },
    { state: "unknown" as const, start: cycle.start + 3_600_000, end: cycle.start + 7_200_000 },
  ],
};

describe("the times of a cycle", () => {
  const times = cycleTimes(
    measureServices([beacon], commitment, cycle.start, cycle.end),
    commitment,
    question,
  );

  test("are what was measured within it, by the ms", () => {
    expect(times).toMatchObject({
      period: { start: cycle.start, end: cycle.end },
      provisional: false,
      serviceHoursMs: cycle.end - cycle.start,
      rawDownMs: 90_000,
      unknownMs: 3_600_000,
      counted: { downMs: 90_000 },
      allDown: { downMs: 3_690_000 },
      allUp: { downMs: 90_000 },
    });
  });

  test("are all that its availability is made of", () => {
    expect(judgeTimes(times, commitment)).toEqual(availability([beacon], commitment, question));
  });
});

test("around the clock, every period is service hours; an empty one has none", () => {
  expect(serviceHours(commitment, { start: 5, end: 9 })).toEqual([{ start: 5, end: 9 }]);
  expect(serviceHours(commitment, { start: 9, end: 9 })).toEqual([]);
});
