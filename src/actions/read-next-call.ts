/** What comes next of an alert if nothing changes: which step of its escalation, when, and whom it would call then. */
import { escalationOf } from "../domain/alerting/attention.ts";
import { nextStep, type Reached } from "../domain/alerting/escalation.ts";
import { reach } from "../domain/alerting/reach.ts";
import { isAcknowledged, type StandingAlert } from "../domain/alerting/standing-alert.ts";
import type { Instant } from "../domain/time/interval.ts";
import { listTakenSteps } from "../store/alert-events.ts";
import type { Database } from "../store/database.ts";
import { readDutyGround } from "./read-circumstances.ts";

export interface NextCall {
  step: number;
  at: Instant;
  unless: "acknowledged" | "over";
  /** Whom it would reach as things are planned; none: nobody is on duty then. */
  reached: Reached[];
}

/** Null: nothing follows, or it calls nobody at the moment. */
export async function readNextCall(
  db: Database,
  alert: StandingAlert & { overAt: Instant | null },
  now: Instant,
): Promise<NextCall | null> {
  if (alert.callingSince === null || alert.overAt !== null) {
    return null;
  }
  const taken = (await listTakenSteps(db, [alert.id])).get(alert.id) ?? [];
  const { callingSince, round } = alert;
  const ground = await readDutyGround(db, { start: now, end: now + furthestMs });
  const escalation = escalationOf(alert, { rules: ground.rules, fallback: [] });
  const next =
    escalation && nextStep(escalation, { callingSince, round, isAcknowledged: isAcknowledged(alert) }, taken);
  if (!next) {
    return null;
  }
  const at = Math.max(next.at, now);
  const { tell, unless } = escalation.steps[next.step]!;
  return { ...next, unless, reached: tell.flatMap((target) => reach(target, ground, at)) };
}

/** No step comes later than a week after the one before. */
const furthestMs = 8 * 86_400_000;
