/** Ends sessions: somebody's own in another browser, or all of a person's at once. */
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { getPerson } from "../store/people.ts";
import { endSessionOf, endSessionsOf } from "../store/sessions.ts";

/**
 * Ends every session of a person.
 *
 * @param but digest of the one that goes on; null: all end
 * @throws NotFound person_not_found
 */
export function endSessionsOfPerson(
  db: Database,
  person: string,
  but: Uint8Array | null,
  author: string,
  now: Instant,
): Promise<void> {
  return db.transaction(async (tx) => {
    await getPerson(tx, person);
    await endSessionsOf(tx, person, but, now);
    await appendAudit(tx, ended(person, author, now));
  });
}

/** Ends one of somebody's own sessions; over already, nothing happens. */
export function endOwnSession(
  db: Database,
  person: string,
  session: Uint8Array,
  now: Instant,
): Promise<void> {
  return db.transaction(async (tx) => {
    await endSessionOf(tx, person, session, now);
    await appendAudit(tx, ended(person, person, now));
  });
}

function ended(subject: string, author: string, now: Instant) {
  const what = { kind: "sign-in" as const, subject, event: "sessions ended" as const, author };
  return { ...what, recordedAt: now, before: null, after: null };
}
