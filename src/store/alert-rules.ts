/** Who is called for alerts, as the platform's settings say (domain/alerting/alert-rules.ts). */
import { type AlertRules, noAlertRules } from "../domain/alerting/alert-rules.ts";
import type { Database } from "./database.ts";
import { platforms } from "./tables/watched.ts";

/** What holds now; nothing was ever said: `noAlertRules`. */
export async function readAlertRules(db: Database): Promise<AlertRules> {
  const [platform] = await db.select({ settings: platforms.settings }).from(platforms);
  return platform?.settings.alertRules ?? noAlertRules;
}
