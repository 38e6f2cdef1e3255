import { describe, expect, test } from "vitest";
import type { Outage } from "../../../../src/domain/monitoring/outage.ts";
import type { Segment } from "../../../../src/domain/monitoring/timeline.ts";
import { withOutagesAt } from "../../../../src/domain/sla/measure/outage-length.ts";

const watched = { start: 0, end: 1000 };
const outage = (instants: Partial<Outage>): Outage => ({
  start: 100,
  end: 160,
  lastOkBeforeAt: 70,
  lastFailAt: 130,
  firstOkAfterAt: 160,
  ...instants,
});
const downFrom = (start: number, end: number): Segment => ({ start, end, state: "down" });

describe("an outage at its lower length", () => {
  test("is down from the first to the last failing round, and up after it", () => {
    expect(withOutagesAt("lower", [downFrom(100, 160)], [outage({})], watched)).toEqual([downFrom(100, 130)]);
  });

  test("vanishes when a single round failed", () => {
    expect(withOutagesAt("lower", [downFrom(100, 160)], [outage({ lastFailAt: 100 })], watched)).toEqual([]);
  });

  test("does not take away what another check saw", () => {
    const other = outage({ start: 120, end: 200, lastFailAt: 190, firstOkAfterAt: 200 });
    expect(withOutagesAt("lower", [downFrom(100, 200)], [outage({}), other], watched)).toEqual([
      downFrom(100, 190),
    ]);
  });

  test("leaves down time alone that no outage explains", () => {
    const segments = [downFrom(10, 20), downFrom(100, 160)];
    expect(withOutagesAt("lower", segments, [outage({})], watched)).toEqual([
      downFrom(10, 20),
      downFrom(100, 130),
    ]);
  });
});

describe("an outage at its upper length", () => {
  test("is down from the last ok round before to the first ok round after", () => {
    expect(withOutagesAt("upper", [downFrom(100, 160)], [outage({})], watched)).toEqual([downFrom(70, 160)]);
  });

  test("covers the unknown time in which the probe was silent, and no other", () => {
    const segments: Segment[] = [downFrom(100, 160), { start: 160, end: 500, state: "unknown" }];
    expect(withOutagesAt("upper", segments, [outage({ firstOkAfterAt: 400 })], watched)).toEqual([
      downFrom(70, 400),
      { start: 400, end: 500, state: "unknown" },
    ]);
  });

  test("reaches to the ends of observation where no ok round was seen", () => {
    const running = outage({ end: null, lastOkBeforeAt: null, firstOkAfterAt: null });
    expect(withOutagesAt("upper", [downFrom(100, 1000)], [running], watched)).toEqual([downFrom(0, 1000)]);
  });
});

test("an outage as observed changes nothing", () => {
  const segments: Segment[] = [downFrom(100, 160), { start: 160, end: 500, state: "unknown" }];
  expect(withOutagesAt("observed", segments, [outage({})], watched)).toEqual(segments);
});
