/**
 * What is to be told of alerts, put down in the transaction that decides it (actions/follow-alerts.ts, acknowledge-alert.ts): calls of
 * their escalation, that somebody took them, that they are over. Telling them is store/alert-tellings.ts.
 */
import { sql } from "drizzle-orm";
import type { Call } from "../domain/alerting/attention.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, numberArray } from "./database.ts";
import { alertTellings } from "./tables/alerts.ts";

const rowsAtOnce = 1_000;

/** Puts down calls that are due now; none twice. */
export async function putCalls(tx: Database, calls: readonly Call[], now: Instant): Promise<void> {
  for (let from = 0; from < calls.length; from += rowsAtOnce) {
    const rows = calls
      .slice(from, from + rowsAtOnce)
      .map(({ alert, ...call }) => ({ ...call, alertId: alert, dueAt: now, nextAt: now }));
    await tx.insert(alertTellings).values(rows).onConflictDoNothing();
  }
}

/**
 * Puts down for everybody who was called, or is about to be, that an alert was acknowledged or is over.
 *
 * @param except person who need not be told: they did it
 */
export async function putNews(
  tx: Database,
  alertIds: readonly number[],
  event: "acknowledged" | "closed",
  now: Instant,
  except: string | null = null,
): Promise<void> {
  if (alertIds.length === 0) {
    return;
  }
  await tx.execute(sql`
    insert into alert_tellings (alert_id, event, channel, round, step, target, person, due_at, next_at)
    select distinct on (call.alert_id, call.channel)
      call.alert_id, ${event}, call.channel, alerts.round, 0, call.target, call.person, ${now}::bigint, ${now}::bigint
    from alert_tellings as call join alerts on alerts.id = call.alert_id
    where call.alert_id = any(${numberArray(alertIds)}::int[]) and call.event in ('opened', 'escalated')
      and (call.withdrawn_at is null or call.attempts > 0)
      and (${except}::text is null or call.person is distinct from ${except})
    order by call.alert_id, call.channel, call.round desc, call.step desc
    on conflict do nothing`);
}

/** Takes back calls that were not taken yet: somebody took the alert, or it fell quiet. An attempt that is under way may still succeed. */
export async function withdrawCalls(
  tx: Database,
  alertIds: readonly number[],
  which: "all" | "escalated",
  now: Instant,
): Promise<void> {
  if (alertIds.length > 0) {
    await tx.execute(sql`
      update alert_tellings set withdrawn_at = ${now}
      where alert_id = any(${numberArray(alertIds)}::int[]) and told_at is null and withdrawn_at is null
        and (event = 'escalated' or ${which === "all"} and event = 'opened')`);
  }
}
