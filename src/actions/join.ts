/** Follows an invitation: whoever it was made for says who they are and chooses a password, and is signed in. */
import {
  mailFaults,
  nameFaults,
  type Person,
  refuseWeakPassword,
  tidyMail,
} from "../domain/people/person.ts";
import { refuseFaults } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { putPasswordHash } from "../store/passwords.ts";
import { getPerson, savePerson } from "../store/people.ts";
import { personOfLink, readAccessLink, useLink } from "./access-link.ts";
import { openSession } from "./open-session.ts";
import { hashPassword } from "./password-hash.ts";

/** What somebody says of themselves who follows an invitation. */
export interface Joining {
  name: string;
  mail: string;
  password: string;
}

/** The person whom an invitation is for, as they were invited. @throws Unauthenticated link_invalid */
export async function readInvitation(
  db: Database,
  secretKey: string,
  sealed: string,
  now: Instant,
): Promise<Person> {
  return getPerson(db, personOfLink(await readAccessLink(db, secretKey, "invitation", sealed, now)));
}

/**
 * @returns the person, and the secret for the cookie
 * @throws Unauthenticated link_invalid; InvalidInput invalid_person, weak_password; Conflict mail_taken
 */
export async function join(
  db: Database,
  secretKey: string,
  sealed: string,
  { name, mail, password }: Joining,
  now: Instant,
): Promise<{ person: Person; secret: string }> {
  const invited = await readInvitation(db, secretKey, sealed, now);
  const said = { name: name.trim(), mail: tidyMail(mail) };
  refuseFaults("invalid_person", "Something is missing.", [
    ...nameFaults(said.name, "/name"),
    ...mailFaults(said.mail, "/mail"),
  ]);
  refuseWeakPassword(password, said);
  const hash = await hashPassword(password);
  return db.transaction(async (tx) => {
    const { holder, id } = await useLink(tx, secretKey, "invitation", sealed, now);
    const person = { ...invited, ...said, joinedAt: now };
    await savePerson(tx, person);
    await putPasswordHash(tx, person.id, hash, now);
    await appendAudit(tx, {
      ...{ kind: "person", subject: person.id, event: "joined", author: person.id, recordedAt: now },
      ...{ before: null, after: { role: person.role, customer: person.customer } },
    });
    return { person, secret: await openSession(tx, { holder, linkId: id, by: "invitation" }, now) };
  });
}
