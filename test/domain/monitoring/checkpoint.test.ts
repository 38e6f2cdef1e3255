import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alike } from "../../../src/domain/monitoring/checkpoint.ts";
import {
  beforeAnySample,
  type Checkpoint,
  type CheckSample,
  derivationFrom,
  takeSamples,
} from "../../../src/domain/monitoring/derivation.ts";

const rules = { staleAfterMs: 37_500, confirmDown: 2, confirmUp: 1, quorumFail: 2, minReporting: 2 };
const outcomes = ["ok", "ok", "ok", "fail", "slow", "probe_error"] as const;

/** Rounds of two locations, as far apart as told. */
const roundsFrom = (start: number, steps: readonly [number, number, number][]): CheckSample[] => {
  let at = start;
  return steps.flatMap(([gap, lisbon, osaka]) => {
    at += gap;
    // Now and then a clock is wrong.
    const skewed = (lisbon + osaka + gap / 15_000) % 5 === 0 ? { uncertaintyMs: 3_000 + (at % 7) } : {};
    return [
      { location: "lisbon", at, outcome: outcomes[lisbon]!, ...skewed },
      { location: "osaka", at: at + 1, outcome: outcomes[osaka]! },
    ];
  });
};
const anySteps = fc.array(
  fc.tuple(fc.constantFrom(15_000, 15_000, 15_000, 60_000), fc.nat({ max: 5 }), fc.nat({ max: 5 })),
  { minLength: 1, maxLength: 12 },
);

function fold(from: Checkpoint, samples: readonly CheckSample[]) {
  const step = takeSamples(derivationFrom(from), samples, () => rules, Number.MAX_SAFE_INTEGER);
  return { checkpoint: step.derivation.settled, put: step.put };
}

describe("two states that are alike", () => {
  it("say the same of whatever comes after", () => {
    let compared = 0;
    fc.assert(
      fc.property(anySteps, anySteps, anySteps, (one, other, after) => {
        const calm: [number, number, number][] = [
          [15_000, 0, 0],
          [15_000, 0, 0],
        ];
        const lengthOf = (steps: typeof one) => steps.reduce((sum, [gap]) => sum + gap, 0);
        const end = Math.max(lengthOf(one), lengthOf(other)) + 100_000;
        const a = fold(beforeAnySample, [...roundsFrom(end - lengthOf(one), one), ...roundsFrom(end, calm)]);
        const b = fold(beforeAnySample, [
          ...roundsFrom(end - lengthOf(other), other),
          ...roundsFrom(end, calm),
        ]);
        if (alike(a.checkpoint, b.checkpoint)) {
          compared++;
          const next = roundsFrom(a.checkpoint.through, after);
          expect(fold(a.checkpoint, next).put).toEqual(fold(b.checkpoint, next).put);
        }
      }),
      { numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(20);
  });

  it("are none while something is pending: a streak, an outage, silence", () => {
    const ok = fold(beforeAnySample, roundsFrom(0, [[15_000, 0, 0]])).checkpoint;
    expect(alike(ok, ok)).toBe(true);
    const failing = fold(ok, roundsFrom(ok.through, [[15_000, 3, 3]])).checkpoint;
    expect(alike(failing, failing)).toBe(false);
    const down = fold(
      ok,
      roundsFrom(ok.through, [
        [15_000, 3, 3],
        [15_000, 3, 3],
      ]),
    ).checkpoint;
    expect(down.state.reading).toBe("down");
    expect(alike(down, down)).toBe(false);
    expect(alike(beforeAnySample, beforeAnySample)).toBe(false);
  });

  it("agree also on what each location was last heard to say, and a state of before that was kept agrees by its latest samples", () => {
    const calm = roundsFrom(0, [
      [15_000, 0, 0],
      [15_000, 0, 0],
    ]);
    const failed = (at: number): CheckSample => ({ location: "osaka", at, outcome: "probe_error" });
    const spoke = fold(beforeAnySample, [...calm, { ...failed(40_000), outcome: "ok" }, failed(45_000)]);
    const silent = fold(beforeAnySample, [...calm, failed(40_000), failed(45_000)]);
    expect(alike(spoke.checkpoint, silent.checkpoint)).toBe(false);
    const { checkpoint } = fold(beforeAnySample, calm);
    const { heard: _, ...before } = checkpoint.state;
    expect(alike(checkpoint, { ...checkpoint, state: before })).toBe(true);
  });

  it("agree also on how far off the clock was that saw the last ok: it may yet bound an outage", () => {
    const seen = (uncertaintyMs?: number): CheckSample[] => [
      { location: "lisbon", at: 0, outcome: "ok", ...(uncertaintyMs === undefined ? {} : { uncertaintyMs }) },
      { location: "osaka", at: 0, outcome: "ok" },
      { location: "lisbon", at: 15_000, outcome: "probe_error" },
    ];
    const right = fold(beforeAnySample, seen());
    const wrong = fold(beforeAnySample, seen(9_000));
    expect(right.checkpoint.state.latest).toEqual(wrong.checkpoint.state.latest);
    expect(alike(right.checkpoint, wrong.checkpoint)).toBe(false);
    expect(alike(wrong.checkpoint, fold(beforeAnySample, seen(9_000)).checkpoint)).toBe(true);
  });
});
