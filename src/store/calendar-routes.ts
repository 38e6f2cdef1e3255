/** Which alert routes fit, or wait, by the hours of a calendar. */
import { readAlertRules } from "./alert-rules.ts";
import type { Database } from "./database.ts";

/** Their slugs, in order. */
export async function listRoutesOfCalendar(db: Database, calendar: string): Promise<string[]> {
  const { routes } = await readAlertRules(db);
  return routes
    .filter(({ hours, waitsFor }) => hours?.calendar === calendar || waitsFor === calendar)
    .map(({ slug }) => slug);
}
