/** Who is called for alerts, as the platform file says: one row (domain/alerting/alert-rules.ts). */
import { type AlertRules, noAlertRules } from "../domain/alerting/alert-rules.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { alertRules, type ManagedBy } from "./schema.ts";

/** What holds now; nothing was ever said: `noAlertRules`. */
export async function readAlertRules(db: Database): Promise<AlertRules> {
  const [row] = await db.select({ rules: alertRules.rules }).from(alertRules);
  return row?.rules ?? noAlertRules;
}

export async function putAlertRules(
  tx: Database,
  rules: AlertRules,
  managedBy: ManagedBy,
  now: Instant,
): Promise<void> {
  await tx
    .insert(alertRules)
    .values({ id: 1, rules, managedBy, createdAt: now })
    .onConflictDoUpdate({ target: alertRules.id, set: { rules, managedBy } });
}
