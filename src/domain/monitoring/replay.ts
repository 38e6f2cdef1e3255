/**
 * A finite stretch of rounds, from first to last, as segments and outages: what a running check does round by round, told at once for
 * whoever brings the rounds along.
 */
import type { Instant, Interval } from "../time/interval.ts";
import type { CheckRules } from "./check.ts";
import type { ConfirmationStep } from "./confirmation.ts";
import { observeRound, observeUntil, unobserved } from "./confirmation.ts";
import type { Outage } from "./outage.ts";
import type { Round } from "./round.ts";
import type { ReadingChange, Segment } from "./timeline.ts";
import { segmentsFrom } from "./timeline.ts";

export interface Replay {
  /** Tile the observation. */
  segments: Segment[];
  /** In order; `end` null: it lasted when the observation ended. */
  outages: Outage[];
  /** Failing rounds that belong to no outage. */
  unconfirmedFailRounds: number;
  inconclusiveRounds: number;
}

/** Folds the rounds (in rising order of time) that lie in the observation, and ends it. */
export function replayRounds(rounds: readonly Round[], rules: CheckRules, observation: Interval): Replay {
  const changes = new Map<Instant, ReadingChange>();
  const outages = new Map<Instant, Outage>();
  const keep = (step: ConfirmationStep) => {
    step.changes.forEach((change) => changes.set(change.at, change));
    step.outages.forEach((outage) => outages.set(outage.start, outage));
    return step.state;
  };
  let state = unobserved;
  for (const round of rounds) {
    if (observation.start <= round.at && round.at < observation.end) {
      state = keep(observeRound(state, round, rules));
    }
  }
  state = keep(observeUntil(state, observation.end, rules));
  if (state.outage !== null) {
    // Told when it began, and not again at every failing round since.
    outages.set(state.outage.start, state.outage);
  }
  const inOrder = [...changes.values()].sort((a, b) => a.at - b.at);
  return {
    segments: segmentsFrom(inOrder, observation),
    outages: [...outages.values()].sort((a, b) => a.start - b.start),
    unconfirmedFailRounds: state.unconfirmedFailRounds + state.pendingFailRounds,
    inconclusiveRounds: state.inconclusiveRounds,
  };
}
