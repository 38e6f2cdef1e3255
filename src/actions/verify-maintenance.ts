/**
 * Says that planned work is done and is being checked.
 */
import { type MaintenanceWindow, verifyWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { lockWindow, saveWindow } from "../store/maintenance-windows.ts";

export function verifyMaintenance(
  db: Database,
  reference: string,
  message: string,
  author: string,
  now: Instant,
): Promise<MaintenanceWindow> {
  return db.transaction(async (tx) => {
    const before = await lockWindow(tx, reference);
    const after = verifyWindow(before, message, author, now);
    await saveWindow(tx, before, after);
    return after;
  });
}
