/**
 * Samples of an evidence file folded again, check by check, by the functions that the server derives with. It begins in the middle of a
 * service's life: until the samples themselves leave no doubt what was before, the time counts as unmeasured.
 */
import type { CheckRules } from "../domain/monitoring/check.ts";
import { revisionAt, rulesOf } from "../domain/monitoring/check.ts";
import { unobserved } from "../domain/monitoring/confirmation.ts";
import type { ConfirmationState } from "../domain/monitoring/confirmation-state.ts";
import {
  beforeAnySample,
  type Checkpoint,
  type CheckSample,
  type Derivation,
  derivationFrom,
  takeSamples,
} from "../domain/monitoring/derivation.ts";
import type { EvidenceRevision } from "../domain/monitoring/evidence-rules.ts";
import type { Outage } from "../domain/monitoring/outage.ts";
import {
  type CheckSilences,
  type LocationSilences,
  type Silence,
  silencesOver,
} from "../domain/monitoring/silence.ts";
import {
  type CheckMeasurement,
  measureService,
  type ServiceMeasurement,
} from "../domain/monitoring/service-measurement.ts";
import type { ReadingChange } from "../domain/monitoring/timeline.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import type { EvidenceHeader } from "./format.ts";
import type { SampleTape } from "./sample-tape.ts";

/** What came of the samples. */
export interface Replayed extends ServiceMeasurement {
  /** Checks whose state at the beginning the file leaves open, and until when. */
  undecided: { check: string; until: Instant }[];
  /** What each location left unobserved of the period. */
  silences: LocationSilences[];
  samples: number;
}

type HeaderCheck = EvidenceHeader["checks"][number];
type RulesAt = (at: Instant) => CheckRules;

/** The checks that decide the state of the service. */
export function countingChecks({ checks }: Pick<EvidenceHeader, "checks">): HeaderCheck[] {
  return checks.filter(({ revisions }) => revisions.at(-1)!.counts);
}

/** Replays all counting checks over the period of the file. */
export function replay(header: EvidenceHeader, tape: SampleTape): Replayed {
  const window: Interval = { start: header.period.from, end: header.period.to };
  const undecided: Replayed["undecided"] = [];
  let samples = 0;
  const listened: CheckSilences[] = [];
  const measured = countingChecks(header).map((check) => {
    const folded = foldCheck(check, tape, header.replay.from);
    listened.push({ ...check, ...folded.measurement, silences: folded.silences });
    samples += folded.samples;
    if (folded.decidedFrom > window.start) {
      undecided.push({ check: check.slug, until: Math.min(folded.decidedFrom, window.end) });
    }
    return folded.measurement;
  });
  const silences = silencesOver(listened, window) ?? [];
  return { ...measureService(measured, window), undecided, silences, samples };
}

interface Folded {
  measurement: CheckMeasurement;
  silences: Silence[];
  decidedFrom: Instant;
  samples: number;
}

function foldCheck(check: HeaderCheck, tape: SampleTape, from: Instant): Folded {
  const rulesAt = rulesOver(check.revisions);
  const changes = new Map<Instant, ReadingChange>();
  const outages = new Map<Instant, Outage>();
  const silences: Silence[] = [];
  // What was never observed before the file begins has no state that it could hide.
  const isNew = check.observedFrom === null || check.observedFrom >= from;
  const doubt = isNew ? null : beginDoubt(from);
  let decidedFrom = isNew ? from : Number.MAX_SAFE_INTEGER;
  let derivation = derivationFrom(isNew ? beforeAnySample : awaitingAll(rulesAt(from), from));
  let samples = 0;
  for (const some of tape.read(check.id)) {
    samples += some.length;
    if (doubt !== null && decidedFrom === Number.MAX_SAFE_INTEGER) {
      decidedFrom = settleDoubt(doubt, some, rulesAt) ?? decidedFrom;
    }
    const step = takeSamples(derivation, some, rulesAt, some.at(-1)!.at);
    derivation = step.derivation;
    step.put.changes.forEach((change) => changes.set(change.at, change));
    step.put.outages.forEach((outage) => outages.set(outage.start, outage));
    silences.push(...step.put.silences);
  }
  if (samples === 0) {
    decidedFrom = from;
  }
  const inOrder = [...changes.values()].sort((a, b) => a.at - b.at);
  const first = inOrder[0]?.at ?? null;
  const { observedFrom } = check;
  return {
    measurement: {
      slug: check.slug,
      archivedAt: check.archivedAt,
      observedFrom: observedFrom === null ? first : Math.min(observedFrom, first ?? observedFrom),
      changes: decidedFrom > from ? since(decidedFrom, inOrder) : inOrder,
      outages: [...outages.values()].sort((a, b) => a.start - b.start),
      head: derivation.head.state,
      rules: rulesOf(check.revisions.at(-1)!),
    },
    silences,
    decidedFrom,
    samples,
  };
}

/**
 * Every location is awaited from the beginning of the file on, as if it had just spoken. The lead is longer than any silence takes to
 * begin, so what it heard last before no longer matters in the period.
 */
function awaitingAll({ locations = [] }: CheckRules, from: Instant): Checkpoint {
  const heard = Object.fromEntries(locations.map((location) => [location, from]));
  return { ...beforeAnySample, state: { ...unobserved, heard } };
}

/** Rules of a revision are asked for with every sample. */
function rulesOver(revisions: readonly EvidenceRevision[]): RulesAt {
  const kept = new Map(revisions.map((revision) => [revision, rulesOf(revision)]));
  const last = revisions.at(-1)!;
  return (at) => kept.get(last.effectiveAt <= at ? last : revisionAt(revisions, at))!;
}

/** Nothing is said of the time before. */
function since(from: Instant, changes: readonly ReadingChange[]): ReadingChange[] {
  const standing = changes.findLast(({ at }) => at <= from);
  return [
    ...(standing === undefined ? [] : [{ at: from, state: standing.state }]),
    ...changes.filter(({ at }) => at > from),
  ];
}

/** The same samples folded onto whatever may have been before: once all of them agree, it has become irrelevant. */
function beginDoubt(from: Instant): Derivation[] {
  const before = from - 1;
  const running: ConfirmationState = {
    ...unobserved,
    runStart: before,
    lastConclusiveAt: before,
    readingSince: before,
  };
  const off = { on: false, streak: 0, streakStart: before };
  const on = { on: true, streak: 0, streakStart: before };
  const up: ConfirmationState = { ...running, down: off, degraded: off, reading: "up", lastOkAt: before };
  const slow: ConfirmationState = { ...up, degraded: on, reading: "degraded" };
  const down: ConfirmationState = {
    ...running,
    down: on,
    degraded: on,
    reading: "down",
    lastFailAt: before,
    outage: { start: before, end: null, lastFailAt: before, lastOkBeforeAt: null, firstOkAfterAt: null },
  };
  return [unobserved, up, slow, down].map((state) => derivationFrom({ through: before, state }));
}

/** The instant from which it is irrelevant; null: not yet. */
function settleDoubt(doubt: Derivation[], samples: readonly CheckSample[], rulesAt: RulesAt): Instant | null {
  for (let i = 0; i < samples.length;) {
    const { at } = samples[i]!;
    const together: CheckSample[] = [];
    for (; i < samples.length && samples[i]!.at === at; i++) {
      together.push(samples[i]!);
    }
    doubt.forEach((derivation, j) => {
      doubt[j] = takeSamples(derivation, together, rulesAt, at).derivation;
    });
    const standings = doubt.map(({ head }) => standingOf(head.state));
    if (standings.every((standing) => standing === standings[0])) {
      return at;
    }
  }
  return null;
}

function standingOf({ down, degraded, reading, outage }: ConfirmationState): string {
  return JSON.stringify([down.on, down.streak, degraded.on, degraded.streak, reading, outage?.start]);
}
