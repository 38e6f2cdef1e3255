/** A draft becomes an incident, or nothing: published with the words that somebody, or the clock, gave it; or dismissed. */
import { changeOf } from "../domain/audit/recorded-change.ts";
import type { Incident, IncidentDeclaration } from "../domain/status/incident.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { lockDraft, settleDraft } from "../store/incident-drafts.ts";
import { declareIncident } from "./declare-incident.ts";

/**
 * The incident as it was declared from the draft.
 *
 * @throws NotFound draft_not_found
 * @throws Conflict draft_settled
 */
export function publishDraft(
  db: Database,
  id: number,
  declaration: IncidentDeclaration,
  author: string,
  now: Instant,
): Promise<Incident> {
  return db.transaction(async (tx) => {
    await lockDraft(tx, id);
    const incident = await declareIncident(tx, declaration, author, now);
    await settleDraft(tx, id, { reference: incident.reference, by: author, at: now });
    return incident;
  });
}

/**
 * Nothing is said of this outage: it is not drafted again while it lasts.
 *
 * @throws NotFound draft_not_found
 * @throws Conflict draft_settled
 */
export function dismissDraft(db: Database, id: number, author: string, now: Instant): Promise<void> {
  return db.transaction(async (tx) => {
    const draft = await lockDraft(tx, id);
    await settleDraft(tx, id, { reference: null, by: author, at: now });
    await appendAudit(tx, {
      ...{ kind: "incident", subject: `draft ${id}`, event: "dismissed", author, recordedAt: now },
      ...changeOf(draft, null),
    });
  });
}
