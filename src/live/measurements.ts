/**
 * Services as they were measured over a stretch of time, read from the store for whoever judges cycles: by the same checks and the same
 * function as the page, without any overlay.
 */
import { measureService } from "../domain/monitoring/service-measurement.ts";
import { type CheckSilences, silencesOver } from "../domain/monitoring/silence.ts";
import { measuredInputs, type ServiceInputs } from "../domain/sla/report/report-inputs.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listSilencesSince, type SilenceRow } from "../store/silences.ts";
import { listCheckIds } from "../store/watched-checks.ts";
import { countingMeasurements, isCounting, type LiveCheck, presentRules } from "./live-check.ts";
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
  const checkIds = serviceSlugs && (await listCheckIds(db, serviceSlugs));
  const { checks, silences } = await loadMeasured(db, since, checkIds);
  const byService = Map.groupBy(checks.values(), ({ serviceSlug }) => serviceSlug);
  const known = new Map<string, Measurement>();
  return (slug, window, archivedAt) => {
    const key = `${slug} ${window.start} ${window.end}`;
    const measurement =
      known.get(key) ?? measured(slug, byService.get(slug) ?? [], silences, window, archivedAt);
    known.set(key, measurement);
    return measurement;
  };
}

/** Readings and the silences of locations, by check, as of one moment: a silence that ends meanwhile would else be told twice or never. */
function loadMeasured(db: Database, since: Instant, checkIds: readonly number[] | undefined) {
  return db.transaction(
    async (tx) => {
      const { checks } = await loadReadings(tx, since, checkIds);
      const rows = await listSilencesSince(tx, since, checkIds);
      return { checks, silences: Map.groupBy(rows, ({ checkId }) => checkId) };
    },
    { isolationLevel: "repeatable read", accessMode: "read only" },
  );
}

function measured(
  slug: string,
  checks: readonly LiveCheck[],
  silences: ReadonlyMap<number, readonly SilenceRow[]>,
  window: Interval,
  archivedAt: Instant | null,
): Measurement {
  const heard = silencesOver(
    checks.filter(isCounting).map((check) => checkSilences(check, silences.get(check.id) ?? [])),
    window,
  );
  const measurement = measureService(countingMeasurements(checks), window);
  return {
    slug,
    ...measuredInputs(heard === null ? measurement : { ...measurement, silences: heard }, window, archivedAt),
  };
}

function checkSilences(check: LiveCheck, silences: readonly SilenceRow[]): CheckSilences {
  const { archivedAt, observedFrom, revisions, derivation } = check;
  return {
    archivedAt,
    observedFrom,
    revisions: revisions.map(({ effectiveAt, definition: { locations } }) => ({ effectiveAt, locations })),
    silences,
    head: derivation.head.state,
    rules: presentRules(check),
  };
}
