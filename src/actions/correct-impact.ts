/** Corrects what an incident says of one service for a stretch of its time: how badly it was hit, from when to when. */
import type { Incident } from "../domain/status/incident.ts";
import { correctImpact as correct, type ImpactCorrection } from "../domain/status/incident-impacts.ts";
import { requireServices } from "../store/affected-services.ts";
import type { Database } from "../store/database.ts";
import { changeIncident, type IncidentChanger } from "./change-incident.ts";

/** The incident with the corrected impact; a service that it did not name yet is affected from now on, too. */
export function correctImpact(
  db: Database,
  reference: string,
  said: ImpactCorrection,
  changer: IncidentChanger,
): Promise<Incident> {
  return changeIncident(db, reference, "impact-corrected", changer, async (before, _, tx) => {
    if (!before.impacts.some(({ serviceSlug }) => serviceSlug === said.serviceSlug)) {
      await requireServices(tx, [said.serviceSlug], () => "/service");
    }
    return correct(before, said, changer.now);
  });
}
