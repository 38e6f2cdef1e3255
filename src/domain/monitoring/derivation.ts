/**
 * Deriving one check from samples that arrive as they like: doubled, reordered, split over batches. A settled state covers everything up to
 * an instant; of a short tail after it, what follows an arrival out of order is folded again. So any order within the tail gives the
 * same readings and outages as the same samples in order, and what is older than the tail is reported as late (design.md 4.5).
 */
import type { Outcome } from "../../../probes/protocol.ts";
import type { Instant } from "../time/interval.ts";
import type { CheckRules } from "./check.ts";
import { observeInstant, unobserved } from "./confirmation.ts";
import type { ConfirmationState } from "./confirmation-state.ts";
import type { Outage } from "./outage.ts";
import type { Silence } from "./silence.ts";
import type { ReadingChange } from "./timeline.ts";

/** A sample as the derivation needs it. */
export interface CheckSample {
  location: string;
  at: Instant;
  outcome: Outcome;
  /** By how many ms `at` may be wrong, for the clock of its probe; absent = the clock was right. */
  uncertaintyMs?: number;
}

/** Everything up to and with `through`, folded: plain JSON, kept as a checkpoint. */
export interface Checkpoint {
  through: Instant;
  state: ConfirmationState;
}

/** One instant of the tail: what was delivered at it, where the fold stood afterwards, and what it changed. */
interface TailRound {
  at: Instant;
  samples: readonly CheckSample[];
  state: ConfirmationState;
  changes: readonly ReadingChange[];
  outages: readonly Outage[];
  silences: readonly Silence[];
}

export interface Derivation {
  settled: Checkpoint;
  /** Everything after `settled.through`, in order of time. */
  tail: readonly TailRound[];
  /** The fold of all of it. */
  head: Checkpoint;
}

/** A silence by what tells it from others of its check. */
export type SilencePlace = Pick<Silence, "location" | "start">;

/** What a caller has to store: rows to drop and then to put (inserted or overwritten), each by its instant. */
export interface DerivationStep {
  derivation: Derivation;
  put: { changes: ReadingChange[]; outages: Outage[]; silences: Silence[] };
  drop: { changes: Instant[]; outages: Instant[]; silences: SilencePlace[] };
  /** Samples at or before `settled.through`: they ask for a derivation from an earlier checkpoint. */
  late: CheckSample[];
}

export const beforeAnySample: Checkpoint = { through: Number.MIN_SAFE_INTEGER, state: unobserved };

/** Begins a derivation at a checkpoint. */
export function derivationFrom(checkpoint: Checkpoint): Derivation {
  return { settled: checkpoint, tail: [], head: checkpoint };
}

/**
 * Takes samples of one check, in any order; a sample already known (the same in all) is passed over.
 *
 * @param rulesAt the rules in force at an instant
 * @param settleThrough everything up to here counts as settled afterwards; the newest sample's instant keeps no tail at all
 */
export function takeSamples(
  derivation: Derivation,
  samples: readonly CheckSample[],
  rulesAt: (at: Instant) => CheckRules,
  settleThrough: Instant,
): DerivationStep {
  const late = samples.filter((sample) => sample.at <= derivation.settled.through);
  const news = samples.filter(
    (sample) => sample.at > derivation.settled.through && !isKnown(derivation.tail, sample),
  );
  if (news.length === 0) {
    return { derivation: settle(derivation, settleThrough), ...nothingStored(), late };
  }
  news.sort(inOrderOfTime);
  const from = lowerBound(derivation.tail, news[0]!.at);
  const kept = derivation.tail.slice(0, from);
  const again = derivation.tail.slice(from);
  const fresh = fold(kept.at(-1)?.state ?? derivation.settled.state, merged(again, news), rulesAt);
  const tail = [...kept, ...fresh];
  const last = tail.at(-1)!;
  const step: DerivationStep = {
    derivation: { settled: derivation.settled, tail, head: { through: last.at, state: last.state } },
    put: {
      changes: told(fresh, changesOf, atOf),
      outages: told(fresh, outagesOf, startOf),
      silences: fresh.flatMap(silencesOf),
    },
    drop: { changes: [], outages: [], silences: retracted(fresh, again) },
    late,
  };
  retract(step, again, kept, derivation.settled.state);
  return { ...step, derivation: settle(step.derivation, settleThrough) };
}

/** What was told of rounds that were folded again and is no longer, is taken back; what it had overwritten is restored. */
function retract(
  step: DerivationStep,
  again: readonly TailRound[],
  kept: readonly TailRound[],
  settled: ConfirmationState,
): void {
  const changes = new Set(step.put.changes.map(atOf));
  for (const { at } of told(again, changesOf, atOf)) {
    if (changes.has(at)) {
      continue;
    }
    const before = kept.flatMap(changesOf).findLast((change) => change.at === at);
    if (before !== undefined) {
      step.put.changes.push(before);
    } else if (at === settled.readingSince) {
      step.put.changes.push({ at, state: settled.reading });
    } else {
      step.drop.changes.push(at);
    }
  }
  const outages = new Set(step.put.outages.map(startOf));
  const settledOutages = [...settled.awaitingOk, ...(settled.outage === null ? [] : [settled.outage])];
  for (const { start } of told(again, outagesOf, startOf)) {
    if (outages.has(start)) {
      continue;
    }
    const known = [...settledOutages, ...kept.flatMap(outagesOf)];
    const before = known.findLast((outage) => outage.start === start);
    if (before === undefined) {
      step.drop.outages.push(start);
    } else {
      step.put.outages.push(before);
    }
  }
}

/** Silences that rounds folded again had told and no longer tell. Each is told once, where it ends: none had overwritten another. */
function retracted(fresh: readonly TailRound[], again: readonly TailRound[]): SilencePlace[] {
  const key = ({ location, start }: SilencePlace) => `${start} ${location}`;
  const kept = new Set(fresh.flatMap(silencesOf).map(key));
  return again
    .flatMap(silencesOf)
    .filter((silence) => !kept.has(key(silence)))
    .map(({ location, start }) => ({ location, start }));
}

/** Moves what is old enough from the tail into the settled state. */
function settle(derivation: Derivation, through: Instant): Derivation {
  const { tail, head } = derivation;
  if (through >= head.through) {
    return tail.length === 0 ? derivation : derivationFrom(head);
  }
  const cut = lowerBound(tail, through + 1);
  if (cut === 0) {
    return derivation;
  }
  const { at, state } = tail[cut - 1]!;
  return { settled: { through: at, state }, tail: tail.slice(cut), head };
}

/** Folds what was delivered at each of several instants, in order. */
function fold(
  from: ConfirmationState,
  rounds: readonly Pick<TailRound, "at" | "samples">[],
  rulesAt: (at: Instant) => CheckRules,
): TailRound[] {
  let state = from;
  return rounds.map(({ at, samples }) => {
    const step = observeInstant(state, at, samples, rulesAt(at));
    ({ state } = step);
    return { at, samples, ...step };
  });
}

/** Samples of the tail and new ones by instant, both in order of time. */
function merged(
  rounds: readonly TailRound[],
  news: readonly CheckSample[],
): Pick<TailRound, "at" | "samples">[] {
  const all: Pick<TailRound, "at" | "samples">[] = [];
  let next = 0;
  for (let i = 0; i < rounds.length || next < news.length;) {
    const at = Math.min(rounds[i]?.at ?? Infinity, news[next]?.at ?? Infinity);
    const known = rounds[i]?.at === at ? rounds[i++]!.samples : [];
    const first = next;
    while (news[next]?.at === at) {
      next++;
    }
    const samples = first === next ? known : [...known, ...news.slice(first, next)].sort(inOrderOfTime);
    all.push({ at, samples });
  }
  return all;
}

/** Index of the first round at or after an instant. */
function lowerBound(tail: readonly TailRound[], at: Instant): number {
  let index = tail.length;
  while (index > 0 && tail[index - 1]!.at >= at) {
    index--;
  }
  return index;
}

/** What rounds told, each once: where two speak of one instant, the later word stands. */
function told<T>(
  rounds: readonly TailRound[],
  of: (round: TailRound) => readonly T[],
  key: (element: T) => Instant,
): T[] {
  const all = new Map<Instant, T>();
  for (const round of rounds) {
    of(round).forEach((element) => all.set(key(element), element));
  }
  return [...all.values()];
}

const changesOf = (round: TailRound) => round.changes;
const outagesOf = (round: TailRound) => round.outages;
const silencesOf = (round: TailRound) => round.silences;
const atOf = (change: ReadingChange) => change.at;
const startOf = (outage: Outage) => outage.start;

function isKnown(tail: readonly TailRound[], sample: CheckSample): boolean {
  for (let i = tail.length - 1; i >= 0 && tail[i]!.at >= sample.at; i--) {
    if (tail[i]!.samples.some((known) => inOrderOfTime(known, sample) === 0)) {
      return true;
    }
  }
  return false;
}

/**
 * One order for all samples, so that the order of arrival leaves no trace. Of two probes that asked for one location at the same instant,
 * the worse word comes last, and is the one that counts.
 */
function inOrderOfTime(a: CheckSample, b: CheckSample): number {
  if (a.at !== b.at) {
    return a.at - b.at;
  }
  if (a.location !== b.location) {
    return a.location < b.location ? -1 : 1;
  }
  return gravity[a.outcome] - gravity[b.outcome] || (a.uncertaintyMs ?? 0) - (b.uncertaintyMs ?? 0);
}

const gravity: Record<Outcome, number> = { probe_error: 0, ok: 1, slow: 2, fail: 3 };

function nothingStored(): Pick<DerivationStep, "put" | "drop"> {
  return {
    put: { changes: [], outages: [], silences: [] },
    drop: { changes: [], outages: [], silences: [] },
  };
}
