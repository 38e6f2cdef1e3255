/**
 * Calls planned work off before it begins.
 */
import { type MaintenanceWindow, cancelWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { changeWindow } from "./change-window.ts";

export function cancelMaintenance(
  db: Database,
  reference: string,
  message: string,
  author: string,
  now: Instant,
): Promise<MaintenanceWindow> {
  return changeWindow(db, reference, author, now, (before) => cancelWindow(before, message, author, now));
}
