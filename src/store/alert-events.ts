/** Everything that happened to alerts, in order (domain/alerting/alert-history.ts): only ever added to, in the transaction that makes it happen. */
import { asc, eq } from "drizzle-orm";
import { sql } from "drizzle-orm";
import type { AlertFacts } from "../domain/alerting/alert.ts";
import type { AlertHappening, AlertHistoryEntry } from "../domain/alerting/alert-history.ts";
import type { EscalationStep, TakenStep } from "../domain/alerting/escalation.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray, queryRows } from "./database.ts";
import { alertEvents } from "./tables/alerts.ts";

const rowsAtOnce = 1_000;

/** Puts down what happened at an instant. @param author id of a person, or name of a token; null: nobody did it */
export async function appendAlertEvents(
  tx: Database,
  happenings: readonly { alert: number; event: AlertHappening; facts: AlertFacts }[],
  at: Instant,
  author: string | null = null,
): Promise<void> {
  for (let from = 0; from < happenings.length; from += rowsAtOnce) {
    const rows = happenings
      .slice(from, from + rowsAtOnce)
      .map(({ alert, event, facts }) => ({ alertId: alert, event, facts, at, author }));
    await tx.insert(alertEvents).values(rows);
  }
}

/** The history of an alert, oldest first. */
export async function listAlertEvents(db: Database, alertId: number): Promise<AlertHistoryEntry[]> {
  return db
    .select({
      event: alertEvents.event,
      at: alertEvents.at,
      author: alertEvents.author,
      facts: alertEvents.facts,
    })
    .from(alertEvents)
    .where(eq(alertEvents.alertId, alertId))
    .orderBy(asc(alertEvents.id));
}

/** The steps that were taken of alerts, by alert, in order. */
export async function listTakenSteps(
  db: Database,
  alertIds: readonly number[],
): Promise<Map<number, TakenStep[]>> {
  if (alertIds.length === 0) {
    return new Map();
  }
  const rows = await queryRows<Record<"alert_id" | "at" | "round" | "step" | "event" | "unless", unknown>>(
    db,
    sql`
      select alert_id, at, event, (facts->>'round')::int as round, (facts->>'step')::int as step, facts->>'unless' as unless
      from alert_events
      where event in ('called', 'nobody_called') and alert_id = any(${numberArray(alertIds)}::int[])
      order by id`,
  );
  const taken = new Map<number, TakenStep[]>();
  for (const { alert_id, at, round, step, event, unless } of rows) {
    const ofAlert = taken.get(Number(alert_id)) ?? [];
    ofAlert.push({
      ...{ round: Number(round), step: Number(step), at: Number(at), reached: event === "called" },
      ...(unless === null ? {} : { unless: unless as EscalationStep["unless"] }),
    });
    taken.set(Number(alert_id), ofAlert);
  }
  return taken;
}
