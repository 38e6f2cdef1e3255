/**
 * From rounds to readings: when several failing rounds by a quorum of locations make a check "down", back-dated to the first of
 * them, and when silence makes it "unknown" (sla-semantics 3). After observations, before outages' use in the timeline.
 *
 * A pure fold: a state, a round in, a state and what changed out. Folding all evidence from the start and folding it as it
 * arrives are therefore the same computation.
 */
import type { Instant } from "../time/interval.ts";
import type { CheckRules } from "./check.ts";
import type { Condition, ConfirmationState } from "./confirmation-state.ts";
import type { Outage } from "./outage.ts";
import { noteRound } from "./outage-edges.ts";
import { type Delivered, hasVote, judgeRound, type Round, roundAt, withDelivered } from "./round.ts";
import { hear, type Silence } from "./silence.ts";
import type { ReadingChange, ReadingState } from "./timeline.ts";

/**
 * What one step changed. Outages are told anew whenever one of their instants became known; `start` identifies them. Silences of locations
 * are told once, when they end.
 */
export interface ConfirmationStep {
  state: ConfirmationState;
  changes: ReadingChange[];
  outages: Outage[];
  silences: Silence[];
}

const unsettled: Condition = { on: null, streak: 0, streakStart: 0 };

/** Before the first observation. */
export const unobserved: ConfirmationState = {
  runStart: null,
  lastConclusiveAt: null,
  down: unsettled,
  degraded: unsettled,
  reading: "unknown",
  readingSince: null,
  lastOkAt: null,
  lastOkBeforeStreakAt: null,
  lastFailAt: null,
  outage: null,
  awaitingOk: [],
  latest: {},
  heard: {},
  inconclusiveRounds: 0,
  unconfirmedFailRounds: 0,
  pendingFailRounds: 0,
};

const nothing: [] = [];

/** Takes what locations delivered at one instant, as one round. Instants come in strictly rising order. */
export function observeInstant(
  state: ConfirmationState,
  at: Instant,
  delivered: readonly Delivered[],
  rules: CheckRules,
): ConfirmationStep {
  const voting = delivered.filter(({ location }) => hasVote(location, rules));
  if (voting.length === 0) {
    return { state, changes: nothing, outages: nothing, silences: nothing };
  }
  const latest = withDelivered(state.latest, at, voting);
  const { silences, ...heard } = hear(state, at, voting, rules);
  const step = observeRound({ ...state, ...heard, latest }, roundAt(at, latest, rules), rules);
  return silences.length === 0 ? step : { ...step, silences };
}

/** Takes one round. Rounds come in strictly rising order of time. */
export function observeRound(before: ConfirmationState, round: Round, rules: CheckRules): ConfirmationStep {
  const verdict = judgeRound(round, rules);
  if (verdict === "inconclusive") {
    return {
      state: { ...before, inconclusiveRounds: before.inconclusiveRounds + 1 },
      changes: nothing,
      outages: nothing,
      silences: nothing,
    };
  }
  const changes: ReadingChange[] = [];
  const outages: Outage[] = [];
  const state = closeGap(before, round.at, rules, changes, outages);
  const down = turn(state.down, verdict === "fail", round.at, rules);
  const degraded = turn(state.degraded, verdict !== "ok", round.at, rules);
  const next: ConfirmationState = {
    ...state,
    runStart: state.runStart ?? round.at,
    lastConclusiveAt: round.at,
    down,
    degraded,
  };
  noteRound(next, state, round, verdict === "fail", outages);
  const reading = readingOf(down, degraded);
  if (reading !== "unknown" && reading !== state.reading) {
    // A run's first settled reading reaches back to the run's start: unconfirmed failures before an ok count as up.
    const at = state.reading === "unknown" ? next.runStart! : changeInstant(state, next, reading);
    pushChange(changes, { at, state: reading });
    next.reading = reading;
    next.readingSince = at;
  }
  return { state: next, changes, outages, silences: nothing };
}

/** What the reading is at `now`: silence beyond `staleAfterMs` is unknown, from the instant at which it became so. */
export function readingAt(
  state: ConfirmationState,
  now: Instant,
  rules: CheckRules,
): { reading: ReadingState; since: Instant | null } {
  if (state.lastConclusiveAt !== null && now - state.lastConclusiveAt > rules.staleAfterMs) {
    const since =
      state.reading === "unknown" ? state.readingSince : state.lastConclusiveAt + rules.staleAfterMs;
    return { reading: "unknown", since };
  }
  return { reading: state.reading, since: state.readingSince };
}

/**
 * Ends an observation at `until`: the reading that holds there, the silence since, and outages as far as they are known. Used to
 * look at a running check (`until` = now) and to close a finite replay.
 */
export function observeUntil(before: ConfirmationState, until: Instant, rules: CheckRules): ConfirmationStep {
  const changes: ReadingChange[] = [];
  const outages: Outage[] = [];
  const state = closeGap(before, until, rules, changes, outages);
  return { state, changes, outages, silences: nothing };
}

/** Lets one round speak for or against a condition. A first round against it needs no confirmation, one for it does. */
function turn(condition: Condition, present: boolean, at: Instant, rules: CheckRules): Condition {
  if (condition.on === null && !present) {
    return { on: false, streak: 0, streakStart: at };
  }
  if (present === (condition.on ?? false)) {
    return condition.streak === 0 ? condition : { ...condition, streak: 0 };
  }
  const streak = condition.streak + 1;
  const streakStart = condition.streak === 0 ? at : condition.streakStart;
  if (streak >= (present ? rules.confirmDown : rules.confirmUp)) {
    return { on: present, streak: 0, streakStart };
  }
  return { on: condition.on, streak, streakStart };
}

function readingOf(down: Condition, degraded: Condition): ReadingState {
  if (down.on === null) {
    return "unknown";
  }
  if (down.on) {
    return "down";
  }
  return degraded.on === true ? "degraded" : "up";
}

/** The first round of the streak that brought the reading about. */
function changeInstant(before: ConfirmationState, after: ConfirmationState, reading: ReadingState): Instant {
  const downTurned = before.down.on !== after.down.on;
  const degradedTurned = before.degraded.on !== after.degraded.on;
  if (downTurned && degradedTurned) {
    return reading === "down"
      ? after.down.streakStart
      : Math.max(after.down.streakStart, reading === "up" ? after.degraded.streakStart : 0);
  }
  return downTurned ? after.down.streakStart : after.degraded.streakStart;
}

/** A gap longer than `staleAfterMs` ends the run: unknown from there, confirmation begins anew, an outage ends as measured. */
function closeGap(
  state: ConfirmationState,
  at: Instant,
  rules: CheckRules,
  changes: ReadingChange[],
  outages: Outage[],
): ConfirmationState {
  if (state.lastConclusiveAt === null || at - state.lastConclusiveAt <= rules.staleAfterMs) {
    return state;
  }
  const silentFrom = state.lastConclusiveAt + rules.staleAfterMs;
  const next: ConfirmationState = {
    ...state,
    runStart: null,
    lastConclusiveAt: null,
    down: unsettled,
    degraded: unsettled,
    outage: null,
    unconfirmedFailRounds: state.unconfirmedFailRounds + state.pendingFailRounds,
    pendingFailRounds: 0,
  };
  if (state.reading !== "unknown") {
    changes.push({ at: silentFrom, state: "unknown" });
    next.reading = "unknown";
    next.readingSince = silentFrom;
  }
  if (state.outage !== null) {
    const ended = { ...state.outage, end: silentFrom };
    outages.push(ended);
    next.awaitingOk = [...state.awaitingOk, ended];
  }
  return next;
}

/** Two changes at one instant are one: the later word counts. */
function pushChange(changes: ReadingChange[], change: ReadingChange): void {
  if (changes.at(-1)?.at === change.at) {
    changes.pop();
  }
  changes.push(change);
}
