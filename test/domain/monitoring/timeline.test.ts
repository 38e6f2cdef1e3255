import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReadingChange, Segment } from "../../../src/domain/monitoring/timeline.ts";
import {
  clipTimeline,
  readingStates,
  rollUp,
  segmentsFrom,
  timeIn,
  timeInStates,
  timesIn,
} from "../../../src/domain/monitoring/timeline.ts";

const window = { start: 0, end: 60 };
const states = fc.constantFrom(...readingStates);
const changes = fc
  .array(fc.record({ at: fc.integer({ min: -5, max: 70 }), state: states }), { maxLength: 10 })
  .map((some) => some.sort((a, b) => a.at - b.at));
const checks = fc.array(
  fc.record({
    timeline: changes.map((some) => segmentsFrom(some, window)),
    activeFrom: fc.integer({ min: -10, max: 70 }),
    activeUntil: fc.option(fc.integer({ min: -10, max: 70 })),
  }),
  { maxLength: 4 },
);

const stateAt = (timeline: readonly Segment[], at: number) =>
  timeline.find(({ start, end }) => start <= at && at < end)?.state;
const tiles = (timeline: readonly Segment[], { start, end }: { start: number; end: number }) =>
  timeline[0]?.start === start &&
  timeline.at(-1)?.end === end &&
  timeline.every(
    (segment, i) =>
      segment.start < segment.end &&
      (i === 0 || (timeline[i - 1]!.end === segment.start && timeline[i - 1]!.state !== segment.state)),
  );

describe("the timeline of a check", () => {
  test("is unknown before the first change, and the last one holds", () => {
    const some: ReadingChange[] = [
      { at: 10, state: "up" },
      { at: 20, state: "down" },
      { at: 20, state: "degraded" },
      { at: 30, state: "degraded" },
    ];
    expect(segmentsFrom(some, window)).toEqual([
      { start: 0, end: 10, state: "unknown" },
      { start: 10, end: 20, state: "up" },
      { start: 20, end: 60, state: "degraded" },
    ]);
    expect(segmentsFrom([], window)).toEqual([{ start: 0, end: 60, state: "unknown" }]);
  });

  test("takes its first state from a change before the window and none from one after it", () => {
    const some: ReadingChange[] = [
      { at: -50, state: "down" },
      { at: -1, state: "up" },
      { at: 60, state: "down" },
    ];
    expect(segmentsFrom(some, window)).toEqual([{ start: 0, end: 60, state: "up" }]);
  });

  test("fills its window, whatever the changes", () => {
    fc.assert(
      fc.property(changes, (some) => {
        const timeline = segmentsFrom(some, window);
        expect(tiles(timeline, window)).toBe(true);
        for (let at = window.start; at < window.end; at++) {
          expect(stateAt(timeline, at)).toBe(some.findLast((change) => change.at <= at)?.state ?? "unknown");
        }
      }),
    );
  });
});

describe("the timeline of a service", () => {
  const whole = (state: Segment["state"]) => ({
    timeline: [{ ...window, state }],
    activeFrom: 0,
    activeUntil: null,
  });

  test.each([
    [["up", "down", "unknown"], "down"],
    [["up", "unknown", "degraded"], "unknown"],
    [["up", "degraded"], "degraded"],
    [["up", "up"], "up"],
    [[], "unknown"],
  ] as const)("of checks that are %j is %s", (of, state) => {
    expect(rollUp(of.map(whole), window)).toEqual([{ ...window, state }]);
  });

  test("hears a check only while it is active", () => {
    const retired = { ...whole("down"), activeUntil: 20 };
    const successor = { ...whole("up"), activeFrom: 15 };
    expect(rollUp([retired, successor], window)).toEqual([
      { start: 0, end: 20, state: "down" },
      { start: 20, end: 60, state: "up" },
    ]);
  });

  test("is, at every instant, what its active checks say then", () => {
    fc.assert(
      fc.property(checks, (some) => {
        const service = rollUp(some, window);
        expect(tiles(service, window)).toBe(true);
        for (let at = window.start; at < window.end; at++) {
          const said = some
            .filter((check) => check.activeFrom <= at && at < (check.activeUntil ?? Infinity))
            .map((check) => stateAt(check.timeline, at));
          const expected =
            (["down", "unknown", "degraded", "up"] as const).find((state) => said.includes(state)) ??
            "unknown";
          expect(stateAt(service, at)).toBe(expected);
        }
      }),
    );
  });

  test("does not depend on the order of its checks", () => {
    fc.assert(
      fc.property(checks, (some) => {
        expect(rollUp([...some].reverse(), window)).toEqual(rollUp(some, window));
      }),
    );
  });
});

describe("time in states", () => {
  const timelines = changes.map((some) => segmentsFrom(some, window));
  const parts = fc.uniqueArray(fc.integer({ min: 1, max: 59 }), { maxLength: 5 }).map((cuts) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), 60];
    return edges.slice(1).map((end, i) => ({ start: edges[i]!, end }));
  });

  test("adds up to the window, and over its parts to the whole", () => {
    fc.assert(
      fc.property(timelines, parts, (timeline, days) => {
        const perDay = timeInStates(timeline, days);
        for (const [i, day] of days.entries()) {
          expect(readingStates.reduce((sum, state) => sum + perDay[i]![state], 0)).toBe(day.end - day.start);
        }
        for (const state of readingStates) {
          expect(perDay.reduce((sum, times) => sum + times[state], 0)).toBe(timeIn(state, timeline, window));
        }
      }),
    );
  });

  test("a clipped timeline says the same inside and nothing outside", () => {
    fc.assert(
      fc.property(
        timelines,
        fc.integer({ min: -5, max: 65 }),
        fc.integer({ min: -5, max: 65 }),
        (timeline, a, b) => {
          const to = { start: Math.min(a, b), end: Math.max(a, b) };
          const clipped = clipTimeline(timeline, to);
          for (let at = -5; at < 65; at++) {
            expect(stateAt(clipped, at)).toBe(
              to.start <= at && at < to.end ? stateAt(timeline, at) : undefined,
            );
          }
        },
      ),
    );
  });

  test("the times in a state are a set", () => {
    expect(
      timesIn("down", [
        { start: 0, end: 5, state: "down" },
        { start: 5, end: 7, state: "up" },
        { start: 7, end: 9, state: "down" },
      ]),
    ).toEqual([
      { start: 0, end: 5 },
      { start: 7, end: 9 },
    ]);
  });
});
