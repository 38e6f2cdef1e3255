/**
 * Reads what a week of operations is told by: what was measured, declared, planned and alerted, and how the contracts stand. For the mail,
 * for the look at it before, and for programs; the figures are made in domain/mailing/operations-week.ts.
 */
import { InvalidInput } from "../domain/errors.ts";
import { type OperationsWeek, operationsWeek } from "../domain/mailing/operations-week.ts";
import { settleMs } from "../domain/sla/close/cycle-state.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type IsoWeek, weekBefore, weekOf } from "../domain/time/iso-week.ts";
import { readSettings } from "../live/board-words.ts";
import { loadMeasurements } from "../live/measurements.ts";
import { listAlertsIn } from "../store/alerts.ts";
import { listCoverableServices } from "../store/covered-services.ts";
import type { Database } from "../store/database.ts";
import { listIncidentsSince } from "../store/incidents.ts";
import { listWindowsSince } from "../store/maintenance-windows.ts";
import { listApprovedCorrections } from "../store/proposals.ts";
import type { Engine } from "./draft-cycle.ts";
import { readClosingMonths, readContractBudgets } from "./survey-contracts.ts";

/**
 * The week of a label, or the last whole one, in the platform's zone.
 *
 * @throws InvalidInput iso_week, week_not_over
 */
export async function findWholeWeek(db: Database, label: string | null, now: Instant): Promise<IsoWeek> {
  const { timeZone } = await readSettings(db);
  const week = label === null ? weekBefore(now, timeZone) : weekOf(label, timeZone);
  if (week.end > now) {
    throw new InvalidInput("week_not_over", `The week ${week.label} is not over yet.`, [
      { pointer: "?week", detail: "must be a week that is over" },
    ]);
  }
  return week;
}

/** The week as it is known now: late evidence and corrections are in it. */
export async function readOperationsWeek(
  db: Database,
  engine: Engine,
  week: IsoWeek,
  now: Instant,
): Promise<OperationsWeek> {
  const { name, timeZone } = await readSettings(db);
  // Also around the week, so that outages over its edges are known whole.
  const over = { start: week.start - settleMs, end: Math.min(week.end + settleMs, now) };
  const measure = await loadMeasurements(db, over.start);
  const corrections = await listApprovedCorrections(db, over.start);
  const services = (await listCoverableServices(db)).filter(
    ({ createdAt, archivedAt }) => createdAt < week.end && (archivedAt === null || archivedAt > week.start),
  );
  return operationsWeek({
    ...{ week, platform: name, timeZone, asOf: over.end },
    services: services.map(({ slug, title, archivedAt }) => ({
      ...measure(slug, over, archivedAt),
      ...{ title, archivedAt, corrections: corrections.get(slug) ?? [] },
    })),
    incidents: await listIncidentsSince(db, week.start),
    windows: await listWindowsSince(db, week.start),
    alerts: await listAlertsIn(db, week),
    contracts: await readContractBudgets(db, engine, week.end),
    closings: await readClosingMonths(db, engine, now),
  });
}
