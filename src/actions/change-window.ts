/**
 * What every change of a planned window has in common: nobody else changes it meanwhile, and what the rule makes of it is stored whole.
 */
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Database } from "../store/database.ts";
import { lockWindow, saveWindow } from "../store/maintenance-windows.ts";

/** The window of this reference, after `change`, which refuses by throwing: then nothing is stored. */
export function changeWindow(
  db: Database,
  reference: string,
  change: (before: MaintenanceWindow) => MaintenanceWindow,
): Promise<MaintenanceWindow> {
  return db.transaction(async (tx) => {
    const before = await lockWindow(tx, reference);
    const after = change(before);
    await saveWindow(tx, before, after);
    return after;
  });
}
