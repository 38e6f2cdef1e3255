/**
 * Publishes an update of an incident: words, state, impacts; resolving and opening again are updates like any other.
 */
import type { Incident } from "../domain/status/incident.ts";
import { type IncidentChange, updateIncident as update } from "../domain/status/incident-update.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import type { Database } from "../store/database.ts";
import { changeIncident } from "./change-incident.ts";

/**
 * The incident after the update; two updates at once follow each other, unless one says which version it was written for.
 *
 * @param seen that version; null: whatever stands
 */
export function updateIncident(
  db: Database,
  reference: string,
  change: IncidentChange,
  author: string,
  now: Instant,
  seen: number | null = null,
): Promise<Incident> {
  return changeIncident(db, reference, "updated", { author, now, seen }, async (before, surroundings, tx) => {
    const known = new Set(before.impacts.map(({ serviceSlug }) => serviceSlug));
    const named = (change.services ?? []).map(({ serviceSlug }) => serviceSlug);
    const added = named.filter((slug) => !known.has(slug));
    await requireServices(tx, added, (i) => `/services/${named.indexOf(added[i]!)}/service`);
    return update(before, change, author, surroundings, now);
  });
}
