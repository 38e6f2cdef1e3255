/** Writes the postmortem of an incident, publishes it when it is ready, and takes it back. */
import type { Incident } from "../domain/status/incident.ts";
import {
  type PostmortemWords,
  publishPostmortem as publish,
  withdrawPostmortem as withdraw,
  writePostmortem as write,
} from "../domain/status/postmortem.ts";
import type { Database } from "../store/database.ts";
import { changeIncident, type IncidentChanger } from "./change-incident.ts";

/**
 * The incident with these words as its postmortem.
 *
 * @param andPublish whether everybody may read them from now on; what is published already stays so
 */
export function writePostmortem(
  db: Database,
  reference: string,
  words: PostmortemWords,
  andPublish: boolean,
  changer: IncidentChanger,
): Promise<Incident> {
  const event = andPublish ? "postmortem-published" : "postmortem-written";
  return changeIncident(db, reference, event, changer, (before, surroundings) => {
    const written = write(before, words, changer.author, surroundings, changer.now);
    return andPublish && written.postmortem?.publishedAt === null ? publish(written, changer.now) : written;
  });
}

/** The incident with its postmortem as a draft again. */
export function withdrawPostmortem(
  db: Database,
  reference: string,
  changer: IncidentChanger,
): Promise<Incident> {
  return changeIncident(db, reference, "postmortem-withdrawn", changer, (before) => withdraw(before));
}
