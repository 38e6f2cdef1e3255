import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../probes/protocol.ts";
import type { CheckRules } from "../../../src/domain/monitoring/check.ts";
import {
  observeInstant,
  observeRound,
  observeUntil,
  readingAt,
  unobserved,
} from "../../../src/domain/monitoring/confirmation.ts";
import type { ConfirmationState } from "../../../src/domain/monitoring/confirmation-state.ts";
import { type Outage, outageInterval } from "../../../src/domain/monitoring/outage.ts";
import type { ReadingChange } from "../../../src/domain/monitoring/timeline.ts";

const second = 1000;
const rules: CheckRules = {
  staleAfterMs: 75 * second,
  confirmDown: 2,
  confirmUp: 1,
  quorumFail: 1,
  minReporting: 1,
};

interface Replay {
  changes: ReadingChange[];
  outages: Outage[];
  state: ConfirmationState;
}

/** Folds rounds given as [second, outcome per location], and ends the observation at `until` (seconds). */
function replay(
  rounds: [number, Record<string, Outcome>][],
  until: number | null,
  given: Partial<CheckRules> = {},
): Replay {
  const all = { ...rules, ...given };
  const changes = new Map<number, ReadingChange>();
  const outages = new Map<number, Outage>();
  let state = unobserved;
  const keep = (step: ReturnType<typeof observeRound>) => {
    state = step.state;
    step.changes.forEach((change) => changes.set(change.at, change));
    step.outages.forEach((outage) => outages.set(outage.start, outage));
  };
  for (const [at, reports] of rounds) {
    keep(observeRound(state, { at: at * second, reports }, all));
  }
  if (until !== null) {
    keep(observeUntil(state, until * second, all));
  }
  return {
    changes: [...changes.values()].map(({ at, state }) => ({ at: at / second, state })),
    outages: [...outages.values()],
    state,
  };
}

/** One location's outcomes every 30 s, written as letters: o ok, s slow, f fail, e probe_error, "." not asked. */
function every30(letters: string): [number, Record<string, Outcome>][] {
  const outcome = { o: "ok", s: "slow", f: "fail", e: "probe_error" } as const;
  return [...letters].flatMap((letter, i): [number, Record<string, Outcome>][] =>
    letter === "." ? [] : [[i * 30, { lisbon: outcome[letter as keyof typeof outcome] }]],
  );
}

function delivered(outcomes: Record<string, Outcome>) {
  return Object.entries(outcomes).map(([location, outcome]) => ({ location, outcome }));
}

function lengths(outage: Outage, untilS: number) {
  const observation = { start: 0, end: untilS * second };
  return (["lower", "observed", "upper"] as const).map((figure) => {
    const { start, end } = outageInterval(outage, figure, observation);
    return (end - start) / second;
  });
}

describe("confirmation", () => {
  it("a location that is none of the check's has no vote, and its samples make no rounds", () => {
    const ofTwo: CheckRules = { ...rules, quorumFail: 2, minReporting: 2, locations: ["lisbon", "osaka"] };
    let step = observeInstant(unobserved, 0, delivered({ lisbon: "ok", osaka: "ok", porto: "ok" }), ofTwo);
    step = observeInstant(step.state, 15 * second, delivered({ lisbon: "fail", porto: "fail" }), ofTwo);
    const before = step.state;
    step = observeInstant(before, 16 * second, delivered({ porto: "fail" }), ofTwo);
    expect(step).toEqual({ state: before, changes: [], outages: [], silences: [] });
    step = observeInstant(before, 30 * second, delivered({ lisbon: "fail" }), ofTwo);
    expect(step.state.reading).toBe("up");
  });

  it("a location that was taken away from a check votes no longer", () => {
    const [two, one] = [["lisbon", "osaka"], ["lisbon"]].map((locations) => ({ ...rules, locations }));
    let step = observeInstant(unobserved, 0, delivered({ lisbon: "ok", osaka: "fail" }), two!);
    step = observeInstant(step.state, second, delivered({ lisbon: "ok" }), one!);
    step = observeInstant(step.state, 2 * second, delivered({ lisbon: "ok" }), one!);
    expect(step.state).toMatchObject({ reading: "up", down: { streak: 0 }, lastOkAt: 2 * second });
  });

  it("confirms two failing rounds and back-dates to the first: at least 60 s, observed 90 s, at most 120 s", () => {
    const { changes, outages } = replay(every30("offfoo"), 180);
    expect(changes).toEqual([
      { at: 0, state: "up" },
      { at: 30, state: "down" },
      { at: 120, state: "up" },
    ]);
    expect(outages.map((outage) => lengths(outage, 180))).toEqual([[60, 90, 120]]);
  });

  it("ends an outage when the probe falls silent; the upper length reaches over the gap to the first ok", () => {
    const { changes, outages } = replay(
      [
        [0, { lisbon: "ok" }],
        [30, { lisbon: "fail" }],
        [60, { lisbon: "fail" }],
        [660, { lisbon: "ok" }],
        [690, { lisbon: "ok" }],
      ],
      720,
    );
    expect(changes).toEqual([
      { at: 0, state: "up" },
      { at: 30, state: "down" },
      { at: 135, state: "unknown" },
      { at: 660, state: "up" },
    ]);
    expect(outages.map((outage) => lengths(outage, 720))).toEqual([[30, 105, 660]]);
  });

  it("asks a quorum of locations: one that fails alone is not down", () => {
    const outcome = (letter: string): Outcome => (letter === "f" ? "fail" : "ok");
    const rounds = ["ooo", "foo", "ffo", "fff", "off", "oof", "ooo"].map(
      (letters, i): [number, Record<string, Outcome>] => [
        i * 30,
        { lisbon: outcome(letters[0]!), osaka: outcome(letters[1]!), lima: outcome(letters[2]!) },
      ],
    );
    const { changes, outages } = replay(rounds, 210, { quorumFail: 2, minReporting: 2 });
    expect(changes).toEqual([
      { at: 0, state: "up" },
      { at: 60, state: "down" },
      { at: 150, state: "up" },
    ]);
    expect(outages.map((outage) => lengths(outage, 210))).toEqual([[60, 90, 120]]);
  });

  it("takes an unconfirmed failure after an ok for up, and keeps it as evidence", () => {
    const { changes, outages, state } = replay(every30("ofofo"), 150);
    expect(changes).toEqual([{ at: 0, state: "up" }]);
    expect(outages).toEqual([]);
    expect(state.unconfirmedFailRounds).toBe(2);
  });

  it("takes unconfirmed failures at the start for up when an ok follows, else for unknown", () => {
    expect(replay(every30("foo"), 90).changes).toEqual([{ at: 0, state: "up" }]);
    expect(replay(every30("f"), 300).changes).toEqual([]);
    expect(replay(every30("ff"), 60).changes).toEqual([{ at: 0, state: "down" }]);
  });

  it("passes over inconclusive rounds as if they had not happened", () => {
    const { changes, state } = replay(every30("ofefo"), 150);
    expect(changes).toEqual([
      { at: 0, state: "up" },
      { at: 30, state: "down" },
      { at: 120, state: "up" },
    ]);
    expect(state.inconclusiveRounds).toBe(1);
  });

  it.each([
    [75, []],
    [
      76,
      [
        { at: 75, state: "unknown" },
        { at: 76, state: "up" },
      ],
    ],
  ])("holds a reading for stale_after inclusive: next round after %i s", (gap, expected) => {
    const { changes } = replay(
      [
        [0, { lisbon: "ok" }],
        [gap, { lisbon: "ok" }],
      ],
      null,
    );
    expect(changes.slice(1)).toEqual(expected);
  });

  it("begins confirmation anew after a gap", () => {
    const { changes } = replay(every30("of....fo"), 240);
    expect(changes).toEqual([
      { at: 0, state: "up" },
      { at: 105, state: "unknown" },
      { at: 180, state: "up" },
    ]);
  });

  it("wants confirm_up ok rounds to end an outage, back-dated to the first; a failure between belongs to it", () => {
    const { changes, outages } = replay(every30("offofoo"), 210, { confirmUp: 2 });
    expect(changes).toEqual([
      { at: 0, state: "up" },
      { at: 30, state: "down" },
      { at: 150, state: "up" },
    ]);
    expect(outages.map((outage) => lengths(outage, 210))).toEqual([[90, 120, 150]]);
  });

  it("confirms degraded like down, and lets down outrank it", () => {
    expect(replay(every30("ossso"), 150).changes).toEqual([
      { at: 0, state: "up" },
      { at: 30, state: "degraded" },
      { at: 120, state: "up" },
    ]);
    expect(replay(every30("ossffsso"), 240).changes).toEqual([
      { at: 0, state: "up" },
      { at: 30, state: "degraded" },
      { at: 90, state: "down" },
      { at: 150, state: "degraded" },
      { at: 210, state: "up" },
    ]);
  });

  it("bounds an outage without an ok before it by the edge of the observation", () => {
    const { outages } = replay(every30("ff"), 60);
    expect(outages[0]).toMatchObject({ lastOkBeforeAt: null, firstOkAfterAt: null, end: null });
    expect(lengths(outages[0]!, 60)).toEqual([30, 60, 60]);
  });

  it("says unknown at an instant too long after the last round, and since when", () => {
    const { state } = replay(every30("oo"), null);
    expect(readingAt(state, 105 * second, rules)).toEqual({ reading: "up", since: 0 });
    expect(readingAt(state, 106 * second, rules)).toEqual({ reading: "unknown", since: 105 * second });
  });

  it("forms a round from every location's latest sample that is not stale", () => {
    const quorum = { ...rules, quorumFail: 2, minReporting: 2 };
    let state = unobserved;
    const changes: ReadingChange[] = [];
    const deliver = (at: number, outcomes: Record<string, Outcome>) => {
      const step = observeInstant(state, at * second, delivered(outcomes), quorum);
      state = step.state;
      changes.push(...step.changes);
    };
    deliver(0, { lisbon: "ok" });
    expect(state.inconclusiveRounds).toBe(1);
    deliver(10, { osaka: "ok" });
    deliver(30, { lisbon: "fail" });
    deliver(40, { osaka: "fail" });
    deliver(60, { lisbon: "fail" });
    deliver(200, { lisbon: "ok" });
    changes.push(...observeUntil(state, 200 * second, quorum).changes);
    expect(changes).toEqual([
      { at: 10 * second, state: "up" },
      { at: 40 * second, state: "down" },
      { at: 135 * second, state: "unknown" },
    ]);
  });

  it("takes what several locations deliver at one instant for one round", () => {
    const quorum = { ...rules, quorumFail: 1, minReporting: 1 };
    let step = observeInstant(unobserved, 0, delivered({ lisbon: "ok", osaka: "ok" }), quorum);
    step = observeInstant(step.state, 30 * second, delivered({ lisbon: "fail", osaka: "fail" }), quorum);
    expect(step.changes).toEqual([]);
    step = observeInstant(step.state, 60 * second, delivered({ lisbon: "fail", osaka: "fail" }), quorum);
    expect(step.changes).toEqual([{ at: 30 * second, state: "down" }]);
  });

  const letters = fc.array(fc.constantFrom("o", "o", "o", "s", "f", "f", "e", "."), { maxLength: 60 });

  it("tells changes in rising order, each a change, and every outage inside its bounds (any rounds)", () => {
    fc.assert(
      fc.property(
        letters,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (word, confirmDown, confirmUp) => {
          const end = word.length * 30 + 10;
          const { changes, outages } = replay(every30(word.join("")), end, { confirmDown, confirmUp });
          const sorted = changes.toSorted((a, b) => a.at - b.at);
          expect(changes).toEqual(sorted);
          sorted.slice(1).forEach((change, i) => expect(change.state).not.toBe(sorted[i]!.state));
          for (const outage of outages) {
            const [lower, observed, upper] = lengths(outage, end);
            expect(lower).toBeGreaterThanOrEqual(0);
            expect(lower).toBeLessThanOrEqual(observed!);
            expect(observed).toBeLessThanOrEqual(upper!);
          }
        },
      ),
    );
  });

  it("finds exactly the stretches that are down in the timeline as outages (any rounds)", () => {
    fc.assert(
      fc.property(letters, (word) => {
        const end = word.length * 30 + 10;
        const { changes, outages } = replay(every30(word.join("")), end);
        const down = changes.flatMap((change, i) =>
          change.state === "down" ? [[change.at, changes[i + 1]?.at ?? null]] : [],
        );
        expect(outages.map(({ start, end }) => [start / second, end === null ? null : end / second])).toEqual(
          down,
        );
      }),
    );
  });

  it("continues from a checkpoint as if it had never stopped (any rounds, any cut)", () => {
    fc.assert(
      fc.property(letters, fc.nat(60), (word, cut) => {
        const rounds = every30(word.join(""));
        const whole = replay(rounds, null);
        const first = replay(rounds.slice(0, cut), null);
        let state: ConfirmationState = JSON.parse(JSON.stringify(first.state));
        for (const [at, reports] of rounds.slice(cut)) {
          state = observeRound(state, { at: at * second, reports }, rules).state;
        }
        expect(state).toEqual(whole.state);
      }),
    );
  });
});
