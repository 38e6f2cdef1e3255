/**
 * What a probe itself thinks of a check: settled good, slow or down, or on the way to another. It only decides how densely to
 * ask (design 4.1); readings are formed downstream, from the samples of all locations.
 */

import type { Outcome } from "./protocol.ts";

type Level = "ok" | "slow" | "fail";

const rank: Record<Level, number> = { ok: 0, slow: 1, fail: 2 };

export interface EdgeState {
  /** Null before anything is known. */
  settled: Level | null;
  /** Level of the samples in a row that disagree with what is settled, and how many. */
  towards: Level | null;
  streak: number;
  /** The last sample was the first that disagreed. */
  firstAgain: boolean;
}

export const unsettled: EdgeState = Object.freeze({
  settled: null,
  towards: null,
  streak: 0,
  firstAgain: false,
});

/** The state after one more sample. `probe_error` says nothing of the target and changes nothing. */
export function afterSample(
  state: EdgeState,
  outcome: Outcome,
  confirmDown: number,
  confirmUp: number,
): EdgeState {
  if (outcome === "probe_error") {
    return state.firstAgain ? { ...state, firstAgain: false } : state;
  }
  if (outcome === state.settled) {
    return state.towards === null ? state : settledAt(outcome);
  }
  // The first good sample of a run needs no confirmation (sla-semantics 3).
  if (state.settled === null && outcome === "ok") {
    return settledAt(outcome);
  }
  const streak = state.towards === outcome ? state.streak + 1 : 1;
  const worse = state.settled === null || rank[outcome] > rank[state.settled];
  if (streak >= (worse ? confirmDown : confirmUp)) {
    return settledAt(outcome);
  }
  return { settled: state.settled, towards: outcome, streak, firstAgain: state.towards === null };
}

/** Whether to ask at the short interval: between two readings, and while down. */
export function isAtEdge(state: EdgeState): boolean {
  return state.towards !== null || state.settled === "fail";
}

const settledStates: Record<Level, EdgeState> = {
  ok: Object.freeze({ settled: "ok", towards: null, streak: 0, firstAgain: false }),
  slow: Object.freeze({ settled: "slow", towards: null, streak: 0, firstAgain: false }),
  fail: Object.freeze({ settled: "fail", towards: null, streak: 0, firstAgain: false }),
};

function settledAt(level: Level): EdgeState {
  return settledStates[level];
}
