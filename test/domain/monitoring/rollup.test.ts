import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addRollup,
  addSample,
  bucketStart,
  decodeLatency,
  emptyRollup,
  encodeLatency,
  percentile,
} from "../../../src/domain/monitoring/rollup.ts";

const times = fc.array(fc.double({ min: 0.1, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });

function rollupOf(list: number[]) {
  const rollup = emptyRollup();
  list.forEach((ms) => addSample(rollup, false, ms));
  return rollup;
}

describe("rollup", () => {
  it("gives percentiles within 2 % and a rounding of 0.1 ms of the exact ones", () => {
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.95, 0.99), (list, share) => {
        const exact = list.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(list.length * share)) - 1]!;
        expect(Math.abs(percentile(rollupOf(list), share)! - exact)).toBeLessThanOrEqual(
          exact * 0.021 + 0.06,
        );
      }),
    );
  });

  it("adds up: two buckets together say what one bucket of all samples says", () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const sum = rollupOf(a);
        addRollup(sum, rollupOf(b));
        const whole = rollupOf([...a, ...b]);
        expect(sum.count).toBe(whole.count);
        expect(encodeLatency(sum.latency)).toBe(encodeLatency(whole.latency));
      }),
    );
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(times, (list) => {
        const { latency } = rollupOf(list);
        expect(encodeLatency(decodeLatency(encodeLatency(latency)))).toBe(encodeLatency(latency));
        expect(decodeLatency(encodeLatency(latency)).size).toBe(latency.size);
      }),
    );
  });

  it("counts failures apart and times only answers", () => {
    const rollup = emptyRollup();
    addSample(rollup, true, 5000);
    addSample(rollup, false, null);
    expect(rollup).toEqual({ count: 2, failures: 1, latency: new Map() });
    expect(percentile(rollup, 0.5)).toBeNull();
  });

  it("aligns buckets to the epoch", () => {
    expect(bucketStart(Date.UTC(2026, 2, 1, 12, 7, 3), 300)).toBe(Date.UTC(2026, 2, 1, 12, 5));
    expect(bucketStart(Date.UTC(2026, 2, 1, 12, 7, 3), 86_400)).toBe(Date.UTC(2026, 2, 1));
  });
});
