/** Which alert routes fit, or wait, by the hours of a calendar. */
import type { Database } from "./database.ts";
import { alertRules } from "./schema.ts";

/** Their slugs, in order. */
export async function listRoutesOfCalendar(db: Database, calendar: string): Promise<string[]> {
  const [row] = await db.select({ rules: alertRules.rules }).from(alertRules);
  return (row?.rules.routes ?? [])
    .filter(({ hours, waitsFor }) => hours?.calendar === calendar || waitsFor === calendar)
    .map(({ slug }) => slug);
}
