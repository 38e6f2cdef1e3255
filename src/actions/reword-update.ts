/** Gives an update that was published other words: a slip corrected, a translation added. */
import type { Incident } from "../domain/status/incident.ts";
import { rewordUpdate as reword, type UpdateWords } from "../domain/status/incident-words.ts";
import type { Database } from "../store/database.ts";
import { changeIncident, type IncidentChanger } from "./change-incident.ts";

/** The incident with the new words. @param number of the update in this incident, from 1 */
export function rewordUpdate(
  db: Database,
  reference: string,
  number: number,
  words: UpdateWords,
  changer: IncidentChanger,
): Promise<Incident> {
  return changeIncident(db, reference, "reworded", changer, (before, surroundings) =>
    reword(before, number, words, surroundings, changer.now),
  );
}
