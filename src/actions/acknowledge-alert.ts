/**
 * Somebody takes an alert: its escalation stops, everybody who was called is told by whom, and what of it was not told yet is taken back.
 * Or gives it back, and it calls anew. From the console, the API, a link, a reply.
 */
import type { AuditEvent } from "../domain/audit/audit-event.ts";
import { Conflict, InvalidInput, NotFound } from "../domain/errors.ts";
import { isPersonId } from "../domain/people/person.ts";
import { isAcknowledged, type StandingAlert } from "../domain/alerting/standing-alert.ts";
import type { Instant } from "../domain/time/interval.ts";
import { putNews, withdrawCalls } from "../store/alert-calls.ts";
import { appendAlertEvents } from "../store/alert-events.ts";
import { appendAudit } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { findStandingAlert, saveStandingAlerts } from "../store/standing-alerts.ts";
import { hasAlert } from "../store/alerts.ts";
import { alertsLock } from "./follow-alerts.ts";

export interface Acknowledgement {
  /** Id of the alert; of a member, whoever takes it takes the alert that speaks for it. */
  id: number;
  /** Id of a person, or name of a token. */
  author: string;
  /** Until when it holds; null: until the alert is over. */
  until?: Instant | null;
  /** How it came, for the history: `link`, `mail`; absent: here. */
  by?: string;
}

/** Nobody takes an alert for longer than this without looking at it again. */
export const longestAcknowledgementMs = 31 * 86_400_000;

/**
 * Takes an alert. Taken already by the same person until the same time, nothing happens twice.
 *
 * @returns the alert as it stands: the one that speaks for the one that was named
 * @throws NotFound alert_not_found; Conflict alert_over, already_acknowledged; InvalidInput acknowledgement
 */
export async function acknowledgeAlert(
  db: Database,
  { id, author, until = null, by }: Acknowledgement,
  now: Instant,
): Promise<StandingAlert> {
  if (until !== null && (until <= now || until - now > longestAcknowledgementMs)) {
    throw new InvalidInput("acknowledgement", "It cannot be taken until then.", [
      { pointer: "/until", detail: "Until when has to lie ahead, by 31 days at most." },
    ]);
  }
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, alertsLock);
    const alert = await getSpeaker(tx, id);
    if (isAcknowledged(alert) && alert.acknowledgedBy !== author) {
      throw new Conflict("already_acknowledged", "Somebody else has taken this alert already.");
    }
    if (isAcknowledged(alert) && alert.acknowledgedUntil === until) {
      return alert;
    }
    const taken = { ...alert, acknowledgedBy: author, acknowledgedAt: now, acknowledgedUntil: until };
    await saveStandingAlerts(tx, [taken]);
    const facts = { ...(until === null ? {} : { until }), ...(by === undefined ? {} : { by }) };
    await appendAlertEvents(tx, [{ alert: alert.id, event: "acknowledged", facts }], now, author);
    await withdrawCalls(tx, [alert.id], "escalated", now);
    await putNews(tx, [alert.id], "acknowledged", now, isPersonId(author) ? author : null);
    await audit(tx, "acknowledged", alert, taken, author, now);
    return taken;
  });
}

/**
 * Gives an alert back: it calls anew, from the first step on.
 *
 * @throws NotFound alert_not_found; Conflict alert_over, not_acknowledged
 */
export function unacknowledgeAlert(
  db: Database,
  { id, author }: Pick<Acknowledgement, "id" | "author">,
  now: Instant,
): Promise<StandingAlert> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, alertsLock);
    const alert = await getSpeaker(tx, id);
    if (!isAcknowledged(alert)) {
      throw new Conflict("not_acknowledged", "Nobody has taken this alert.");
    }
    const free: StandingAlert = {
      ...alert,
      ...{ acknowledgedBy: null, acknowledgedAt: null, acknowledgedUntil: null },
      ...{ callingSince: null, route: null },
    };
    await saveStandingAlerts(tx, [free]);
    const facts = { was: alert.acknowledgedBy };
    await appendAlertEvents(tx, [{ alert: alert.id, event: "unacknowledged", facts }], now, author);
    await audit(tx, "unacknowledged", alert, free, author, now);
    return free;
  });
}

/** The alert that speaks for this one, or itself. */
async function getSpeaker(tx: Database, id: number): Promise<StandingAlert> {
  const alert = await findStandingAlert(tx, id);
  if (alert === undefined) {
    throw (await hasAlert(tx, id))
      ? new Conflict("alert_over", "This alert is over: nobody is called for it any more.")
      : new NotFound("alert_not_found", `There is no alert ${id}.`);
  }
  return alert.memberOf === null ? alert : getSpeaker(tx, alert.memberOf);
}

async function audit(
  tx: Database,
  event: AuditEvent,
  before: StandingAlert,
  after: StandingAlert,
  author: string,
  now: Instant,
): Promise<void> {
  const told = ({ acknowledgedBy, acknowledgedUntil }: StandingAlert) => ({
    acknowledgedBy,
    acknowledgedUntil,
  });
  await appendAudit(tx, {
    ...{ kind: "alert", subject: `alert ${before.id}`, event, author, recordedAt: now },
    ...{ before: told(before), after: { ...told(after), about: before.key } },
  });
}
