/**
 * Publishes an update of an incident: words, state, impacts; resolving and opening again are updates like any other.
 */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { type Incident, type IncidentChange, updateIncident as update } from "../domain/status/incident.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { lockIncident, saveIncident } from "../store/incidents.ts";

/** The incident after the update; two updates at once follow each other. */
export function updateIncident(
  db: Database,
  reference: string,
  change: IncidentChange,
  author: string,
  now: Instant,
): Promise<Incident> {
  return db.transaction(async (tx) => {
    const before = await lockIncident(tx, reference);
    const known = new Set(before.impacts.map(({ serviceSlug }) => serviceSlug));
    const named = (change.services ?? []).map(({ serviceSlug }) => serviceSlug);
    const added = named.filter((slug) => !known.has(slug));
    await requireServices(tx, added, (i) => `/services/${named.indexOf(added[i]!)}/service`);
    const after = update(before, change, author, now);
    await saveIncident(tx, before, after);
    await appendAudit(tx, {
      ...{ kind: "incident", subject: reference, event: "updated", author, recordedAt: now },
      ...changeOf(before, after),
    });
    return after;
  });
}
