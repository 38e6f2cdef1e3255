/**
 * All checks of a running server in memory, loaded from checkpoints, stored change points and the samples since. Between the
 * store and the board: recording a batch steps it, the board reads it.
 */
import {
  beforeAnySample,
  type Checkpoint,
  type CheckSample,
  derivationFrom,
} from "../domain/monitoring/derivation.ts";
import { addSample, bucketStart, emptyRollup } from "../domain/monitoring/rollup.ts";
import type { WatchedCheck } from "../domain/monitoring/check.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listLatestCheckpoints } from "../store/checkpoints.ts";
import type { Database } from "../store/database.ts";
import { listOutagesSince } from "../store/outages.ts";
import { listLocationSlugs } from "../store/probes.ts";
import { listFirstReadings, listReadingsSince } from "../store/readings.ts";
import { listLatestTroubles, listSamplesAfter, type SampleRow } from "../store/samples.ts";
import type { FailureReason } from "../../probes/protocol.ts";
import type { Reopening } from "../store/reopenings.ts";
import { listWatchedChecks } from "../store/watched-checks.ts";
import { commitStep, foldSamples, type LiveCheck } from "./live-check.ts";

export interface LiveReadings {
  checks: Map<number, LiveCheck>;
  /** Change points and outages before this are not held. */
  since: Instant;
}

/**
 * Loads every check that is or was watched, or these, with what was derived `since`: all as of one moment, while another server may be
 * deriving.
 */
export function loadReadings(
  db: Database,
  since: Instant,
  checkIds?: readonly number[],
): Promise<LiveReadings> {
  return db.transaction((tx) => loadSnapshot(tx, since, checkIds), {
    isolationLevel: "repeatable read",
    accessMode: "read only",
  });
}

async function loadSnapshot(
  db: Database,
  since: Instant,
  checkIds?: readonly number[],
): Promise<LiveReadings> {
  const watched = await listWatchedChecks(db, checkIds);
  const checkpoints = await listLatestCheckpoints(db, checkIds);
  const firstReadings = await listFirstReadings(db, checkIds);
  const checks = new Map(
    watched.map((check) => [
      check.id,
      begin(check, checkpoints.get(check.id) ?? beforeAnySample, firstReadings.get(check.id) ?? null),
    ]),
  );
  for (const { checkId, at, state } of await listReadingsSince(db, since, checkIds)) {
    checks.get(checkId)?.changes.push({ at, state });
  }
  for (const { checkId, ...outage } of await listOutagesSince(db, since, checkIds)) {
    checks.get(checkId)?.outages.push(outage);
  }
  await foldSamplesSince(db, checks);
  for (const { checkId, reason, detail } of await listLatestTroubles(db, [...checks.keys()])) {
    const check = checks.get(checkId);
    if (check !== undefined && reason !== null) {
      check.trouble = { reason: reason as FailureReason, detail };
    }
  }
  return { checks, since };
}

/** Forgets everything, or these checks, and loads it again: the memory then says what the store says, whatever happened in between. */
export async function reloadReadings(
  db: Database,
  live: LiveReadings,
  checkIds?: readonly number[],
): Promise<void> {
  const { checks } = await loadReadings(db, live.since, checkIds);
  if (checkIds === undefined) {
    live.checks = checks;
  } else {
    checks.forEach((check, id) => live.checks.set(id, check));
  }
}

/**
 * Takes over a changed configuration: new checks begin, known ones get their revisions, nothing that was measured is touched. Returns
 * the stretches that were derived by rules which, as it now turns out, held no longer.
 */
export async function reloadChecks(db: Database, live: LiveReadings): Promise<Reopening[]> {
  const judgedOtherwise: Reopening[] = [];
  for (const check of await listWatchedChecks(db)) {
    const known = live.checks.get(check.id);
    if (known === undefined) {
      live.checks.set(check.id, begin(check, beforeAnySample, null));
      continue;
    }
    const { through } = known.derivation.head;
    const news = check.revisions[known.revisions.length];
    if (news !== undefined && news.effectiveAt <= through) {
      judgedOtherwise.push({ checkId: check.id, fromAt: news.effectiveAt, throughAt: through });
    }
    Object.assign(known, {
      createdAt: check.createdAt,
      archivedAt: check.archivedAt,
      revisions: check.revisions,
    });
  }
  return judgedOtherwise;
}

/** Begins checks that were made since, and leaves the known ones to `reloadChecks`. */
export async function beginNewChecks(db: Database, live: LiveReadings): Promise<void> {
  for (const check of await listWatchedChecks(db)) {
    if (!live.checks.has(check.id)) {
      live.checks.set(check.id, begin(check, beforeAnySample, null));
    }
  }
}

function begin(check: WatchedCheck, checkpoint: Checkpoint, observedFrom: Instant | null): LiveCheck {
  return {
    ...check,
    derivation: derivationFrom(checkpoint),
    changes: [],
    outages: [],
    observedFrom,
    lastSampleAt: checkpoint === beforeAnySample ? null : checkpoint.through,
    trouble: null,
    buckets: new Map(),
    unsaved: false,
  };
}

/** Samples stored after each checkpoint bring the derivation, and the bucket being counted, to where they were. */
async function foldSamplesSince(db: Database, checks: ReadonlyMap<number, LiveCheck>): Promise<void> {
  const slugs = await listLocationSlugs(db);
  const since = new Map(
    [...checks.values()].map((check) => [check.id, bucketFloor(check.derivation.settled.through)]),
  );
  const rows = await listSamplesAfter(db, since);
  for (let i = 0; i < rows.length;) {
    const check = checks.get(rows[i]!.checkId)!;
    const samples: SampleRow[] = [];
    for (; i < rows.length && rows[i]!.checkId === check.id; i++) {
      samples.push(rows[i]!);
    }
    const folded = samples.map((sample) => sampleOf(sample, slugs));
    commitStep(check, foldSamples(check, folded), []);
    check.lastSampleAt = samples.at(-1)!.at;
    samples.forEach((sample) => countSample(check, sample));
  }
}

/** A stored sample, as the derivation takes it. */
export function sampleOf(row: SampleRow, slugs: ReadonlyMap<number, string>): CheckSample {
  const { locationId, at, outcome, uncertaintyMs } = row;
  const location = slugs.get(locationId) ?? `#${locationId}`;
  return uncertaintyMs === 0 ? { location, at, outcome } : { location, at, outcome, uncertaintyMs };
}

/** The instant before the five-minute bucket of a checkpoint's last sample. */
function bucketFloor(through: Instant): Instant {
  return through === beforeAnySample.through ? through : bucketStart(through, 300) - 1;
}

/** Counts a stored sample into its location's bucket; buckets before the latest were written when the latest began. */
function countSample(check: LiveCheck, { locationId, at, outcome, totalMs }: SampleRow): void {
  if (outcome === "probe_error") {
    return;
  }
  const start = bucketStart(at, 300);
  let bucket = check.buckets.get(locationId);
  if (bucket === undefined || bucket.start < start) {
    bucket = { checkId: check.id, locationId, seconds: 300, start, ...emptyRollup() };
    check.buckets.set(locationId, bucket);
  }
  if (bucket.start === start) {
    addSample(bucket, outcome === "fail", totalMs);
  }
}
