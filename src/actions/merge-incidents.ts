/** Makes one incident part of another: both change together, and what had become part of the one moves along. */
import { changeOf } from "../domain/audit/recorded-change.ts";
import { type Incident, refuseStale } from "../domain/status/incident.ts";
import { mergeIncidents as merge } from "../domain/status/incident-merge.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { lockIncidents, movePartsOf, saveIncident } from "../store/incidents.ts";
import { type IncidentChanger, nextVersion } from "./change-incident.ts";

/**
 * The whole as it is afterwards.
 *
 * @param changer `seen` is the version of the part: that is what they looked at when they gave it away
 * @throws NotFound incident_not_found
 * @throws Conflict version_changed, merges_itself, incident_merged, part_open
 */
export function mergeIncidents(
  db: Database,
  { whole, part }: { whole: string; part: string },
  { author, now, seen }: IncidentChanger,
): Promise<Incident> {
  return db.transaction(async (tx) => {
    const [wholeBefore, partBefore] = (await lockIncidents(tx, [whole, part])) as [Incident, Incident];
    refuseStale(partBefore, seen);
    const merged = merge(wholeBefore, partBefore, now);
    const [wholeAfter, partAfter] = [nextVersion(merged.whole), nextVersion(merged.part)];
    await saveIncident(tx, wholeBefore, wholeAfter);
    await saveIncident(tx, partBefore, partAfter);
    await movePartsOf(tx, part, now);
    const step = { kind: "incident" as const, author, recordedAt: now };
    await appendAudit(
      tx,
      { ...step, subject: whole, event: "took-in", ...changeOf(wholeBefore, wholeAfter) },
      { ...step, subject: part, event: "merged", ...changeOf(partBefore, partAfter) },
    );
    return wholeAfter;
  });
}
