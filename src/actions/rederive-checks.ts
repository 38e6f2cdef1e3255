/**
 * Samples came that are older than what had been derived: fold again from the last checkpoint before them until the derivation says
 * again what it had said, and replace only what lies between. Readings and outages then are as if all had come in order, and the cost
 * is that of the stretch, however many batches brought it.
 */
import { decodeBatch } from "../../probes/batch.ts";
import { alike } from "../domain/monitoring/checkpoint.ts";
import {
  type Checkpoint,
  type CheckSample,
  type Derivation,
  derivationFrom,
  takeSamples,
} from "../domain/monitoring/derivation.ts";
import { samplesOf, usableObservations } from "../domain/monitoring/evidence.ts";
import type { Outage } from "../domain/monitoring/outage.ts";
import type { Silence } from "../domain/monitoring/silence.ts";
import type { ReadingChange } from "../domain/monitoring/timeline.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type LiveCheck, rulesAt, settledThrough } from "../live/live-check.ts";
import { type LiveReadings, sampleOf } from "../live/live-readings.ts";
import { findFirstEvidence, listBatches } from "../store/batches.ts";
import {
  dropCheckpointsBetween,
  findCheckpointBefore,
  listCheckpointsFrom,
  putCheckpoints,
} from "../store/checkpoints.ts";
import type { Database } from "../store/database.ts";
import { dropOutagesBetween, listOutagesSince, putOutages } from "../store/outages.ts";
import { listLocationSlugs } from "../store/probes.ts";
import { dropReadingsBetween, listFirstReadings, listReadingsSince, putReadings } from "../store/readings.ts";
import { dropReopenings, listReopenings, putReopenings, type Reopening } from "../store/reopenings.ts";
import { listSamplesBetween, samplesKeptMs } from "../store/samples.ts";
import { dropSilencesBetween, putSilences } from "../store/silences.ts";
import { dropMonthsFrom } from "../store/service-months.ts";
import type { DerivationRight } from "./derivation-right.ts";

/** How many checks are derived again in one transaction, and after how many samples it ends: batches wait meanwhile. */
const checksAtOnce = 20;
const samplesAtOnce = 200_000;

/** Rows of samples are complete from here on; what is older is read from the evidence. */
const rowsKeptMs = samplesKeptMs - 3_600_000;

const hourMs = 3_600_000;

/**
 * Derives some of the open stretches again. Returns the services whose readings may have changed, or null when nothing was open.
 *
 * @param atMost samples after which it ends, and leaves the rest open
 * @throws RightLost
 */
export async function rederiveChecks(
  db: Database,
  live: LiveReadings,
  right: DerivationRight,
  now: Instant,
  atMost = samplesAtOnce,
): Promise<Set<string> | null> {
  const open = await listReopenings(db, checksAtOnce);
  if (open.length === 0) {
    return null;
  }
  const derivations = await db.transaction(async (tx) => {
    await right.enter(tx);
    const rowsFrom = Math.ceil((now - rowsKeptMs) / hourMs) * hourMs;
    const source = sampleSource(tx, open, rowsFrom, await listLocationSlugs(tx), atMost);
    const fresh = new Map<LiveCheck, Derivation | null>();
    const rest: Reopening[] = [];
    for (const stretch of open) {
      const check = live.checks.get(stretch.checkId);
      if (check !== undefined) {
        const { derivation, goesOnAfter } = await rederive(tx, check, stretch, source, rowsFrom);
        fresh.set(check, derivation);
        if (goesOnAfter !== null) {
          rest.push(restOf(stretch, goesOnAfter));
        }
      }
    }
    const checkIds = open.map(({ checkId }) => checkId);
    await dropReopenings(tx, checkIds);
    await dropMonthsFrom(
      tx,
      open.map(({ checkId, fromAt }) => ({ checkId, from: fromAt })),
    );
    await putReopenings(tx, rest);
    await right.tell(tx, { checkIds });
    return fresh;
  });
  for (const [check, derivation] of derivations) {
    check.derivation = derivation ?? check.derivation;
  }
  await readDerived(db, live, [...derivations.keys()]);
  return new Set([...derivations.keys()].map(({ serviceSlug }) => serviceSlug));
}

/** What is left of a stretch that was derived up to and with an instant, and not yet says again what it had said. */
function restOf({ checkId, throughAt }: Reopening, derivedThrough: Instant): Reopening {
  const fromAt = derivedThrough + 1;
  return { checkId, fromAt, throughAt: Math.max(throughAt, fromAt) };
}

/** Takes over what the store says of these checks. */
async function readDerived(db: Database, live: LiveReadings, checks: readonly LiveCheck[]): Promise<void> {
  const checkIds = checks.map(({ id }) => id);
  const changes = Map.groupBy(await listReadingsSince(db, live.since, checkIds), (row) => row.checkId);
  const outages = Map.groupBy(await listOutagesSince(db, live.since, checkIds), (row) => row.checkId);
  const first = await listFirstReadings(db, checkIds);
  for (const check of checks) {
    check.changes = (changes.get(check.id) ?? []).map(({ at, state }) => ({ at, state }));
    check.outages = (outages.get(check.id) ?? []).map(({ checkId: _, ...outage }) => outage);
    check.observedFrom = first.get(check.id) ?? null;
  }
}

/** What came of deriving a check again. */
interface Rederived {
  /** Where its derivation now stands; null: from some checkpoint on everything is as it was, or is left for later. */
  derivation: Derivation | null;
  /** Up to here it was derived again and the rest is left for later; null: all of it was. */
  goesOnAfter: Instant | null;
}

/** Derives one check again and stores what comes of it, up to a checkpoint at which nothing is different or there was enough to do. */
async function rederive(
  tx: Database,
  check: LiveCheck,
  { fromAt, throughAt }: Reopening,
  source: SampleSource,
  rowsFrom: Instant,
): Promise<Rederived> {
  const start = await findCheckpointBefore(tx, check.id, fromAt);
  const marks = await listCheckpointsFrom(tx, check.id, fromAt);
  const changes = new Map<Instant, ReadingChange>();
  const outages = new Map<Instant, Outage>();
  const silences: Silence[] = [];
  const fresh: Checkpoint[] = [];
  let derivation = derivationFrom(start);
  let until: Instant | null = null;
  let goesOnAfter: Instant | null = null;
  for (const mark of [...marks, null]) {
    const through = mark?.through ?? Number.MAX_SAFE_INTEGER;
    const samples = await source.between(check.id, derivation.head.through, through);
    const newest = samples.at(-1)?.at ?? derivation.head.through;
    const settle = mark === null ? settledThrough(check, newest, rowsFrom) : newest;
    const step = takeSamples(derivation, samples, rulesAt(check), settle);
    step.put.changes.forEach((change) => changes.set(change.at, change));
    step.put.outages.forEach((outage) => outages.set(outage.start, outage));
    silences.push(...step.put.silences);
    derivation = step.derivation;
    fresh.push(derivation.settled);
    if (mark !== null && mark.through > throughAt && alike(mark, derivation.settled)) {
      until = mark.through;
      break;
    }
    if (mark !== null && source.isExhausted()) {
      until = goesOnAfter = mark.through;
      break;
    }
  }
  await replace(tx, check.id, start, until, {
    fresh,
    changes: [...changes.values()],
    outages: [...outages.values()],
    silences,
  });
  return { derivation: until === null ? derivation : null, goesOnAfter };
}

/** What a stretch came to. */
interface Found {
  fresh: Checkpoint[];
  changes: ReadingChange[];
  outages: Outage[];
  silences: Silence[];
}

/** Puts what was derived in the place of what stood after a checkpoint, up to and with `until`; null: of all of it. */
async function replace(
  tx: Database,
  checkId: number,
  { through, state }: Checkpoint,
  until: Instant | null,
  { fresh, changes, outages, silences }: Found,
): Promise<void> {
  const end = until ?? Number.MAX_SAFE_INTEGER;
  const pendingSince = state.down.streak > 0 ? state.down.streakStart - 1 : through;
  await dropReadingsBetween(tx, checkId, state.readingSince ?? Number.MIN_SAFE_INTEGER, end);
  await dropOutagesBetween(tx, checkId, pendingSince, end);
  await dropSilencesBetween(tx, checkId, through, end);
  await dropCheckpointsBetween(tx, checkId, through, end);
  // What the checkpoint itself had said last may have been overwritten since.
  const lastChange =
    state.readingSince === null ? [] : [{ checkId, at: state.readingSince, state: state.reading }];
  const known = state.outage === null ? state.awaitingOk : [...state.awaitingOk, state.outage];
  const of = <T>(list: readonly T[]) => list.map((element) => ({ checkId, ...element }));
  await putReadings(tx, [
    ...lastChange.filter(({ at }) => !changes.some((one) => one.at === at)),
    ...of(changes),
  ]);
  await putOutages(
    tx,
    of([...known.filter(({ start }) => !outages.some((one) => one.start === start)), ...outages]),
  );
  await putSilences(tx, of(silences));
  for (const checkpoint of fresh) {
    await putCheckpoints(tx, of([checkpoint]));
  }
}

interface SampleSource {
  /** Samples of a check after an instant, up to and with another, in order. */
  between(checkId: number, after: Instant, through: Instant): Promise<CheckSample[]>;
  /** Whether as many were read as one transaction should. */
  isExhausted(): boolean;
}

/** Reads from rows where there are rows, else from the evidence, an hour of which is decoded once for all checks that are wanted. */
function sampleSource(
  tx: Database,
  open: readonly Reopening[],
  rowsFrom: Instant,
  slugs: ReadonlyMap<number, string>,
  atMost: number,
): SampleSource {
  const wanted = new Set(open.map(({ checkId }) => checkId));
  const hours = new Map<Instant, Promise<Map<number, CheckSample[]>>>();
  const hourOf = (hour: Instant) => {
    const known = hours.get(hour) ?? samplesInEvidence(tx, wanted, hour, hour + hourMs);
    hours.set(hour, known);
    return known;
  };
  let firstEvidence: Promise<Instant | null> | undefined;
  let left = atMost;
  return {
    async between(checkId, after, through) {
      const samples: CheckSample[] = [];
      const end = Math.min(rowsFrom, through + 1);
      if (after < end) {
        firstEvidence ??= findFirstEvidence(tx);
        const first = Math.max((await firstEvidence) ?? end, after);
        for (let hour = Math.floor(first / hourMs) * hourMs; hour < end; hour += hourMs) {
          const some = (await hourOf(hour)).get(checkId) ?? [];
          samples.push(...some.filter(({ at }) => at > after && at <= through));
        }
      }
      const rows = await listSamplesBetween(tx, checkId, Math.max(after, rowsFrom - 1), through);
      samples.push(...rows.map((row) => sampleOf(row, slugs)));
      left -= samples.length;
      return samples;
    },
    isExhausted: () => left <= 0,
  };
}

async function samplesInEvidence(
  tx: Database,
  wanted: ReadonlySet<number>,
  from: Instant,
  to: Instant,
): Promise<Map<number, CheckSample[]>> {
  const found = new Map<number, CheckSample[]>();
  for await (const { bytes } of listBatches(tx, from, to)) {
    const batch = decodeBatch(bytes);
    const inside = usableObservations(batch).filter(
      ({ at, check }) => at >= from && at < to && wanted.has(check),
    );
    for (const [checkId, observations] of Map.groupBy(inside, ({ check }) => check)) {
      found.set(checkId, [...(found.get(checkId) ?? []), ...samplesOf(batch, observations)]);
    }
  }
  found.forEach((samples) => samples.sort((a, b) => a.at - b.at));
  return found;
}
