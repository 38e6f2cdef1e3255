/**
 * One change of an incident, from whoever looked at its present version: locked, changed by a rule of the domain, stored and audited in one
 * transaction. Every verb on incidents goes through it.
 */
import type { AuditEvent } from "../domain/audit/audit-event.ts";
import { changeOf } from "../domain/audit/recorded-change.ts";
import { type Incident, type IncidentSurroundings, refuseStale } from "../domain/status/incident.ts";
import { incidentSurroundings } from "../domain/status/incident-rules.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findSettings } from "../live/board-words.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { lockIncidents, saveIncident } from "../store/incidents.ts";

/** Who changes an incident, when, and which version of it they looked at (null: they do not say). */
export interface IncidentChanger {
  author: string;
  now: Instant;
  seen: number | null;
}

/**
 * The incident after the change.
 *
 * @param event what happened to it
 * @throws NotFound incident_not_found
 * @throws Conflict version_changed
 */
export function changeIncident(
  db: Database,
  reference: string,
  event: AuditEvent,
  { author, now, seen }: IncidentChanger,
  change: (
    incident: Incident,
    surroundings: IncidentSurroundings,
    tx: Database,
  ) => Incident | Promise<Incident>,
): Promise<Incident> {
  return db.transaction(async (tx) => {
    const [before] = await lockIncidents(tx, [reference]);
    refuseStale(before!, seen);
    const surroundings = incidentSurroundings(await findSettings(tx));
    const after = nextVersion(await change(before!, surroundings, tx));
    await saveIncident(tx, before!, after);
    await appendAudit(tx, {
      ...{ kind: "incident", subject: reference, event, author, recordedAt: now },
      ...changeOf(before!, after),
    });
    return after;
  });
}

/** The same incident, counted as changed. */
export function nextVersion(incident: Incident): Incident {
  return { ...incident, version: incident.version + 1 };
}
