/** Alerts as people look at them: open ones, the history page by page, and one of them with all that was told of it. */
import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { Database } from "./database.ts";
import type { Alert } from "./alerts.ts";
import { alerts, alertTellings } from "./tables/alerts.ts";

/** What was told of an alert on a channel, or is to be. */
export type AlertTelling = typeof alertTellings.$inferSelect;

/** How many others an alert speaks for, and how many of them still stand. */
export interface MemberCount {
  all: number;
  standing: number;
}

/** Those that are not over, unacknowledged first, then the most urgent, then the oldest. */
export async function listOpenForPeople(db: Database): Promise<Alert[]> {
  const rows = await db.select().from(alerts).where(isNull(alerts.overAt)).orderBy(asc(alerts.id));
  return rows.toSorted(byUrgency);
}

const severities = ["critical", "warning", "info"];

function byUrgency(a: Alert, b: Alert): number {
  return (
    Number(a.acknowledgedAt !== null) - Number(b.acknowledgedAt !== null) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    a.id - b.id
  );
}

/** Those that are over, newest first. @param before id after which the page goes on; null: the first page */
export async function listOverAlerts(db: Database, before: number | null, atMost: number): Promise<Alert[]> {
  return db
    .select()
    .from(alerts)
    .where(and(isNotNull(alerts.overAt), before === null ? undefined : lt(alerts.id, before)))
    .orderBy(desc(alerts.id))
    .limit(atMost);
}

/** @throws NotFound alert_not_found */
export async function getAlert(db: Database, id: number): Promise<Alert> {
  const [row] = await db.select().from(alerts).where(eq(alerts.id, id));
  if (row === undefined) {
    throw new NotFound("alert_not_found", `There is no alert ${id}.`);
  }
  return row;
}

/** What an alert speaks for: its members, and what is held back behind it while both stand; in order of opening. */
export async function listMembers(db: Database, { id, key, overAt }: Alert): Promise<Alert[]> {
  const behind = and(eq(alerts.heldBackBy, key), isNull(alerts.overAt));
  return db
    .select()
    .from(alerts)
    .where(overAt === null ? or(eq(alerts.memberOf, id), behind) : eq(alerts.memberOf, id))
    .orderBy(asc(alerts.id));
}

/** By alert that speaks for others. */
export async function countMembers(db: Database, ids: readonly number[]): Promise<Map<number, MemberCount>> {
  if (ids.length === 0) {
    return new Map();
  }
  const rows = await db
    .select({
      speaker: alerts.memberOf,
      all: sql<number>`count(*)::int`,
      standing: sql<number>`count(*) filter (where ${alerts.closedAt} is null)::int`,
    })
    .from(alerts)
    .where(inArray(alerts.memberOf, [...ids]))
    .groupBy(alerts.memberOf);
  return new Map(rows.map(({ speaker, all, standing }) => [speaker!, { all, standing }]));
}

/** Everything that was told of an alert or is to be, in the order in which it became due. */
export async function listTellings(db: Database, alertId: number): Promise<AlertTelling[]> {
  return db
    .select()
    .from(alertTellings)
    .where(eq(alertTellings.alertId, alertId))
    .orderBy(
      asc(alertTellings.dueAt),
      asc(alertTellings.round),
      asc(alertTellings.step),
      asc(alertTellings.channel),
    );
}

/** Open alerts that a silence mutes now, by its id: what one would hear without it. */
export async function listMutedBySilence(db: Database): Promise<Map<number, Alert[]>> {
  const rows = await db
    .select()
    .from(alerts)
    .where(and(isNull(alerts.overAt), sql`${alerts.mutedBy} like 'silence %'`))
    .orderBy(asc(alerts.id));
  return Map.groupBy(rows, ({ mutedBy }) => Number(mutedBy!.slice("silence ".length)));
}
