import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Interval } from "../../../src/domain/time/interval.ts";
import { clip, intersect, measure, subtract, union } from "../../../src/domain/time/interval.ts";

const horizon = 40;
const intervals = fc.array(
  fc.tuple(fc.integer({ min: 0, max: horizon }), fc.integer({ min: 0, max: horizon })).map(([a, b]) => ({
    start: Math.min(a, b),
    end: Math.max(a, b),
  })),
  { maxLength: 8 },
);
const sets = intervals.map((some) => union(some));

/** The plain meaning of a set: which of the instants it covers. */
const covered = (set: readonly Interval[]) =>
  Array.from({ length: horizon }, (_, at) => set.some(({ start, end }) => start <= at && at < end));
const both = (a: Interval[], b: Interval[], combine: (x: boolean, y: boolean) => boolean) => {
  const ofB = covered(b);
  return covered(a).map((inA, at) => combine(inA, ofB[at]!));
};
const isSet = (set: readonly Interval[]) =>
  set.every(({ start, end }, i) => start < end && (i === 0 || set[i - 1]!.end < start));

describe("for any sets of intervals", () => {
  test("each operation covers exactly the instants its word says", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        expect(covered(union(a, b))).toEqual(both(a, b, (x, y) => x || y));
        expect(covered(intersect(a, b))).toEqual(both(a, b, (x, y) => x && y));
        expect(covered(subtract(a, b))).toEqual(both(a, b, (x, y) => x && !y));
      }),
    );
  });

  test("a result is again a set: in order, disjoint, touching ones merged", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        expect([union(a, b), intersect(a, b), subtract(a, b)].every(isSet)).toBe(true);
      }),
    );
  });

  test("what both cover and what only the first covers make up the first", () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        expect(union(intersect(a, b), subtract(a, b))).toEqual(a);
        expect(measure(intersect(a, b)) + measure(subtract(a, b))).toBe(measure(a));
        expect(measure(union(a, b))).toBe(measure(a) + measure(b) - measure(intersect(a, b)));
      }),
    );
  });

  test("order and overlap of what is put together do not matter, and nothing given is changed", () => {
    fc.assert(
      fc.property(intervals, (some) => {
        const before = structuredClone(some);
        expect(union([...some].reverse())).toEqual(union(some));
        expect(union(some, some)).toEqual(union(some));
        expect(some).toEqual(before);
      }),
    );
  });
});

test("an interval contains its start and not its end", () => {
  expect(clip([{ start: 0, end: 10 }], { start: 10, end: 20 })).toEqual([]);
  expect(clip([{ start: 0, end: 11 }], { start: 10, end: 20 })).toEqual([{ start: 10, end: 11 }]);
});

test("touching intervals become one, a gap of one ms keeps them apart", () => {
  expect(
    union([
      { start: 5, end: 7 },
      { start: 1, end: 5 },
    ]),
  ).toEqual([{ start: 1, end: 7 }]);
  expect(
    union([
      { start: 6, end: 7 },
      { start: 1, end: 5 },
    ]),
  ).toHaveLength(2);
});
