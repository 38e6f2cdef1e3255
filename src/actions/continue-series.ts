/**
 * Announces the next windows of every series, as the clock goes on. What they break is kept with the reason that was given for the series;
 * where none was, the console asks for it. Run by the schedule, on any number of servers at once.
 */
import { clockAuthor, type MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listStandingSeries, lockSeries } from "../store/maintenance-series.ts";
import { followSeries } from "./follow-series.ts";

/** The windows that were announced. */
export async function continueSeries(db: Database, now: Instant): Promise<MaintenanceWindow[]> {
  const announced: MaintenanceWindow[] = [];
  for (const { reference } of await listStandingSeries(db, now)) {
    const windows = await db.transaction(async (tx) => {
      const series = await lockSeries(tx, reference);
      const { message } = series.parts.at(-1)!;
      const following = { before: series, from: null, message, author: clockAuthor };
      return followSeries(tx, series, { ...following, explain: () => series.reason }, now);
    });
    announced.push(...windows);
  }
  return announced;
}
