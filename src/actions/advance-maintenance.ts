/**
 * Lets maintenance windows begin and end at their planned instants, where people did not. Run by the schedule, on any number of
 * servers at once.
 */
import { advanceWindow, type MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listDueWindows, lockWindow, saveWindow } from "../store/maintenance-windows.ts";

/** The windows that changed; an empty array when nothing was due. */
export async function advanceMaintenance(db: Database, now: Instant): Promise<MaintenanceWindow[]> {
  const advanced: MaintenanceWindow[] = [];
  for (const { reference } of await listDueWindows(db, now)) {
    const after = await db.transaction(async (tx) => {
      const before = await lockWindow(tx, reference);
      const window = advanceWindow(before, now);
      if (window !== before) {
        await saveWindow(tx, before, window);
      }
      return window === before ? undefined : window;
    });
    if (after !== undefined) {
      advanced.push(after);
    }
  }
  return advanced;
}
