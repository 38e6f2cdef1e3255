/**
 * Plans a maintenance window anew: another time, other services, another title. An enlargement announces it again.
 */
import { type MaintenanceReplan, replanWindow } from "../domain/status/maintenance-plan.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import type { Database } from "../store/database.ts";
import { changeWindow } from "./change-window.ts";

export function replanMaintenance(
  db: Database,
  reference: string,
  change: MaintenanceReplan,
  author: string,
  now: Instant,
): Promise<MaintenanceWindow> {
  return changeWindow(db, reference, author, now, async (before, tx) => {
    const named = change.serviceSlugs ?? [];
    const added = named.filter((slug) => !before.serviceSlugs.includes(slug));
    await requireServices(tx, added, (i) => `/services/${named.indexOf(added[i]!)}`);
    return replanWindow(before, change, author, now);
  });
}
