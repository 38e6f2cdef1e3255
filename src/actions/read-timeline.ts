/**
 * Reads what is known of a service over a stretch of time, layer by layer: measured, said, planned, and proposed to be judged otherwise.
 */
import type { Segment } from "../domain/monitoring/timeline.ts";
import type { Incident } from "../domain/status/incident.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import { intersect, type Instant, type Interval } from "../domain/time/interval.ts";
import { loadMeasurements } from "../live/measurements.ts";
import type { CoverableService } from "../store/covered-services.ts";
import type { Database } from "../store/database.ts";
import { listIncidentsSince } from "../store/incidents.ts";
import { listWindowsSince } from "../store/maintenance-windows.ts";
import {
  listCorrections,
  listExclusions,
  type StoredCorrection,
  type StoredExclusion,
} from "../store/proposals.ts";

export interface TimelineLayers {
  /** The part of the time that is over and was observed; null: none. */
  observed: Interval | null;
  /** As measured, without any overlay; time of it that is not listed was up. */
  measured: Segment[];
  outages: { check: string; start: Instant; end: Instant | null }[];
  incidents: Incident[];
  /** Cancelled ones are left out. */
  windows: MaintenanceWindow[];
  /** Whatever became of them, in order of recording. */
  corrections: StoredCorrection[];
  exclusions: StoredExclusion[];
}

export async function readTimeline(
  db: Database,
  { slug, archivedAt }: CoverableService,
  within: Interval,
  now: Instant,
): Promise<TimelineLayers> {
  const over = { start: within.start, end: Math.min(within.end, now) };
  const touches = (start: Instant, end: Instant) => start < within.end && end > within.start;
  const measure = over.start < over.end ? await loadMeasurements(db, over.start, [slug]) : null;
  const measurement = measure?.(slug, over, archivedAt);
  const observedFrom = measurement?.observedFrom ?? null;
  const observed = observedFrom === null ? null : { start: observedFrom, end: over.end };
  return {
    observed,
    measured: (measurement?.segments ?? []).flatMap(({ start, end, state }) =>
      intersect([{ start, end: end ?? over.end }], [over]).map((time) => ({ ...time, state })),
    ),
    outages: (measurement?.outages ?? []).map(({ checkSlug, start, end }) => ({
      check: checkSlug,
      start,
      end,
    })),
    incidents: (await listIncidentsSince(db, within.start)).filter(
      ({ impacts, startedAt }) =>
        startedAt < within.end &&
        impacts.some((one) => one.serviceSlug === slug && touches(one.start, one.end ?? now)),
    ),
    windows: (await listWindowsSince(db, within.start)).filter(
      (window) =>
        window.state !== "cancelled" &&
        window.serviceSlugs.includes(slug) &&
        touches(window.actualStart ?? window.plannedStart, window.actualEnd ?? window.plannedEnd),
    ),
    corrections: await listCorrections(db, { service: slug, touching: within }),
    exclusions: (await listExclusions(db, { touching: within })).filter(
      ({ services }) => services === "*" || services.includes(slug),
    ),
  };
}
