/**
 * Plans a maintenance window: announced at `now`, whatever time it is planned for.
 */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { type MaintenancePlan, planWindow } from "../domain/status/maintenance-plan.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import { referencePrefixes } from "../domain/status/reference.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { insertWindow } from "../store/maintenance-windows.ts";
import { drawReference } from "../store/references.ts";
import { maintenanceWindows } from "../store/schema.ts";

/** The window as `author` planned it. */
export function planMaintenance(
  db: Database,
  plan: MaintenancePlan,
  author: string,
  now: Instant,
): Promise<MaintenanceWindow> {
  return db.transaction(async (tx) => {
    await requireServices(tx, plan.serviceSlugs, (i) => `/services/${i}`);
    const reference = await drawReference(tx, maintenanceWindows, referencePrefixes.maintenance, now);
    const window = planWindow(plan, { reference, author }, now);
    await insertWindow(tx, window);
    await appendAudit(tx, {
      ...{ kind: "maintenance", subject: reference, event: "planned", author, recordedAt: now },
      ...changeOf(null, window),
    });
    return window;
  });
}
