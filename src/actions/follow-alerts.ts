/**
 * Lets the alerts follow what stands: opens, closes and holds back, mutes, groups and escalates, and puts down what is to be told. Run again
 * and again by the one server that derives; run twice it does nothing twice, because all that was done is stored with it.
 */
import {
  type AlertEvent,
  type AlertFacts,
  type AlertKind,
  followTroubles,
  type OpenAlert,
  recoveryMs,
  type Trouble,
} from "../domain/alerting/alert.ts";
import { type Attention, attend, type Happening } from "../domain/alerting/attention.ts";
import { type Refusals, type Situation, slowKinds, troublesIn } from "../domain/alerting/troubles.ts";
import { outgrownBy } from "../domain/alerting/budget-troubles.ts";
import type { Instant } from "../domain/time/interval.ts";
import { putCalls, putNews, withdrawCalls } from "../store/alert-calls.ts";
import { appendAlertEvents } from "../store/alert-events.ts";
import {
  closeAlerts,
  holdAlert,
  listClosedSince,
  listOpenAlerts,
  openAlert,
  putAlertFacts,
} from "../store/alerts.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { endAlerts, listStandingAlerts, saveStandingAlerts } from "../store/standing-alerts.ts";
import { readCircumstances } from "./read-circumstances.ts";

/** What became of an alert, for the log. */
export interface FollowedAlert {
  event: Extract<AlertEvent, "opened" | "closed">;
  key: string;
  kind: AlertKind;
  facts: AlertFacts;
  heldBackBy: string | null;
}

/** Whoever changes alerts that are not over waits for each other under this name: a call and an acknowledgement never cross. */
export const alertsLock = "alerts";

/**
 * @param situation what is known; refusals are those that were reported (actions/report-refusals.ts)
 * @param fallback names of the configuration's channels: what no route fits goes there
 */
export async function followAlerts(
  db: Database,
  situation: Omit<Situation, "refusals">,
  fallback: readonly string[],
  now: Instant,
): Promise<FollowedAlert[]> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, alertsLock);
    const open = await listOpenAlerts(tx);
    const troubles = [
      ...troublesIn({ ...situation, refusals: reported(open) }, now),
      ...(situation.slow == null ? unseen(open) : []),
    ];
    const followed = await follow(tx, open, troubles, now);
    const standing = await listStandingAlerts(tx);
    if (standing.length > 0) {
      const { services, windows = [] } = situation;
      const known = { services, windows, troubles, fallback };
      await carryOut(tx, attend(standing, await readCircumstances(tx, standing, known, now), now), now);
    }
    return followed;
  });
}

/** Opens, closes and holds back. */
async function follow(
  tx: Database,
  open: readonly OpenAlert[],
  troubles: ReturnType<typeof troublesIn>,
  now: Instant,
): Promise<FollowedAlert[]> {
  const steps = followTroubles(open, troubles, await listClosedSince(tx, now - recoveryMs), now);
  const followed: FollowedAlert[] = [];
  const happenings: Happening[] = [];
  for (const { key, kind, facts, heldBackBy } of steps.open) {
    const id = await openAlert(tx, { key, kind, facts, heldBackBy, openedAt: now });
    if (id !== undefined) {
      followed.push({ event: "opened", key, kind, facts, heldBackBy });
    }
  }
  for (const { id, heldBackBy } of steps.hold) {
    await holdAlert(tx, id, heldBackBy);
    happenings.push(
      heldBackBy === null
        ? { alert: id, event: "released", facts: {} }
        : { alert: id, event: "held_back", facts: { behind: heldBackBy } },
    );
  }
  const closed = await closeAlerts(
    tx,
    steps.close.map(({ id }) => id),
    now,
  );
  for (const { id, key, kind, facts, heldBackBy } of steps.close) {
    if (closed.includes(id)) {
      followed.push({ event: "closed", key, kind, facts, heldBackBy });
      happenings.push({ alert: id, event: "ended", facts: {} });
      const percent = outgrownBy({ kind, facts }, troubles);
      if (percent !== null) {
        await putAlertFacts(tx, id, { ...facts, outgrown_by: percent });
      }
    }
  }
  await appendAlertEvents(tx, happenings, now);
  return followed;
}

/** Puts down what attention asks for. */
async function carryOut(
  tx: Database,
  { changed, happenings, calls, quieted, over }: Attention,
  now: Instant,
): Promise<void> {
  await saveStandingAlerts(tx, changed);
  await appendAlertEvents(tx, happenings, now);
  await withdrawCalls(tx, quieted, "all", now);
  await putCalls(tx, calls, now);
  await withdrawCalls(tx, over, "escalated", now);
  await putNews(tx, over, "closed", now);
  await endAlerts(tx, over, now);
}

/** What is open of what nobody has looked at yet: it stays open, and nothing is opened. */
function unseen(open: readonly OpenAlert[]): Trouble[] {
  return open
    .filter(({ kind }) => slowKinds.includes(kind))
    .map(({ kind, key, facts }) => ({
      ...{ kind, subject: key.slice(kind.length + 1), facts, certain: false, behind: [], parents: [] },
    }));
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
