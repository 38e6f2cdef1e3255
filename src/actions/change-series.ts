/** Gives a series of maintenance another plan from a day on, or ends it from an instant on; its windows follow. */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { type BrokenRule, reasonFor } from "../domain/sla/promise/window-judgement.ts";
import {
  changeSeries as changed,
  endSeries as ended,
  type MaintenanceSeries,
  type SeriesPlan,
} from "../domain/status/maintenance-series.ts";
import { refuseUnseen } from "../domain/status/maintenance-window.ts";
import { messageFaults, refuseFaults } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { lockSeries, saveSeries } from "../store/maintenance-series.ts";
import { followSeries } from "./follow-series.ts";
import { givenReason } from "./plan-series.ts";

/** What a change of a series comes with. */
export interface SeriesChange {
  /** What is told of windows that change, or do not take place. */
  message: string;
  /** Version of the series that the change was made from; null: whatever stands. */
  seen: number | null;
  author: string;
}

/**
 * @throws NotFound series_not_found; Conflict version_changed, series_over
 * @throws InvalidInput invalid_series, unknown_service, reason_needed
 */
export function changeSeries(
  db: Database,
  reference: string,
  plan: SeriesPlan,
  reason: string | null,
  change: SeriesChange,
  now: Instant,
): Promise<MaintenanceSeries> {
  return alter(db, reference, change, "changed", now, async (before, tx) => {
    await requireServices(tx, plan.serviceSlugs, (i) => `/services/${i}`);
    const after = changed(before, plan, givenReason(reason), now);
    const explain = (broken: readonly BrokenRule[]) => reasonFor(broken, reason);
    return { after, from: after.parts.at(-1)!.from, explain };
  });
}

/** @throws NotFound series_not_found; Conflict version_changed, series_over */
export function endSeries(
  db: Database,
  reference: string,
  from: Instant,
  change: SeriesChange,
  now: Instant,
): Promise<MaintenanceSeries> {
  return alter(db, reference, change, "ended", now, (before) => {
    const after = ended(before, from, now);
    return { after, from: after.endsAt!, explain: () => before.reason };
  });
}

type Altered = Pick<Parameters<typeof followSeries>[2], "explain"> & {
  after: MaintenanceSeries;
  from: Instant;
};

function alter(
  db: Database,
  reference: string,
  { message, seen, author }: SeriesChange,
  event: "changed" | "ended",
  now: Instant,
  change: (before: MaintenanceSeries, tx: Database) => Altered | Promise<Altered>,
): Promise<MaintenanceSeries> {
  return db.transaction(async (tx) => {
    const before = await lockSeries(tx, reference);
    refuseUnseen(reference, before.version, seen);
    refuseFaults(
      "invalid_series",
      "The series cannot be changed like this.",
      messageFaults(message, "/message"),
    );
    const { after, from, explain } = await change(before, tx);
    await saveSeries(tx, after);
    await followSeries(tx, after, { before, from, message, author, explain }, now);
    await appendAudit(tx, {
      ...{ kind: "maintenance", subject: reference, event, author, recordedAt: now },
      ...changeOf(before, after),
    });
    return after;
  });
}
