/**
 * Says that planned work is done and is being checked.
 */
import { type MaintenanceWindow, verifyWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { changeWindow } from "./change-window.ts";

/**
 * @param seen version of the window that it was decided from; null: whatever stands
 * @throws NotFound maintenance_not_found; Conflict version_changed, maintenance_transition
 */
export function verifyMaintenance(
  db: Database,
  reference: string,
  message: string,
  author: string,
  now: Instant,
  seen: number | null = null,
): Promise<MaintenanceWindow> {
  const step = (before: MaintenanceWindow) => verifyWindow(before, message, author, now);
  return changeWindow(db, reference, author, now, step, seen);
}
