/**
 * What each location answered of the checks of a service, in buckets of a chart: how many samples, and how many of them failed. Evidence of
 * what a reading rests on, for whoever looks closer; no figure is made of it.
 */
import { sql } from "drizzle-orm";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";

export interface LocationAnswers {
  location: string;
  start: Instant;
  count: number;
  failures: number;
}

/** In order of location and time; buckets in which nothing came are left out. `seconds`: 300 or 3600, as they are kept. */
export async function listLocationAnswers(
  db: Database,
  service: string,
  within: Interval,
  seconds: number,
): Promise<LocationAnswers[]> {
  const rows = await queryRows<Record<string, unknown>>(
    db,
    sql`
      select locations.title as location, rollups.start, sum(rollups.count) as count, sum(rollups.failures) as failures
      from rollups
      join checks on checks.id = rollups.check_id
      join services on services.id = checks.service_id
      join locations on locations.id = rollups.location_id
      where services.slug = ${service} and rollups.seconds = ${seconds}
        and rollups.start >= ${within.start} and rollups.start < ${within.end}
      group by locations.title, rollups.start order by locations.title, rollups.start`,
  );
  return rows.map((row) => ({
    location: String(row["location"]),
    start: Number(row["start"]),
    count: Number(row["count"]),
    failures: Number(row["failures"]),
  }));
}
