import fc from "fast-check";
import { expect, test } from "vitest";
import { readingStates, segmentsFrom, timesIn } from "../../../../src/domain/monitoring/timeline.ts";
import { commitmentFrom } from "../../../../src/domain/sla/measure/commitment.ts";
import { type CoveredService, measureServices } from "../../../../src/domain/sla/measure/measured-time.ts";
import { clip, intersect, measure, subtract, union } from "../../../../src/domain/time/interval.ts";

const utc = commitmentFrom({ targetPercent: "99.99", timeZone: "UTC", anchorDay: 1 });
const whole = { start: 0, end: 200 };
const stretches = fc
  .tuple(fc.nat({ max: 199 }), fc.integer({ min: 1, max: 60 }))
  .map(([start, lengthMs]) => ({ start, end: start + lengthMs }));
const services = fc
  .record({
    changes: fc.array(fc.record({ at: fc.nat({ max: 199 }), state: fc.constantFrom(...readingStates) }), {
      maxLength: 8,
    }),
    corrections: fc.array(
      fc
        .tuple(stretches, fc.constantFrom(...readingStates), fc.nat({ max: 5 }))
        .map(([interval, state, recordedAt]) => ({ ...interval, state, recordedAt })),
      { maxLength: 3 },
    ),
  })
  .map(({ changes, corrections }): CoveredService => ({
    id: "beacon",
    segments: segmentsFrom([{ at: 0, state: "up" as const }, ...changes.sort((a, b) => a.at - b.at)], whole),
    outages: [],
    observedFrom: null,
    corrections,
  }));

test("per service, up, degraded, down, unknown and excluded time are the whole time, for any exclusions", () => {
  fc.assert(
    fc.property(services, fc.array(stretches, { maxLength: 3 }), (service, some) => {
      const exclusions = some.map((interval) => ({ ...interval, services: "*" as const }));
      const { raw, left, excluded } = measureServices([service], utc, 0, 200, { windows: [], exclusions });
      const states = (["degraded", "down", "unknown"] as const).map((state) =>
        clip(timesIn(state, left[0]!.timeline), whole),
      );
      const nonUp = union(...states);
      const excludedTime = clip(excluded, whole);
      const upMs = measure(subtract(subtract([whole], nonUp), excludedTime));
      expect(intersect(nonUp, excludedTime)).toEqual([]);
      expect(upMs + measure(excludedTime) + states.reduce((sum, times) => sum + measure(times), 0)).toBe(200);
      // What is excluded was taken from what was measured, and nothing else was.
      for (const state of ["degraded", "down", "unknown"] as const) {
        expect(timesIn(state, left[0]!.timeline)).toEqual(
          subtract(timesIn(state, raw[0]!.timeline), excluded),
        );
      }
    }),
  );
});

test("outages of the bounds are corrected and excluded like those that count", () => {
  const outage = { start: 100, end: 150, lastFailAt: 140, lastOkBeforeAt: 90, firstOkAfterAt: 150 };
  const service: CoveredService = {
    id: "beacon",
    segments: [{ start: 100, end: 150, state: "down" }],
    outages: [outage],
    observedFrom: null,
    corrections: [{ start: 95, end: 110, state: "up", recordedAt: 0 }],
  };
  const exclusions = [{ start: 130, end: 145, services: "*" as const }];
  const { counted, lower, upper } = measureServices([service], utc, 0, 200, { windows: [], exclusions });
  const down = ({ 0: one }: typeof counted) => timesIn("down", one!.timeline);
  expect(down(counted)).toEqual([
    { start: 110, end: 130 },
    { start: 145, end: 150 },
  ]);
  expect(down(lower)).toEqual([{ start: 110, end: 130 }]);
  expect(down(upper)).toEqual([
    { start: 90, end: 95 },
    { start: 110, end: 130 },
    { start: 145, end: 150 },
  ]);
});
