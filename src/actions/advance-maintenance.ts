/**
 * Lets maintenance windows begin and end at their planned instants, where people did not. Run by the schedule, on any number of
 * servers at once.
 */
import { advanceWindow, clockAuthor, type MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listDueWindows } from "../store/maintenance-windows.ts";
import { changeWindow } from "./change-window.ts";

/** The windows that changed; an empty array when nothing was due. */
export async function advanceMaintenance(db: Database, now: Instant): Promise<MaintenanceWindow[]> {
  const advanced: MaintenanceWindow[] = [];
  for (const { reference } of await listDueWindows(db, now)) {
    let isDue = false;
    const after = await changeWindow(db, reference, clockAuthor, now, (before) => {
      const window = advanceWindow(before, now);
      isDue = window !== before;
      return window;
    });
    if (isDue) {
      advanced.push(after);
    }
  }
  return advanced;
}
