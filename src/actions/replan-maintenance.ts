/**
 * Plans a maintenance window anew: another time, other services, another title. An enlargement announces it again, and what it then breaks
 * of what contracts promise takes a reason, as at first.
 */
import { Conflict } from "../domain/errors.ts";
import { reasonFor } from "../domain/sla/promise/window-judgement.ts";
import { type MaintenanceReplan, replanWindow } from "../domain/status/maintenance-plan.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import type { Database } from "../store/database.ts";
import { listWindowsOfSeries } from "../store/maintenance-windows.ts";
import { addJudgement } from "../store/window-judgements.ts";
import { changeWindow } from "./change-window.ts";
import { windowJudge, workOf } from "./judge-window.ts";

/** What whoever plans anew knows beside the plan. */
export interface ReplanGround {
  /** Version of the window that the change was made from; null: whatever stands. */
  seen: number | null;
  /** Why it breaks what contracts promise; null: it should break nothing. */
  reason: string | null;
}

/**
 * @throws NotFound maintenance_not_found; InvalidInput invalid_maintenance, unknown_service, reason_needed
 * @throws Conflict version_changed, maintenance_over, maintenance_has_begun, overlaps_series
 */
export function replanMaintenance(
  db: Database,
  reference: string,
  change: MaintenanceReplan,
  author: string,
  now: Instant,
  { seen, reason }: ReplanGround = { seen: null, reason: null },
): Promise<MaintenanceWindow> {
  const anew = async (before: MaintenanceWindow, tx: Database) => {
    const named = change.serviceSlugs ?? [];
    const added = named.filter((slug) => !before.serviceSlugs.includes(slug));
    await requireServices(tx, added, (i) => `/services/${named.indexOf(added[i]!)}`);
    const after = replanWindow(before, change, author, now);
    if (isSameWork(before, after)) {
      return after;
    }
    await refuseOverlap(tx, after);
    const judge = await windowJudge(tx, {
      from: Math.min(before.plannedStart, after.plannedStart),
      serviceSlugs: after.serviceSlugs,
      leaving: [reference],
    });
    const broken = judge(workOf(after), after.announcedAt);
    const judgement = { broken, reason: reasonFor(broken, reason) };
    await addJudgement(tx, reference, { ...judgement, author, recordedAt: now });
    return after;
  };
  return changeWindow(db, reference, author, now, anew, seen);
}

function isSameWork(before: MaintenanceWindow, after: MaintenanceWindow): boolean {
  return JSON.stringify(workOf(before)) === JSON.stringify(workOf(after));
}

/** A window never overlaps the next of its series, nor the one before it. */
async function refuseOverlap(tx: Database, window: MaintenanceWindow): Promise<void> {
  if (window.series === null) {
    return;
  }
  const other = (await listWindowsOfSeries(tx, window.series.reference)).find(
    ({ reference, state, plannedStart, plannedEnd }) =>
      reference !== window.reference &&
      state !== "cancelled" &&
      plannedStart < window.plannedEnd &&
      plannedEnd > window.plannedStart,
  );
  if (other !== undefined) {
    throw new Conflict(
      "overlaps_series",
      `It would overlap ${other.reference}, which is of the same series. Move or cancel that one first.`,
      [{ pointer: "/planned_end", detail: `It overlaps ${other.reference}.` }],
    );
  }
}
