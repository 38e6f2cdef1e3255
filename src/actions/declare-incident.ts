/**
 * Declares an incident: a reference is drawn, the services are checked, and all of it is stored, in one transaction.
 */
import { changeOf } from "../domain/audit/recorded-change.ts";
import {
  declareIncident as declare,
  type Incident,
  type IncidentDeclaration,
} from "../domain/status/incident.ts";
import { incidentSurroundings } from "../domain/status/incident-rules.ts";
import { referencePrefixes } from "../domain/status/reference.ts";
import type { Instant } from "../domain/time/interval.ts";
import { findSettings } from "../live/board-words.ts";
import { requireServices } from "../store/affected-services.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { insertIncident } from "../store/incidents.ts";
import { drawReference } from "../store/references.ts";
import { incidents } from "../store/tables/words.ts";

/** The incident as it was declared by `author`. */
export function declareIncident(
  db: Database,
  declaration: IncidentDeclaration,
  author: string,
  now: Instant,
): Promise<Incident> {
  return db.transaction(async (tx) => {
    const slugs = declaration.services.map(({ serviceSlug }) => serviceSlug);
    await requireServices(tx, slugs, (i) => `/services/${i}/service`);
    const reference = await drawReference(tx, incidents, referencePrefixes.incident, now);
    const surroundings = incidentSurroundings(await findSettings(tx));
    const incident = declare(declaration, { reference, author }, surroundings, now);
    await insertIncident(tx, incident);
    await appendAudit(tx, {
      ...{ kind: "incident", subject: reference, event: "declared", author, recordedAt: now },
      ...changeOf(null, incident),
    });
    return incident;
  });
}
