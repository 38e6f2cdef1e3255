/**
 * Plans maintenance that comes again and again, and announces its next windows. What they break of what contracts promise takes a reason,
 * which stands for those to come as well.
 */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { type BrokenRule, reasonFor } from "../domain/sla/promise/window-judgement.ts";
import { beginSeries, type MaintenanceSeries, type SeriesPlan } from "../domain/status/maintenance-series.ts";
import { referencePrefixes } from "../domain/status/reference.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { insertSeries } from "../store/maintenance-series.ts";
import { drawReference } from "../store/references.ts";
import { maintenanceSeries } from "../store/tables/words.ts";
import { followSeries } from "./follow-series.ts";

/** @throws InvalidInput invalid_series, unknown_service, reason_needed */
export function planSeries(
  db: Database,
  plan: SeriesPlan,
  author: string,
  now: Instant,
  reason: string | null = null,
): Promise<MaintenanceSeries> {
  return db.transaction(async (tx) => {
    await requireServices(tx, plan.serviceSlugs, (i) => `/services/${i}`);
    const reference = await drawReference(tx, maintenanceSeries, referencePrefixes.series, now);
    const series = beginSeries(plan, { reference, author, reason: givenReason(reason) }, now);
    await insertSeries(tx, series);
    const explain = (broken: readonly BrokenRule[]) => reasonFor(broken, reason);
    await followSeries(tx, series, { before: null, from: null, message: plan.message, author, explain }, now);
    await appendAudit(tx, {
      ...{ kind: "maintenance", subject: reference, event: "planned", author, recordedAt: now },
      ...changeOf(null, series),
    });
    return series;
  });
}

/** A reason as a series keeps it, for its windows to come; null: none was given. */
export function givenReason(reason: string | null): string | null {
  return reason === null || reason.trim() === "" ? null : reason.trim();
}
