/** What of planned work needs a person: reads what the next windows break without a reason, and lets domain/alerting decide. */
import type { Trouble } from "../domain/alerting/alert.ts";
import { beginningSoon, troublesOfMaintenance } from "../domain/alerting/maintenance-troubles.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { listJudgements } from "../store/window-judgements.ts";

/** @param windows as the board has them */
export async function readMaintenanceTroubles(
  db: Database,
  windows: readonly MaintenanceWindow[],
  now: Instant,
): Promise<Trouble[]> {
  const soon = beginningSoon(windows, now).map(({ reference }) => reference);
  const unexplained = [...(await listJudgements(db, soon))].flatMap(([reference, judgements]) => {
    const last = judgements.at(-1);
    return last !== undefined && last.broken.length > 0 && last.reason === null ? reference : [];
  });
  return troublesOfMaintenance(windows, new Set(unexplained), now);
}
