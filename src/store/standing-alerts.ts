/** Alerts that are not over, as attention (domain/alerting/attention.ts) and people change them. */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { StandingAlert } from "../domain/alerting/standing-alert.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray, queryRows } from "./database.ts";
import { alerts } from "./tables/alerts.ts";

const columns = {
  id: alerts.id,
  key: alerts.key,
  kind: alerts.kind,
  severity: alerts.severity,
  facts: alerts.facts,
  openedAt: alerts.openedAt,
  closedAt: alerts.closedAt,
  heldBackBy: alerts.heldBackBy,
  memberOf: alerts.memberOf,
  mutedBy: alerts.mutedBy,
  flappingSince: alerts.flappingSince,
  callingSince: alerts.callingSince,
  round: alerts.round,
  route: alerts.route,
  acknowledgedBy: alerts.acknowledgedBy,
  acknowledgedAt: alerts.acknowledgedAt,
  acknowledgedUntil: alerts.acknowledgedUntil,
};

/** All of them, in order of opening. */
export async function listStandingAlerts(db: Database): Promise<StandingAlert[]> {
  return db.select(columns).from(alerts).where(isNull(alerts.overAt)).orderBy(asc(alerts.id));
}

/** One of them; undefined: it is over, or there never was one. */
export async function findStandingAlert(db: Database, id: number): Promise<StandingAlert | undefined> {
  const [row] = await db
    .select(columns)
    .from(alerts)
    .where(and(eq(alerts.id, id), isNull(alerts.overAt)));
  return row;
}

/** Stores what became of alerts; those that are over stay as they are. */
export async function saveStandingAlerts(tx: Database, changed: readonly StandingAlert[]): Promise<void> {
  if (changed.length === 0) {
    return;
  }
  const rows = changed.map((alert) => ({
    id: alert.id,
    held_back_by: alert.heldBackBy,
    member_of: alert.memberOf,
    muted_by: alert.mutedBy,
    flapping_since: alert.flappingSince,
    calling_since: alert.callingSince,
    round: alert.round,
    route: alert.route,
    acknowledged_by: alert.acknowledgedBy,
    acknowledged_at: alert.acknowledgedAt,
    acknowledged_until: alert.acknowledgedUntil,
  }));
  await tx.execute(sql`
    update alerts set held_back_by = said.held_back_by, member_of = said.member_of, muted_by = said.muted_by,
      flapping_since = said.flapping_since, calling_since = said.calling_since, round = said.round, route = said.route,
      acknowledged_by = said.acknowledged_by, acknowledged_at = said.acknowledged_at,
      acknowledged_until = said.acknowledged_until
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as said (
      id int, held_back_by text, member_of int, muted_by text, flapping_since bigint, calling_since bigint, round int,
      route text, acknowledged_by text, acknowledged_at bigint, acknowledged_until bigint
    )
    where alerts.id = said.id and alerts.over_at is null`);
}

/** Notes that alerts are over. */
export async function endAlerts(tx: Database, ids: readonly number[], now: Instant): Promise<void> {
  if (ids.length > 0) {
    await tx.execute(
      sql`update alerts set over_at = ${now} where id = any(${numberArray(ids)}::int[]) and over_at is null`,
    );
  }
}

/** When alerts of some keys were opened after an instant, by key, in order. */
export async function listOpenings(
  db: Database,
  keys: readonly string[],
  since: Instant,
): Promise<Map<string, Instant[]>> {
  const rows = await queryRows<{ key: string; opened_at: unknown }>(
    db,
    sql`
      select key, opened_at from alerts
      where opened_at > ${since} and key in (select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))
      order by opened_at`,
  );
  const openings = new Map<string, Instant[]>();
  rows.forEach(({ key, opened_at }) => openings.set(key, [...(openings.get(key) ?? []), Number(opened_at)]));
  return openings;
}
