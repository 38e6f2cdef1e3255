/** A new password for whoever forgot theirs: by a link that is good once, within an hour; and for whoever knows it and wants another. */
import type { AuditEvent } from "../domain/audit/audit-event.ts";
import { Conflict, Unauthenticated } from "../domain/errors.ts";
import { type Person, personState, refuseWeakPassword, tidyMail } from "../domain/people/person.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type AccessLink, revokeLinksOfPerson } from "../store/access-links.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { findPasswordHash, putPasswordHash } from "../store/passwords.ts";
import { findPersonByMail, getPerson } from "../store/people.ts";
import { endSessionsOf } from "../store/sessions.ts";
import { makePersonLink, personOfLink, readAccessLink, useLink } from "./access-link.ts";
import { hashPassword, isPassword } from "./password-hash.ts";

/** A link for the person with this address; undefined: there is nobody to send one to, which the asker is not told. */
export async function askForNewPassword(
  db: Database,
  mail: string,
  now: Instant,
): Promise<{ person: Person; link: AccessLink } | undefined> {
  const person = await findPersonByMail(db, tidyMail(mail));
  if (person === undefined || personState(person) !== "active") {
    return undefined;
  }
  return { person, link: await offerNewPassword(db, person.id, person.id, now) };
}

/**
 * A link with which a person chooses a new password; those they were made before hold no more.
 *
 * @throws NotFound person_not_found; Conflict person_not_active
 */
export function offerNewPassword(
  db: Database,
  id: string,
  author: string,
  now: Instant,
): Promise<AccessLink> {
  return db.transaction(async (tx) => {
    if (personState(await getPerson(tx, id)) !== "active") {
      throw new Conflict("person_not_active", "Only somebody who may come in can choose a new password.");
    }
    await revokeLinksOfPerson(tx, id, now);
    await appendAudit(tx, passwordEvent(id, "new password offered", author, now));
    return makePersonLink(tx, id, "reset", author, now);
  });
}

/** The person who may choose a new password by this link. @throws Unauthenticated link_invalid */
export async function readReset(
  db: Database,
  secretKey: string,
  sealed: string,
  now: Instant,
): Promise<Person> {
  return getPerson(db, personOfLink(await readAccessLink(db, secretKey, "reset", sealed, now)));
}

/** Sets the password that somebody chose by a link; every session they had is over. @throws Unauthenticated link_invalid; InvalidInput weak_password */
export async function resetPassword(
  db: Database,
  secretKey: string,
  sealed: string,
  password: string,
  now: Instant,
): Promise<Person> {
  const person = await readReset(db, secretKey, sealed, now);
  refuseWeakPassword(password, person);
  const hash = await hashPassword(password);
  return db.transaction(async (tx) => {
    await useLink(tx, secretKey, "reset", sealed, now);
    await putPasswordHash(tx, person.id, hash, now);
    await endSessionsOf(tx, person.id, null, now);
    await appendAudit(tx, passwordEvent(person.id, "password reset", person.id, now));
    return person;
  });
}

/**
 * Changes the password of somebody who knows it; every other session of theirs is over.
 *
 * @param session digest of the one that goes on
 * @throws Unauthenticated sign_in_refused; InvalidInput weak_password
 */
export async function changePassword(
  db: Database,
  id: string,
  { old, password }: { old: string; password: string },
  session: Uint8Array,
  now: Instant,
): Promise<void> {
  const hash = await findPasswordHash(db, id);
  // Whoever came in by a key or another house has none to know.
  if (hash !== undefined && !(await isPassword(old, hash))) {
    throw new Unauthenticated("sign_in_refused", "This is not your password.", [
      { pointer: "/old", detail: "This is not your password." },
    ]);
  }
  refuseWeakPassword(password, await getPerson(db, id));
  const chosen = await hashPassword(password);
  await db.transaction(async (tx) => {
    await putPasswordHash(tx, id, chosen, now);
    await endSessionsOf(tx, id, session, now);
    await appendAudit(tx, passwordEvent(id, "password changed", id, now));
  });
}

function passwordEvent(id: string, event: AuditEvent, author: string, now: Instant) {
  const what = { kind: "person" as const, subject: id, event, author, recordedAt: now };
  return { ...what, before: null, after: null };
}
