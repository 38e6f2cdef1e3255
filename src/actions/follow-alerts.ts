/**
 * Lets the alerts follow what stands: opens, closes and holds back, and puts down what is to be told. Run again and again by the one server
 * that derives; run twice it does nothing twice, because a trouble has one open alert.
 */
import {
  type AlertEvent,
  type AlertFacts,
  type AlertKind,
  followTroubles,
  type OpenAlert,
  recoveryMs,
} from "../domain/alerting/alert.ts";
import { type Refusals, type Situation, troublesIn } from "../domain/alerting/troubles.ts";
import type { Instant } from "../domain/time/interval.ts";
import {
  closeAlerts,
  holdAlert,
  listClosedSince,
  listOpenAlerts,
  openAlert,
  putTellings,
} from "../store/alerts.ts";
import type { Database } from "../store/database.ts";

/** What became of an alert, for the log. */
export interface FollowedAlert {
  event: AlertEvent;
  key: string;
  kind: AlertKind;
  facts: AlertFacts;
  heldBackBy: string | null;
}

/** What happened longer ago is not told any more: a channel that is configured later does not hear of the past. */
export const toldWithinMs = 86_400_000;

/**
 * @param situation what is known; refusals are those that were reported (actions/report-refusals.ts)
 * @param channels names of those that are to tell
 */
export async function followAlerts(
  db: Database,
  situation: Omit<Situation, "refusals">,
  channels: readonly string[],
  now: Instant,
): Promise<FollowedAlert[]> {
  return db.transaction(async (tx) => {
    const open = await listOpenAlerts(tx);
    const closedLately = await listClosedSince(tx, now - recoveryMs);
    const troubles = troublesIn({ ...situation, refusals: reported(open) }, now);
    const steps = followTroubles(open, troubles, closedLately, now);
    const followed: FollowedAlert[] = [];
    for (const { key, kind, facts, heldBackBy } of steps.open) {
      const id = await openAlert(tx, { key, kind, facts, heldBackBy, openedAt: now });
      if (id !== undefined) {
        followed.push({ event: "opened", key, kind, facts, heldBackBy });
      }
    }
    for (const { id, heldBackBy } of steps.hold) {
      await holdAlert(tx, id, heldBackBy);
    }
    const closed = await closeAlerts(
      tx,
      steps.close.map(({ id }) => id),
      now,
    );
    for (const { id, key, kind, facts, heldBackBy } of steps.close) {
      if (closed.includes(id)) {
        followed.push({ event: "closed", key, kind, facts, heldBackBy });
      }
    }
    await putTellings(tx, channels, now - toldWithinMs, now);
    return followed;
  });
}

function reported(open: readonly OpenAlert[]): Refusals[] {
  return open
    .filter(({ kind }) => kind === "batches_refused")
    .map(({ facts }) => ({
      code: String(facts.code),
      count: Number(facts.count),
      lastAt: Number(facts.last_at),
      probe: facts.probe === null ? null : String(facts.probe),
    }));
}
