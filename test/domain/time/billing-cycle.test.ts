import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidInput } from "../../../src/domain/errors.ts";
import {
  cycleContaining,
  cycleOf,
  cyclesBetween,
  nextCycle,
  previousCycle,
} from "../../../src/domain/time/billing-cycle.ts";

const at = Date.parse;
const zones = fc.constantFrom(
  "UTC",
  "Europe/Copenhagen",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Havana",
  "Pacific/Apia",
  "Africa/Cairo",
  "Australia/Lord_Howe",
  "Asia/Tehran",
);
const rules = fc.record({ timeZone: zones, anchorDay: fc.integer({ min: 1, max: 31 }) });
const instants = fc.integer({ min: at("1985-01-01"), max: at("2045-01-01") });

describe("a billing cycle", () => {
  test.each([
    [
      "anchor 30, January before a leap February",
      30,
      "2028-01",
      "2028-01-29T23:00:00Z",
      "2028-02-28T23:00:00Z",
      2_592_000_000,
    ],
    [
      "a leap February begins on its last day",
      30,
      "2028-02",
      "2028-02-28T23:00:00Z",
      "2028-03-29T22:00:00Z",
      2_588_400_000,
    ],
    [
      "and March is back at the anchor",
      30,
      "2028-03",
      "2028-03-29T22:00:00Z",
      "2028-04-29T22:00:00Z",
      2_678_400_000,
    ],
    ["anchor 31, 28 February", 31, "2026-02", "2026-02-27T23:00:00Z", "2026-03-30T22:00:00Z", 2_674_800_000],
    ["743 hours of March", 1, "2026-03", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", 743 * 3_600_000],
    ["745 hours of October", 1, "2026-10", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", 745 * 3_600_000],
    [
      "a December ends in the next year",
      15,
      "2026-12",
      "2026-12-14T23:00:00Z",
      "2027-01-14T23:00:00Z",
      744 * 3_600_000,
    ],
  ])("in Copenhagen: %s", (_, anchorDay, label, start, end, lengthMs) => {
    const cycle = cycleOf(label, { timeZone: "Europe/Copenhagen", anchorDay });
    expect(cycle).toEqual({ label, start: at(start), end: at(end) });
    expect(cycle.end - cycle.start).toBe(lengthMs);
  });

  test("starts after the gap where its midnight does not exist", () => {
    const rule = { timeZone: "America/Sao_Paulo", anchorDay: 4 };
    expect(cycleOf("2018-11", rule).start).toBe(at("2018-11-04T03:00:00Z"));
  });

  test("starts at the earlier midnight where there are two", () => {
    expect(cycleOf("2020-11", { timeZone: "America/Havana", anchorDay: 1 }).start).toBe(
      at("2020-11-01T04:00:00Z"),
    );
  });

  test("starts with the next day where its own was skipped", () => {
    expect(cycleOf("2011-12", { timeZone: "Pacific/Apia", anchorDay: 30 }).start).toBe(
      at("2011-12-30T10:00:00Z"),
    );
  });

  test("contains its first ms and not its end", () => {
    const rule = { timeZone: "Europe/Copenhagen", anchorDay: 1 };
    const cycle = cycleOf("2026-04", rule);
    expect(cycleContaining(cycle.start, rule).label).toBe("2026-04");
    expect(cycleContaining(cycle.start - 1, rule).label).toBe("2026-03");
    expect(cycleContaining(cycle.end - 1, rule).label).toBe("2026-04");
    expect(cycleContaining(cycle.end, rule).label).toBe("2026-05");
  });

  test.each(["2026-13", "2026-00", "2026-4", "26-04", "April", ""])("is not written %j", (label) => {
    expect(() => cycleOf(label, { timeZone: "UTC", anchorDay: 1 })).toThrow(InvalidInput);
  });
});

describe("in any zone, from any anchor", () => {
  test("cycles tile time: each begins where the one before ends, and every instant lies in exactly one", () => {
    fc.assert(
      fc.property(rules, instants, (rule, instant) => {
        const cycle = cycleContaining(instant, rule);
        expect(cycle.start <= instant && instant < cycle.end).toBe(true);
        expect(nextCycle(cycle, rule).start).toBe(cycle.end);
        expect(previousCycle(cycle, rule).end).toBe(cycle.start);
        expect(cycleOf(cycle.label, rule)).toEqual(cycle);
      }),
      { numRuns: 500 },
    );
  });

  test("an instant at the very edge of a cycle lies on its side of it", () => {
    fc.assert(
      fc.property(rules, instants, (rule, instant) => {
        const cycle = cycleContaining(instant, rule);
        expect(cycleContaining(cycle.start, rule)).toEqual(cycle);
        expect(cycleContaining(cycle.end - 1, rule)).toEqual(cycle);
        expect(cycleContaining(cycle.end, rule)).toEqual(nextCycle(cycle, rule));
      }),
    );
  });

  test("the cycles of a stretch of time cover it and no more", () => {
    fc.assert(
      fc.property(rules, instants, fc.integer({ min: 1, max: 500 * 86_400_000 }), (rule, from, lengthMs) => {
        const cycles = cyclesBetween(from, from + lengthMs, rule);
        expect(cycles[0]).toEqual(cycleContaining(from, rule));
        expect(cycles.at(-1)).toEqual(cycleContaining(from + lengthMs - 1, rule));
        expect(cycles.every((cycle, i) => i === 0 || cycles[i - 1]!.end === cycle.start)).toBe(true);
        expect(new Set(cycles.map((cycle) => cycle.label)).size).toBe(cycles.length);
      }),
    );
  });
});

test("an empty stretch of time has no cycles", () => {
  expect(cyclesBetween(5, 5, { timeZone: "UTC", anchorDay: 1 })).toEqual([]);
});
