/**
 * The months of one service as the page and the API tell them: every billing cycle since there is data, the running one last.
 */
import type { Instant } from "../../time/interval.ts";
import { cyclesBetween } from "../../time/billing-cycle.ts";
import type { CycleAvailability } from "./availability.ts";
import { judgeCycle } from "./availability.ts";
import type { Commitment } from "./commitment.ts";
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

/**
 * The cycles from the first observation to the one that contains `now` (or the archiving), oldest first; without any observation only
 * the running one, which has no data. The timelines are swept once, however many cycles there are.
 */
export function monthlyUptime(service: WatchedService, commitment: Commitment, now: Instant): MonthUptime[] {
  const observedFrom = Math.min(service.observedFrom ?? now, now);
  const cycles = cyclesBetween(
    observedFrom,
    Math.max(observedFrom, Math.min(service.archivedAt ?? now, now)) + 1,
    commitment,
  );
  const from = cycles[0]!.start;
  const measured = measureServices(
    [{ ...service, segments: unknownBefore(service, from, observedFrom) }],
    commitment,
    from,
    now,
  );
  return cycles.map((cycle) => ({
    label: cycle.label,
    ...judgeCycle(measured, commitment, { cycle, startsAt: null, endsAt: service.archivedAt, asOf: now }),
  }));
}

function unknownBefore(service: WatchedService, from: Instant, observedFrom: Instant): MeasuredSegment[] {
  const since = service.segments
    .filter((segment) => segment.end === null || segment.end > observedFrom)
    .map((segment) => ({ ...segment, start: Math.max(segment.start, observedFrom) }));
  return [{ start: from, end: observedFrom, state: "unknown" }, ...since];
}
