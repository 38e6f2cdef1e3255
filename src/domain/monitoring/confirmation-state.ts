/** Where the derivation of a check stands between two rounds, with what its parts remember: all that the next round needs. */
import type { Instant } from "../time/interval.ts";
import type { Outage } from "./outage.ts";
import type { LatestSamples } from "./round.ts";
import type { ReadingState } from "./timeline.ts";

/** One condition ("down", or "at least degraded") that several rounds in a row switch on or off. */
export interface Condition {
  /** Null: this run of rounds has not settled it yet. */
  on: boolean | null;
  /** Rounds in a row that speak against `on`, and the first of them. */
  streak: number;
  streakStart: Instant;
}

/** Where a check's derivation stands: plain JSON, so that it can be kept as a checkpoint. */
export interface ConfirmationState extends HeardState {
  /** Start of the present run of conclusive rounds without a gap; null: none yet. */
  runStart: Instant | null;
  lastConclusiveAt: Instant | null;
  down: Condition;
  degraded: Condition;
  /** The last reading change emitted. */
  reading: ReadingState;
  readingSince: Instant | null;
  /** The last two conclusive rounds that did not fail bound outages from below. */
  lastOkAt: Instant | null;
  lastOkBeforeStreakAt: Instant | null;
  lastFailAt: Instant | null;
  /** The outage that lasts. */
  outage: Outage | null;
  /** An outage that ended in silence and still waits for its first ok round after. */
  awaitingOk: Outage[];
  /** Latest sample of each location, for the next round. */
  latest: LatestSamples;
  /** Absent = all clocks were right. */
  edges?: EdgeUncertainty;
  inconclusiveRounds: number;
  /** Failing rounds that belong to no outage. */
  unconfirmedFailRounds: number;
  /** Failing rounds of the streak that may yet be confirmed. */
  pendingFailRounds: number;
}

/** The last conclusive report of each location that is asked; of one that gave none yet, the instant from which one is awaited. */
export type Heard = Readonly<Record<string, Instant>>;

/** Where the watch over silences stands, in the state of a derivation. */
export interface HeardState {
  heard?: Heard;
  /** Silences before this are not known; absent = they are, from the first sample on. */
  heardFrom?: Instant;
}

/** By how many ms the rounds may be wrong that become the edges of an outage. */
export interface EdgeUncertainty {
  /** Of `lastOkAt`. */
  lastOkMs: number;
  /** Of `lastOkBeforeStreakAt`. */
  lastOkBeforeStreakMs: number;
  /** Of `down.streakStart`. */
  streakStartMs: number;
  /** Of the edges at which the outage that lasts began. */
  openingMs: number;
}
