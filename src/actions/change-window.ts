/**
 * What every change of a planned window has in common: whoever makes it has seen the latest, nobody else changes it meanwhile, and what the
 * rule makes of it is stored whole.
 */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { type MaintenanceWindow, refuseUnseen, windowVersion } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { lockWindow, saveWindow } from "../store/maintenance-windows.ts";

/**
 * The window of this reference, after `change`, which refuses by throwing: then nothing is stored.
 *
 * @param seen version that the change was made from; null: whatever stands
 * @throws NotFound maintenance_not_found; Conflict version_changed
 */
export function changeWindow(
  db: Database,
  reference: string,
  author: string,
  now: Instant,
  change: (before: MaintenanceWindow, tx: Database) => MaintenanceWindow | Promise<MaintenanceWindow>,
  seen: number | null = null,
): Promise<MaintenanceWindow> {
  return db.transaction(async (tx) => {
    const before = await lockWindow(tx, reference);
    refuseUnseen(reference, windowVersion(before), seen);
    const after = await change(before, tx);
    if (after === before) {
      return before;
    }
    await saveWindow(tx, before, after);
    const event = after.state === before.state ? "changed" : after.state;
    await appendAudit(tx, {
      ...{ kind: "maintenance", subject: reference, event, author, recordedAt: now },
      ...changeOf(before, after),
    });
    return after;
  });
}
