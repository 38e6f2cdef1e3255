/** Corrects what an incident is called, how urgent it is, and when it began and ended. */
import type { Incident } from "../domain/status/incident.ts";
import { type IncidentDates, redateIncident } from "../domain/status/incident-dates.ts";
import { type IncidentParticulars, renameIncident } from "../domain/status/incident-words.ts";
import type { Database } from "../store/database.ts";
import { changeIncident, type IncidentChanger } from "./change-incident.ts";

/** The incident as corrected. */
export function editIncident(
  db: Database,
  reference: string,
  particulars: IncidentParticulars & IncidentDates,
  changer: IncidentChanger,
): Promise<Incident> {
  return changeIncident(db, reference, "edited", changer, (before, surroundings) =>
    redateIncident(renameIncident(before, particulars, surroundings), particulars, changer.now),
  );
}
