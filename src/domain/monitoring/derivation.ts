/**
 * Deriving one check from samples that arrive as they like: doubled, reordered, split over batches. A settled state covers everything up to
 * an instant; a short tail after it is folded again whenever something arrives out of order. So any order within the tail gives the
 * same readings and outages as the same samples in order, and what is older than the tail is reported as late (design.md 4.5).
 */
import type { Outcome } from "../../../probes/protocol.ts";
import type { Instant } from "../time/interval.ts";
import type { CheckRules } from "./check.ts";
import { type ConfirmationState, observeInstant, unobserved } from "./confirmation.ts";
import type { Outage } from "./outage.ts";
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

export interface Derivation {
  settled: Checkpoint;
  /** Samples after `settled.through`, in order of time. */
  tail: CheckSample[];
  /** The fold of all of it. */
  head: Checkpoint;
  /** What folding the tail changed, by instant. */
  changes: ReadingChange[];
  outages: Outage[];
}

/** What a caller has to store: rows to put (inserted or overwritten) and to drop, each by its instant. */
export interface DerivationStep {
  derivation: Derivation;
  put: { changes: ReadingChange[]; outages: Outage[] };
  drop: { changes: Instant[]; outages: Instant[] };
  /** Samples at or before `settled.through`: they ask for a derivation from an earlier checkpoint. */
  late: CheckSample[];
}

export const beforeAnySample: Checkpoint = { through: Number.MIN_SAFE_INTEGER, state: unobserved };

/** Begins a derivation at a checkpoint. */
export function derivationFrom(checkpoint: Checkpoint): Derivation {
  return { settled: checkpoint, tail: [], head: checkpoint, changes: [], outages: [] };
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
    return { derivation: settle(derivation, rulesAt, settleThrough), ...nothingStored(), late };
  }
  news.sort(inOrderOfTime);
  const inOrder = news[0]!.at > derivation.head.through;
  const tail = inOrder ? [...derivation.tail, ...news] : [...derivation.tail, ...news].sort(inOrderOfTime);
  const folded = inOrder ? fold(derivation.head, news, rulesAt) : fold(derivation.settled, tail, rulesAt);
  const changes = inOrder ? byInstant(derivation.changes, folded.changes, atOf) : folded.changes;
  const outages = inOrder ? byInstant(derivation.outages, folded.outages, startOf) : folded.outages;
  const step: DerivationStep = {
    derivation: { settled: derivation.settled, tail, head: folded.head, changes, outages },
    put: { changes: [...folded.changes], outages: folded.outages },
    drop: { changes: [], outages: [] },
    late,
  };
  if (!inOrder) {
    retract(step, derivation);
  }
  return { ...step, derivation: settle(step.derivation, rulesAt, settleThrough) };
}

/** What the earlier fold said and the new one does not, is taken back; what it had overwritten is restored. */
function retract(step: DerivationStep, before: Derivation): void {
  const { state } = before.settled;
  const changes = new Set(step.put.changes.map(atOf));
  for (const { at } of before.changes) {
    if (changes.has(at)) {
      continue;
    }
    if (at === state.readingSince) {
      step.put.changes.push({ at, state: state.reading });
    } else {
      step.drop.changes.push(at);
    }
  }
  const outages = new Set(step.put.outages.map(startOf));
  const settledOutages = [...(state.outage === null ? [] : [state.outage]), ...state.awaitingOk];
  for (const { start } of before.outages) {
    if (outages.has(start)) {
      continue;
    }
    const settled = settledOutages.find((outage) => outage.start === start);
    if (settled === undefined) {
      step.drop.outages.push(start);
    } else {
      step.put.outages.push(settled);
    }
  }
}

/** Moves what is old enough from the tail into the settled state. */
function settle(derivation: Derivation, rulesAt: (at: Instant) => CheckRules, through: Instant): Derivation {
  if (through >= derivation.head.through) {
    return derivation.tail.length === 0 ? derivation : derivationFrom(derivation.head);
  }
  const cut = derivation.tail.findIndex((sample) => sample.at > through);
  if (cut <= 0) {
    return derivation;
  }
  const { head } = fold(derivation.settled, derivation.tail.slice(0, cut), rulesAt);
  const rest = derivation.tail.slice(cut);
  const { changes, outages } = fold(head, rest, rulesAt);
  return { settled: head, tail: rest, head: derivation.head, changes, outages };
}

/** Folds samples in order of time; one instant is one round. */
function fold(
  from: Checkpoint,
  samples: readonly CheckSample[],
  rulesAt: (at: Instant) => CheckRules,
): { head: Checkpoint; changes: ReadingChange[]; outages: Outage[] } {
  let { state } = from;
  let changes: ReadingChange[] = [];
  let outages: Outage[] = [];
  for (let i = 0; i < samples.length;) {
    const { at } = samples[i]!;
    let end = i + 1;
    while (end < samples.length && samples[end]!.at === at) {
      end++;
    }
    const step = observeInstant(state, at, samples.slice(i, end), rulesAt(at));
    i = end;
    state = step.state;
    if (step.changes.length > 0) {
      changes = byInstant(changes, step.changes, atOf);
    }
    if (step.outages.length > 0) {
      outages = byInstant(outages, step.outages, startOf);
    }
  }
  return { head: { through: samples.at(-1)?.at ?? from.through, state }, changes, outages };
}

const atOf = (change: ReadingChange) => change.at;
const startOf = (outage: Outage) => outage.start;

/** Both lists as one in order; where both speak of one instant, the newer word stands. */
function byInstant<T>(older: readonly T[], newer: readonly T[], key: (element: T) => Instant): T[] {
  const all = new Map(older.map((element) => [key(element), element]));
  newer.forEach((element) => all.set(key(element), element));
  return [...all.values()].sort((a, b) => key(a) - key(b));
}

function isKnown(tail: readonly CheckSample[], sample: CheckSample): boolean {
  for (let i = tail.length - 1; i >= 0 && tail[i]!.at >= sample.at; i--) {
    if (inOrderOfTime(tail[i]!, sample) === 0) {
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
  return { put: { changes: [], outages: [] }, drop: { changes: [], outages: [] } };
}
