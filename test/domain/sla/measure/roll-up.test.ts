import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidInput } from "../../../../src/domain/errors.ts";
import type { CountingRule } from "../../../../src/domain/sla/measure/roll-up.ts";
import { nonUpTime, rollUpServices } from "../../../../src/domain/sla/measure/roll-up.ts";
import type { ReadingState, Segment } from "../../../../src/domain/monitoring/timeline.ts";
import { readingStates, segmentsFrom, timesIn } from "../../../../src/domain/monitoring/timeline.ts";
import { measure } from "../../../../src/domain/time/interval.ts";

const window = { start: 0, end: 40 };
const services = fc
  .array(
    fc
      .array(fc.record({ at: fc.integer({ min: 0, max: 40 }), state: fc.constantFrom(...readingStates) }), {
        maxLength: 6,
      })
      .map((some) =>
        nonUpTime(
          segmentsFrom([{ at: 0, state: "up" as const }, ...some.sort((a, b) => a.at - b.at)], window),
          window.end,
        ),
      ),
    { minLength: 1, maxLength: 4 },
  )
  .chain((timelines) =>
    fc.record({ timelines: fc.constant(timelines), k: fc.integer({ min: 1, max: timelines.length }) }),
  );
const stateAt = (timeline: readonly Segment[], at: number): ReadingState =>
  timeline.find(({ start, end }) => start <= at && at < end)?.state ?? "up";
const down = (timeline: readonly Segment[]) => measure(timesIn("down", timeline));
const whole = (state: ReadingState) => nonUpTime([{ ...window, state }], window.end);

describe("the roll-up of services", () => {
  test.each<[ReadingState[], CountingRule, ReadingState]>([
    [["down", "up", "up"], { kind: "any_down" }, "down"],
    [["unknown", "up", "degraded"], { kind: "any_down" }, "unknown"],
    [["degraded", "up", "up"], { kind: "any_down" }, "degraded"],
    [["down", "down", "up"], { kind: "k_of_n", k: 2 }, "down"],
    [["down", "unknown", "up"], { kind: "k_of_n", k: 2 }, "unknown"],
    [["down", "up", "up"], { kind: "k_of_n", k: 2 }, "degraded"],
    [["unknown", "up", "up"], { kind: "k_of_n", k: 2 }, "up"],
    [["down", "down", "down"], { kind: "all_down" }, "down"],
    [["down", "unknown", "down"], { kind: "all_down" }, "unknown"],
    [["down", "degraded", "down"], { kind: "all_down" }, "degraded"],
    [["down", "degraded", "unknown"], { kind: "k_of_n", k: 3 }, "degraded"],
    [["down", "degraded", "up"], { kind: "all_down" }, "up"],
    [["down", "degraded", "up"], { kind: "k_of_n", k: 3 }, "up"],
  ])("of %j under %j is %s", (states, rule, expected) => {
    expect(stateAt(rollUpServices(states.map(whole), rule), 7)).toBe(expected);
  });

  test("is, at every instant, what the counts of services then say", () => {
    fc.assert(
      fc.property(services, ({ timelines, k }) => {
        const rolledUp = rollUpServices(timelines, { kind: "k_of_n", k });
        for (let at = window.start; at < window.end; at++) {
          const states = timelines.map((timeline) => stateAt(timeline, at));
          const count = (state: ReadingState) => states.filter((some) => some === state).length;
          expect(stateAt(rolledUp, at) === "down").toBe(count("down") >= k);
          expect(stateAt(rolledUp, at) === "unknown").toBe(
            count("down") < k && count("down") + count("unknown") >= k,
          );
        }
      }),
    );
  });

  test("any_down is down at least as long as the worst service, all_down at most as long as the best", () => {
    fc.assert(
      fc.property(services, ({ timelines }) => {
        const each = timelines.map(down);
        expect(down(rollUpServices(timelines, { kind: "any_down" }))).toBeGreaterThanOrEqual(
          Math.max(...each),
        );
        expect(down(rollUpServices(timelines, { kind: "all_down" }))).toBeLessThanOrEqual(Math.min(...each));
      }),
    );
  });

  test("unknown time replaced per service beforehand, or in the result, comes to the same downtime", () => {
    const replaced = (timeline: Segment[], state: ReadingState) =>
      nonUpTime(
        timeline.map((segment) => (segment.state === "unknown" ? { ...segment, state } : segment)),
        window.end,
      );
    fc.assert(
      fc.property(services, ({ timelines, k }) => {
        const rule: CountingRule = { kind: "k_of_n", k };
        const rolledUp = rollUpServices(timelines, rule);
        for (const state of ["up", "down"] as const) {
          expect(
            down(
              rollUpServices(
                timelines.map((timeline) => replaced(timeline, state)),
                rule,
              ),
            ),
          ).toBe(down(replaced(rolledUp, state)));
        }
      }),
    );
  });

  test("does not depend on the order of the services", () => {
    fc.assert(
      fc.property(services, ({ timelines, k }) => {
        const rule: CountingRule = { kind: "k_of_n", k };
        expect(rollUpServices([...timelines].reverse(), rule)).toEqual(rollUpServices(timelines, rule));
      }),
    );
  });

  test.each<[number, CountingRule]>([
    [0, { kind: "any_down" }],
    [2, { kind: "k_of_n", k: 3 }],
    [2, { kind: "k_of_n", k: 0 }],
    [2, { kind: "k_of_n", k: 1.5 }],
  ])("of %i services refuses %j", (n, rule) => {
    expect(() =>
      rollUpServices(
        Array.from({ length: n }, () => []),
        rule,
      ),
    ).toThrow(InvalidInput);
  });
});

describe("the non-up time of a service", () => {
  test("is in order, touching stretches of one state are one, running ones end where asked", () => {
    expect(
      nonUpTime(
        [
          { start: 30, end: null, state: "unknown" },
          { start: 5, end: 9, state: "down" },
          { start: 9, end: 12, state: "down" },
          { start: 12, end: 20, state: "up" },
          { start: 20, end: 20, state: "down" },
        ],
        40,
      ),
    ).toEqual([
      { start: 5, end: 12, state: "down" },
      { start: 30, end: 40, state: "unknown" },
    ]);
  });

  test("is empty for a stretch that begins after the end asked for", () => {
    expect(nonUpTime([{ start: 50, end: null, state: "down" }], 40)).toEqual([]);
  });

  test.each([
    ["two that share a ms", 7, 6],
    ["one that runs on", null, 9],
  ])("is refused for %s", (_, end, start) => {
    expect(() =>
      nonUpTime(
        [
          { start: 1, end: end, state: "down" },
          { start, end: 12, state: "unknown" },
        ],
        40,
      ),
    ).toThrow("may not overlap");
  });
});
