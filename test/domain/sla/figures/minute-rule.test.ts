import fc from "fast-check";
import { expect, test } from "vitest";
import { countedMinutes, type MinuteRule } from "../../../../src/domain/sla/figures/minute-rule.ts";
import { union } from "../../../../src/domain/time/interval.ts";

const rules: [MinuteRule, number][] = [
  ["minute_any", 1],
  ["minute_majority", 30_000],
  ["minute_full", 60_000],
];

test.each(rules)("%s counts a minute with %i ms of downtime, and none with one ms less", (rule, needed) => {
  expect(countedMinutes([{ start: 60_000, end: 60_000 + needed }], rule)).toEqual([
    { start: 60_000, end: 120_000 },
  ]);
  expect(
    countedMinutes(
      [{ start: 60_000, end: 60_000 + needed - 1 }].filter(({ start, end }) => start < end),
      rule,
    ),
  ).toEqual([]);
});

test("several outages within a minute are added up", () => {
  const flapping = [0, 20_000, 40_000].map((start) => ({ start, end: start + 10_000 }));
  expect(countedMinutes(flapping, "minute_majority")).toEqual([{ start: 0, end: 60_000 }]);
});

test("minutes before the epoch are minutes too", () => {
  expect(countedMinutes([{ start: -90_000, end: -60_001 }], "minute_any")).toEqual([
    { start: -120_000, end: -60_000 },
  ]);
});

test("is what adding up every minute's downtime comes to, for any outages", () => {
  const downs = fc
    .array(fc.tuple(fc.integer({ min: -200_000, max: 400_000 }), fc.integer({ min: 1, max: 150_000 })), {
      maxLength: 6,
    })
    .map((some) => union(some.map(([start, lengthMs]) => ({ start, end: start + lengthMs }))));
  fc.assert(
    fc.property(downs, fc.constantFrom(...rules), (down, [rule, needed]) => {
      const expected = [];
      for (let minute = -240_000; minute < 600_000; minute += 60_000) {
        const ms = down.reduce(
          (total, { start, end }) =>
            total + Math.max(0, Math.min(end, minute + 60_000) - Math.max(start, minute)),
          0,
        );
        if (ms >= needed) {
          expected.push({ start: minute, end: minute + 60_000 });
        }
      }
      expect(countedMinutes(down, rule)).toEqual(union(expected));
    }),
  );
});
