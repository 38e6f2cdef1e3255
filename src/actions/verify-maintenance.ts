/**
 * Says that planned work is done and is being checked.
 */
import { type MaintenanceWindow, verifyWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { changeWindow } from "./change-window.ts";

export function verifyMaintenance(
  db: Database,
  reference: string,
  message: string,
  author: string,
  now: Instant,
): Promise<MaintenanceWindow> {
  return changeWindow(db, reference, author, now, (before) => verifyWindow(before, message, author, now));
}
