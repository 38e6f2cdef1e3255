import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outcomes } from "../../probes/protocol.ts";
import type { CheckSample } from "../../src/domain/monitoring/derivation.ts";
import { openTape } from "../../src/evidence/sample-tape.ts";

const samples = fc.array(
  fc
    .record({
      location: fc.constantFrom("lisbon", "osaka"),
      at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
      outcome: fc.constantFrom(...outcomes),
      uncertaintyMs: fc.option(fc.integer({ min: 1, max: 60_000 }), { nil: undefined }),
    })
    .map(({ uncertaintyMs, ...sample }): CheckSample =>
      uncertaintyMs === undefined ? sample : { ...sample, uncertaintyMs },
    ),
  { maxLength: 400 },
);

const text = (all: readonly CheckSample[]) =>
  all.map(({ at, location, outcome, uncertaintyMs = 0 }) => `${at} ${location} ${outcome} ${uncertaintyMs}`);

describe("the tape of samples", () => {
  it("gives back all that was put on it, check by check in order of time, in whatever order it came", () => {
    fc.assert(
      fc.property(samples, samples, (one, other) => {
        const tape = openTape();
        one.forEach((sample) => tape.put(1, sample));
        other.forEach((sample) => tape.put(2, sample));
        const read = [...tape.read(1)].flat();
        expect(text(read).sort()).toEqual(text(one).sort());
        expect(read.every(({ at }, i) => i === 0 || at >= read[i - 1]!.at)).toBe(true);
        expect([...tape.read(3)]).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("never parts the samples of one instant, and keeps a sample in a few bytes", () => {
    const tape = openTape();
    const count = 20_000;
    for (const location of ["lisbon", "osaka"]) {
      for (let i = 0; i < count; i++) {
        tape.put(1, { location, at: i * 15_000, outcome: "ok" });
      }
    }
    const parts = [...tape.read(1)];
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.flat()).toHaveLength(2 * count);
    for (const [i, part] of parts.entries()) {
      expect(part.at(-1)!.at).not.toBe(parts[i + 1]?.[0]?.at);
    }
  });
});
