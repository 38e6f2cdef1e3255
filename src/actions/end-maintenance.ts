/**
 * Ends planned work by hand.
 */
import { type MaintenanceWindow, endWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { changeWindow } from "./change-window.ts";

export function endMaintenance(
  db: Database,
  reference: string,
  message: string,
  author: string,
  now: Instant,
): Promise<MaintenanceWindow> {
  return changeWindow(db, reference, author, now, (before) => endWindow(before, message, author, now));
}
