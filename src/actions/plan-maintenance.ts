/**
 * Plans a maintenance window: announced at `now`, whatever time it is planned for. What it breaks of what contracts promise takes a reason
 * and is kept with it.
 */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { reasonFor } from "../domain/sla/promise/window-judgement.ts";
import { type MaintenancePlan, planWindow } from "../domain/status/maintenance-plan.ts";
import type { MaintenanceWindow, SeriesPlace } from "../domain/status/maintenance-window.ts";
import { referencePrefixes } from "../domain/status/reference.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { insertWindow } from "../store/maintenance-windows.ts";
import { drawReference } from "../store/references.ts";
import { maintenanceWindows } from "../store/tables/words.ts";
import { addJudgement } from "../store/window-judgements.ts";
import { type WindowJudge, windowJudge, workOf } from "./judge-window.ts";

/**
 * The window as `author` planned it.
 *
 * @param reason why it breaks what contracts promise; null: it should break nothing
 * @throws InvalidInput invalid_maintenance, unknown_service, reason_needed
 */
export function planMaintenance(
  db: Database,
  plan: MaintenancePlan,
  author: string,
  now: Instant,
  reason: string | null = null,
): Promise<MaintenanceWindow> {
  return db.transaction(async (tx) => {
    await requireServices(tx, plan.serviceSlugs, (i) => `/services/${i}`);
    const judge = await windowJudge(tx, { from: plan.plannedStart, serviceSlugs: plan.serviceSlugs });
    return publishWindow(tx, plan, { author, series: null }, now, (window) => {
      const broken = judge(workOf(window), window.announcedAt);
      return { broken, reason: reasonFor(broken, reason) };
    });
  });
}

/** What a judge says of a window, with the reason that is to be kept beside it. */
export type Judged = (window: MaintenanceWindow) => {
  broken: ReturnType<WindowJudge>;
  reason: string | null;
};

/** Announces a window and keeps what the rules say of it. Its services stand. */
export async function publishWindow(
  tx: Database,
  plan: MaintenancePlan,
  { author, series }: { author: string; series: SeriesPlace | null },
  now: Instant,
  judged: Judged,
): Promise<MaintenanceWindow> {
  const reference = await drawReference(tx, maintenanceWindows, referencePrefixes.maintenance, now);
  const window = planWindow(plan, { reference, author, ...(series && { series }) }, now);
  const judgement = judged(window);
  await insertWindow(tx, window);
  await addJudgement(tx, reference, { ...judgement, author, recordedAt: now });
  await appendAudit(tx, {
    ...{ kind: "maintenance", subject: reference, event: "planned", author, recordedAt: now },
    ...changeOf(null, { ...window, ...judgement }),
  });
  return window;
}
