/**
 * Services as they were measured over a stretch of time, read from the store for whoever judges cycles: by the same checks and the same
 * function as the page, without any overlay.
 */
import { measureService } from "../domain/monitoring/service-measurement.ts";
import { measuredInputs, type ServiceInputs } from "../domain/sla/report/report-inputs.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listWatchedChecks } from "../store/watched-checks.ts";
import { countingMeasurements, type LiveCheck } from "./live-check.ts";
import { loadReadings } from "./live-readings.ts";

/** What is measured of a service, without its title. */
export type Measurement = Omit<ServiceInputs, "title" | "locations">;

/** A service over a window; told as of the window's end, so that it reads the same whenever it is asked. */
export type Measure = (serviceSlug: string, window: Interval, archivedAt: Instant | null) => Measurement;

/** Reads what was measured of the services, or of all of them, from an instant on. Each window is measured once. */
export async function loadMeasurements(
  db: Database,
  since: Instant,
  serviceSlugs?: readonly string[],
): Promise<Measure> {
  const wanted = serviceSlugs && new Set(serviceSlugs);
  const checkIds =
    wanted &&
    (await listWatchedChecks(db)).filter(({ serviceSlug }) => wanted.has(serviceSlug)).map(({ id }) => id);
  const { checks } = await loadReadings(db, since, checkIds);
  const byService = Map.groupBy(checks.values(), ({ serviceSlug }) => serviceSlug);
  const known = new Map<string, Measurement>();
  return (slug, window, archivedAt) => {
    const key = `${slug} ${window.start} ${window.end}`;
    const measurement = known.get(key) ?? measured(slug, byService.get(slug) ?? [], window, archivedAt);
    known.set(key, measurement);
    return measurement;
  };
}

function measured(
  slug: string,
  checks: readonly LiveCheck[],
  window: Interval,
  archivedAt: Instant | null,
): Measurement {
  return {
    slug,
    ...measuredInputs(measureService(countingMeasurements(checks), window), window, archivedAt),
  };
}
