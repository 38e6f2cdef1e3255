/**
 * Begins planned work by hand, early or late; from then on people end it, not the clock.
 */
import { type MaintenanceWindow, startWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { lockWindow, saveWindow } from "../store/maintenance-windows.ts";

export function startMaintenance(
  db: Database,
  reference: string,
  message: string,
  author: string,
  now: Instant,
): Promise<MaintenanceWindow> {
  return db.transaction(async (tx) => {
    const before = await lockWindow(tx, reference);
    const after = startWindow(before, message, author, now);
    await saveWindow(tx, before, after);
    return after;
  });
}
