/**
 * What a running server holds in memory of one check: how far its derivation stands, its change points and outages of the page's
 * horizon, and the bucket that is being counted. All of it can be thrown away and loaded again from the store.
 */
import type { FailureReason, Observation } from "../../probes/protocol.ts";
import { type CheckRevision, type CheckRules, revisionAt, rulesOf } from "../domain/monitoring/check.ts";
import {
  type CheckSample,
  type Derivation,
  derivationFrom,
  type DerivationStep,
  takeSamples,
} from "../domain/monitoring/derivation.ts";
import type { Outage } from "../domain/monitoring/outage.ts";
import type { CheckMeasurement } from "../domain/monitoring/service-measurement.ts";
import type { ReadingChange } from "../domain/monitoring/timeline.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { RollupRow } from "../store/rollups.ts";

/**
 * How long samples of one location may lag behind another's and still be put in order without a look at the evidence: several
 * intervals. What is kept for it is a state a round, so a check that is asked often does not keep it for long.
 */
function reorderMsOf(intervalMs: number): number {
  return Math.min(120_000, Math.max(30_000, 4 * intervalMs));
}

export interface LiveCheck {
  id: number;
  serviceSlug: string;
  slug: string;
  createdAt: Instant;
  archivedAt: Instant | null;
  /** In order, at least one; the last is in force. */
  revisions: readonly CheckRevision[];
  derivation: Derivation;
  /** Change points of the horizon, in order, beginning with the last one before it. */
  changes: ReadingChange[];
  /** Outages of the horizon, in order of start. */
  outages: Outage[];
  /** The first change point ever, also where it lies before the horizon. */
  observedFrom: Instant | null;
  lastSampleAt: Instant | null;
  /** Why the latest sample failed; null when it did not. */
  trouble: { reason: FailureReason; detail: string | null } | null;
  /** The five-minute bucket being counted, by location. */
  buckets: Map<number, RollupRow>;
  /** Whether something changed since the last checkpoint was written. */
  unsaved: boolean;
}

/** The rules in force for a check at any instant. */
export function rulesAt(check: Pick<LiveCheck, "revisions">): (at: Instant) => CheckRules {
  const { revisions } = check;
  return (at) => {
    const last = revisions.at(-1)!;
    return keptRules(last.effectiveAt <= at ? last : revisionAt(revisions, at));
  };
}

/** The rules in force now. */
export function presentRules(check: Pick<LiveCheck, "revisions">): CheckRules {
  return keptRules(check.revisions.at(-1)!);
}

/** Whether a check decides the state of its service. */
export function isCounting({ revisions }: Pick<LiveCheck, "revisions">): boolean {
  return revisions.at(-1)!.definition.counts;
}

/** Whether somebody asks it: a job that calls us is not asked, and answers nothing. */
export function isAsked({ revisions }: Pick<LiveCheck, "revisions">): boolean {
  return revisions.at(-1)!.definition.target.kind !== "check-in";
}

/** The checks that count towards their service's reading, as it is measured by them. */
export function countingMeasurements(checks: readonly LiveCheck[]): CheckMeasurement[] {
  return checks.filter(isCounting).map((check) => {
    const { slug, archivedAt, observedFrom, changes, outages } = check;
    const head = check.derivation.head.state;
    return { slug, archivedAt, observedFrom, changes, outages, head, rules: presentRules(check) };
  });
}

/** A revision never changes, and its rules are asked for with every sample and every look at the clock. */
const rulesOfRevisions = new WeakMap<CheckRevision, CheckRules>();

function keptRules(revision: CheckRevision): CheckRules {
  let rules = rulesOfRevisions.get(revision);
  if (rules === undefined) {
    rules = rulesOf(revision.definition);
    rulesOfRevisions.set(revision, rules);
  }
  return rules;
}

/**
 * Folds samples of one location onto a check without touching it: what would change.
 *
 * @param rowsFrom samples before it have no row of their own
 */
export function foldSamples(
  check: LiveCheck,
  samples: readonly CheckSample[],
  rowsFrom: Instant = 0,
): DerivationStep {
  const newest = samples.reduce((latest, sample) => Math.max(latest, sample.at), check.lastSampleAt ?? 0);
  return takeSamples(check.derivation, samples, rulesAt(check), settledThrough(check, newest, rowsFrom));
}

/**
 * Up to where nothing out of order is expected any more, once a sample of this instant has come. What has no row of its own is settled
 * in any case: a restart finds it in a checkpoint or not at all.
 */
export function settledThrough(
  check: Pick<LiveCheck, "revisions">,
  newest: Instant,
  rowsFrom: Instant,
): Instant {
  const { locations, intervalMs } = check.revisions.at(-1)!.definition;
  return locations.length === 1
    ? newest
    : Math.max(newest - reorderMsOf(intervalMs), Math.min(newest, rowsFrom - 1));
}

/** A check that has been quiet for so long keeps no tail: its rows will be dropped one day, and with them what the tail was made of. */
const quietMs = 3_600_000;

/** Settles all that was heard of a check that has gone quiet. */
export function settleQuiet(check: LiveCheck, now: Instant): void {
  const { tail, head } = check.derivation;
  if (tail.length > 0 && head.through < now - quietMs) {
    check.derivation = derivationFrom(head);
    check.unsaved = true;
  }
}

/** Takes over what a fold brought, once it is stored. True when readings or outages changed. */
export function commitStep(
  check: LiveCheck,
  step: DerivationStep,
  observations: readonly Observation[],
): boolean {
  check.derivation = step.derivation;
  check.unsaved = true;
  check.changes = merged(check.changes, step.put.changes, step.drop.changes, (change) => change.at);
  check.outages = merged(check.outages, step.put.outages, step.drop.outages, (outage) => outage.start);
  check.observedFrom = firstObserved(check, step.drop.changes);
  noteLatest(check, observations);
  return (
    step.put.changes.length + step.put.outages.length + step.drop.changes.length + step.drop.outages.length >
    0
  );
}

/** What arrives out of order may come before the first reading that was known, or take it back. */
function firstObserved({ observedFrom, changes }: LiveCheck, dropped: readonly Instant[]): Instant | null {
  const first = changes[0]?.at ?? null;
  const isKnown = observedFrom !== null && !dropped.includes(observedFrom);
  return isKnown && (first === null || observedFrom < first) ? observedFrom : first;
}

function noteLatest(check: LiveCheck, observations: readonly Observation[]): void {
  for (const { at, outcome, reason, detail } of observations) {
    if (check.lastSampleAt !== null && at < check.lastSampleAt) {
      continue;
    }
    check.lastSampleAt = at;
    if (outcome === "fail" || outcome === "probe_error") {
      check.trouble = reason === undefined ? null : { reason, detail: detail ?? null };
    } else {
      check.trouble = null;
    }
  }
}

function merged<T>(
  known: T[],
  put: readonly T[],
  drop: readonly Instant[],
  key: (element: T) => Instant,
): T[] {
  if (put.length === 0 && drop.length === 0) {
    return known;
  }
  const all = new Map(known.map((element) => [key(element), element]));
  drop.forEach((instant) => all.delete(instant));
  put.forEach((element) => all.set(key(element), element));
  return [...all.values()].sort((a, b) => key(a) - key(b));
}
