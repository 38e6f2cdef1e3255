import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Outage, outageInterval, withUncertainty } from "../../../src/domain/monitoring/outage.ts";

const observation = { start: 0, end: 1000 };
const ended: Outage = { start: 100, end: 190, lastFailAt: 160, lastOkBeforeAt: 70, firstOkAfterAt: 190 };

it("is at least first to last failing round, at most last ok before to first ok after", () => {
  expect(outageInterval(ended, "lower", observation)).toEqual({ start: 100, end: 160 });
  expect(outageInterval(ended, "observed", observation)).toEqual({ start: 100, end: 190 });
  expect(outageInterval(ended, "upper", observation)).toEqual({ start: 70, end: 190 });
});

it("reaches to the edges of the observation where no ok round was seen", () => {
  const open: Outage = { ...ended, end: null, lastOkBeforeAt: null, firstOkAfterAt: null };
  expect(outageInterval(open, "observed", observation)).toEqual({ start: 100, end: 1000 });
  expect(outageInterval(open, "upper", observation)).toEqual({ start: 0, end: 1000 });
});

describe("an outage that wrong clocks saw", () => {
  const uncertain: Outage = { ...ended, uncertaintyMs: 20 };

  it("is at least shorter and at most longer by their uncertainty at both edges; observed stays", () => {
    expect(outageInterval(uncertain, "lower", observation)).toEqual({ start: 120, end: 140 });
    expect(outageInterval(uncertain, "observed", observation)).toEqual({ start: 100, end: 190 });
    expect(outageInterval(uncertain, "upper", observation)).toEqual({ start: 50, end: 210 });
  });

  it.each([
    [29, { start: 129, end: 131 }],
    [30, { start: 130, end: 130 }],
    [31, { start: 131, end: 131 }],
  ])("may not have been at all when the uncertainty eats it up: %i ms", (uncertaintyMs, expected) => {
    expect(outageInterval({ ...ended, uncertaintyMs }, "lower", observation)).toEqual(expected);
  });

  it("does not reach beyond the end of the observation, or what was not seen", () => {
    expect(outageInterval(uncertain, "upper", { start: 0, end: 200 }).end).toBe(200);
    const unseen = { ...uncertain, lastOkBeforeAt: null, firstOkAfterAt: null };
    expect(outageInterval(unseen, "upper", { start: 0, end: 200 })).toEqual({ start: 0, end: 200 });
  });

  it("lies with its lower within its observed and that within its upper interval (any outage)", () => {
    const gaps = fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(90));
    fc.assert(
      fc.property(gaps, ([before, failing, after, left, uncertaintyMs]) => {
        const start = 100 + before;
        const end = start + failing + after;
        const outage: Outage = {
          start,
          end,
          lastFailAt: start + failing,
          lastOkBeforeAt: 100,
          firstOkAfterAt: end,
          uncertaintyMs,
        };
        const observed = { start: 0, end: end + left };
        const [lower, seen, upper] = (["lower", "observed", "upper"] as const).map((figure) =>
          outageInterval(outage, figure, observed),
        );
        expect(lower!.end).toBeGreaterThanOrEqual(lower!.start);
        expect(lower!.start === lower!.end || lower!.end <= seen!.end).toBe(true);
        expect(lower!.start).toBeGreaterThanOrEqual(seen!.start);
        expect(upper!.start).toBeLessThanOrEqual(seen!.start);
        expect(upper!.end).toBeGreaterThanOrEqual(seen!.end);
      }),
    );
  });
});

it("keeps the worst uncertainty it was given, and says nothing of none", () => {
  expect(withUncertainty(ended, 0)).toEqual(ended);
  expect(withUncertainty({ ...ended, uncertaintyMs: 5 }, 3).uncertaintyMs).toBe(5);
  expect(withUncertainty({ ...ended, uncertaintyMs: 5 }, 7).uncertaintyMs).toBe(7);
});
