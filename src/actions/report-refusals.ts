/**
 * Batches were refused, by whichever server they came to: opens the alert that says so, or brings its numbers up to date. It is closed like
 * any other, when none has come for a while.
 */
import { alertKey } from "../domain/alerting/alert.ts";
import type { Refusals } from "../domain/alerting/troubles.ts";
import { listOpenAlerts, openAlert, putAlertFacts } from "../store/alerts.ts";
import type { Database } from "../store/database.ts";

/** @param refusals those of this server that were not reported before, by code */
export async function reportRefusals(db: Database, refusals: readonly Refusals[]): Promise<void> {
  if (refusals.length === 0) {
    return;
  }
  await db.transaction(async (tx) => {
    const open = new Map((await listOpenAlerts(tx)).map((alert) => [alert.key, alert]));
    for (const { code, count, lastAt, probe } of refusals) {
      const kind = "batches_refused";
      const key = alertKey({ kind, subject: code });
      const known = open.get(key);
      if (known === undefined) {
        const facts = { code, count, last_at: lastAt, probe };
        await openAlert(tx, { key, kind, facts, heldBackBy: null, openedAt: lastAt });
      } else {
        await putAlertFacts(tx, known.id, {
          code,
          count: Number(known.facts.count) + count,
          last_at: Math.max(Number(known.facts.last_at), lastAt),
          probe,
        });
      }
    }
  });
}
