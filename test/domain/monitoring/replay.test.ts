import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replayRounds } from "../../../src/domain/monitoring/replay.ts";
import type { ReadingState, Segment } from "../../../src/domain/monitoring/timeline.ts";

type Verdict = "ok" | "slow" | "fail" | "probe_error";
const rules = { staleAfterMs: 75, confirmDown: 2, confirmUp: 1, quorumFail: 1, minReporting: 1 };
const round = (at: number, verdict: Verdict) => ({ at, reports: { lisbon: verdict } });

it("takes only the rounds of the observation: from its start, and not at its end", () => {
  const rounds = [round(-30, "fail"), round(0, "ok"), round(30, "fail"), round(60, "fail")];
  expect(replayRounds(rounds, rules, { start: 0, end: 60 })).toMatchObject({
    segments: [{ state: "up" }],
    unconfirmedFailRounds: 1,
  });
  expect(replayRounds(rounds, rules, { start: -30, end: 61 }).outages).toHaveLength(1);
});

it("tells of an outage that lasts to its end up to the last failing round it saw", () => {
  const rounds = [
    round(0, "ok"),
    round(30, "fail"),
    round(60, "fail"),
    round(90, "fail"),
    round(120, "fail"),
  ];
  expect(replayRounds(rounds, rules, { start: 0, end: 150 }).outages).toEqual([
    { start: 30, end: null, lastFailAt: 120, lastOkBeforeAt: 0, firstOkAfterAt: null },
  ]);
});

describe("the segments, for any rounds", () => {
  const verdicts = fc.constantFrom<Verdict>("ok", "ok", "slow", "fail", "fail", "probe_error");
  const rounds = fc
    .array(fc.tuple(fc.integer({ min: 5, max: 120 }), verdicts), { maxLength: 14 })
    .map((steps) => {
      let at = 0;
      return steps.map(([afterMs, verdict]) => round((at += afterMs), verdict));
    });
  const anyRules = fc.record({
    staleAfterMs: fc.constant(75),
    confirmDown: fc.integer({ min: 1, max: 3 }),
    confirmUp: fc.integer({ min: 1, max: 3 }),
    quorumFail: fc.constant(1),
    minReporting: fc.constant(1),
  });

  it("are what looking at each run as a whole comes to", () => {
    fc.assert(
      fc.property(rounds, anyRules, (some, given) => {
        const observation = { start: 0, end: (some.at(-1)?.at ?? 0) + 40 };
        expect(replayRounds(some, given, observation).segments).toEqual(byRuns(some, given, observation));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Conclusive rounds are cut into runs at gaps; in each, the stretches of two conditions are found by looking back and ahead. */
function byRuns(
  rounds: { at: number; reports: { lisbon: Verdict } }[],
  { staleAfterMs, confirmDown, confirmUp }: typeof rules,
  { start, end }: { start: number; end: number },
): Segment[] {
  const runs: { at: number; verdict: Verdict }[][] = [];
  for (const { at, reports } of rounds.filter(
    ({ at, reports }) => at >= start && at < end && reports.lisbon !== "probe_error",
  )) {
    const last = runs.at(-1)?.at(-1);
    if (last === undefined || at - last.at > staleAfterMs) {
      runs.push([]);
    }
    runs.at(-1)!.push({ at, verdict: reports.lisbon });
  }
  const pieces: Segment[] = [];
  const put = (from: number, to: number, state: ReadingState) => {
    if (from < to) {
      pieces.push({ start: from, end: to, state });
    }
  };
  let from = start;
  for (const run of runs) {
    const until = Math.min(end, run.at(-1)!.at + staleAfterMs);
    const isDown = condition(
      run.map(({ verdict }) => verdict === "fail"),
      confirmDown,
      confirmUp,
    );
    const isBad = condition(
      run.map(({ verdict }) => verdict !== "ok"),
      confirmDown,
      confirmUp,
    );
    put(from, run[0]!.at, "unknown");
    run.forEach(({ at }, i) => {
      const state = isDown[i] === null ? "unknown" : isDown[i] ? "down" : isBad[i] ? "degraded" : "up";
      put(at, run[i + 1]?.at ?? until, state);
    });
    from = until;
  }
  put(from, end, "unknown");
  const merged: Segment[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last?.state === piece.state) {
      last.end = piece.end;
    } else {
      merged.push(piece);
    }
  }
  return merged;
}

/** Of each round of a run, whether the condition holds there; null: the run never settles it. */
function condition(present: boolean[], toEnter: number, toLeave: number): (boolean | null)[] {
  const holds: (boolean | null)[] = [];
  let on = false;
  let isSettled = false;
  for (let i = 0; i < present.length; i++) {
    const needed = on ? toLeave : toEnter;
    const ahead = present.slice(i, i + needed);
    // A first round against it settles the run without any confirmation.
    isSettled ||= !present[i];
    if (present[i] !== on && ahead.length === needed && ahead.every((one) => one === present[i])) {
      on = present[i]!;
      isSettled = true;
    }
    holds.push(on);
  }
  return isSettled ? holds : holds.map(() => null);
}
