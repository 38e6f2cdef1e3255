/**
 * Begins planned work by hand, early or late; from then on people end it, not the clock.
 */
import { type MaintenanceWindow, startWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { changeWindow } from "./change-window.ts";

export function startMaintenance(
  db: Database,
  reference: string,
  message: string,
  author: string,
  now: Instant,
): Promise<MaintenanceWindow> {
  return changeWindow(db, reference, author, now, (before) => startWindow(before, message, author, now));
}
