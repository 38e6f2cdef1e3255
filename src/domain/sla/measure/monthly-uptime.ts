/**
 * The months of one service as the page and the API tell them: every billing cycle since there is data, the running one last.
 */
import type { Instant, Interval } from "../../time/interval.ts";
import { type BillingCycle, cyclesBetween } from "../../time/billing-cycle.ts";
import type { CycleAvailability } from "./availability.ts";
import { judgeTimes } from "./availability.ts";
import type { Commitment } from "./commitment.ts";
import { type CycleTimes, cycleTimes } from "./cycle-times.ts";
import { isMonthOf, type KeptMonth, timesOf } from "./kept-month.ts";
import type { CoveredService } from "./measured-time.ts";
import { measureServices } from "./measured-time.ts";
import type { MeasuredSegment } from "./roll-up.ts";

/** What was measured of a service; time before `observedFrom` is unknown. */
export interface WatchedService extends CoveredService {
  /** Null: in service. Ends its last month early. */
  archivedAt: Instant | null;
}

export interface MonthUptime extends CycleAvailability {
  /** "YYYY-MM", the local month in which the cycle starts. */
  label: string;
}

/** The times of one month, not judged yet. */
export interface MonthTimes {
  cycle: BillingCycle;
  times: CycleTimes;
}

/**
 * The cycles from the first observation to the one that contains `now` (or the archiving), oldest first; without any observation only
 * the running one, which has no data.
 *
 * @param kept months that are over, by their start: told as they were kept
 * @param within only cycles that begin in it are told
 */
export function monthlyUptime(
  service: WatchedService,
  commitment: Commitment,
  now: Instant,
  kept: ReadonlyMap<Instant, KeptMonth> = new Map(),
  within: Interval = always,
): MonthUptime[] {
  const cycles = monthsOf(service, commitment, now, within.start).filter(
    ({ start }) => start >= within.start && start < within.end,
  );
  const isKept = (cycle: BillingCycle) => {
    const month = kept.get(cycle.start);
    return month !== undefined && isMonthOf(month, cycle, service.archivedAt);
  };
  const measured = timesFrom(
    service,
    commitment,
    now,
    cycles.filter((cycle) => !isKept(cycle)),
  );
  const told = cycles.filter(isKept).map((cycle) => keptTimes(kept.get(cycle.start)!, cycle));
  const judged = [...told, ...measured].map(({ cycle, times }) => ({
    label: cycle.label,
    ...judgeTimes(times, commitment),
  }));
  return told.length === 0 ? judged : judged.sort((a, b) => a.period.start - b.period.start);
}

const always: Interval = { start: -Infinity, end: Infinity };

/** A month from what was kept of it. */
export function keptUptime(kept: KeptMonth, cycle: BillingCycle, commitment: Commitment): MonthUptime {
  return { label: cycle.label, ...judgeTimes(keptTimes(kept, cycle).times, commitment) };
}

/** The same months, their times only. */
export function monthlyTimes(service: WatchedService, commitment: Commitment, now: Instant): MonthTimes[] {
  return timesFrom(service, commitment, now, monthsOf(service, commitment, now));
}

function keptTimes(kept: KeptMonth, cycle: BillingCycle): MonthTimes {
  return { cycle, times: timesOf(kept, cycle.end - cycle.start) };
}

/** @param since cycles that are over by then are left out */
function monthsOf(
  service: WatchedService,
  commitment: Commitment,
  now: Instant,
  since: Instant = -Infinity,
): BillingCycle[] {
  const observedFrom = Math.min(service.observedFrom ?? now, now);
  const until = Math.max(observedFrom, Math.min(service.archivedAt ?? now, now)) + 1;
  return cyclesBetween(Math.max(observedFrom, since), until, commitment);
}

/** Sweeps the timelines once, from the first of the cycles on, however many there are. */
function timesFrom(
  service: WatchedService,
  commitment: Commitment,
  now: Instant,
  cycles: readonly BillingCycle[],
): MonthTimes[] {
  const from = cycles[0]?.start;
  if (from === undefined) {
    return [];
  }
  const observedFrom = Math.min(service.observedFrom ?? now, now);
  const segments = unknownBefore(service, from, observedFrom);
  const outages = service.outages.filter(
    ({ end, firstOkAfterAt, uncertaintyMs = 0 }) =>
      end === null || firstOkAfterAt === null || firstOkAfterAt + uncertaintyMs >= from,
  );
  const measured = measureServices([{ ...service, segments, outages }], commitment, from, now);
  return cycles.map((cycle) => ({
    cycle,
    times: cycleTimes(measured, commitment, { cycle, startsAt: null, endsAt: service.archivedAt, asOf: now }),
  }));
}

/** What was measured from an instant on; before the first observation: unknown. */
function unknownBefore(service: WatchedService, from: Instant, observedFrom: Instant): MeasuredSegment[] {
  const since = Math.max(from, observedFrom);
  const measured = service.segments
    .filter((segment) => segment.end === null || segment.end > since)
    .map((segment) => ({ ...segment, start: Math.max(segment.start, since) }));
  return from < observedFrom ? [{ start: from, end: observedFrom, state: "unknown" }, ...measured] : measured;
}
