/**
 * Calls planned work off before it begins.
 */
import { type MaintenanceWindow, cancelWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { lockWindow, saveWindow } from "../store/maintenance-windows.ts";

export function cancelMaintenance(
  db: Database,
  reference: string,
  message: string,
  author: string,
  now: Instant,
): Promise<MaintenanceWindow> {
  return db.transaction(async (tx) => {
    const before = await lockWindow(tx, reference);
    const after = cancelWindow(before, message, author, now);
    await saveWindow(tx, before, after);
    return after;
  });
}
