/** Invites somebody: they are here from now on, and come in once they have followed the link they were given. */
import { randomBytes } from "node:crypto";
import { Conflict } from "../domain/errors.ts";
import { mailFaults, nameFaults, type Person, roleFaults, tidyMail } from "../domain/people/person.ts";
import type { Role } from "../domain/people/rights.ts";
import { refuseFaults } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { AccessLink } from "../store/access-links.ts";
import { appendAudit } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { revokeLinksOfPerson } from "../store/access-links.ts";
import { insertPerson, lockPerson } from "../store/people.ts";
import { makePersonLink } from "./access-link.ts";

/** Whom to invite. Name and address may be left for them to say. */
export interface Invitation {
  role: Role;
  /** Slug; exactly for the role customer. */
  customer: string | null;
  name: string | null;
  mail: string | null;
}

export interface Invited {
  person: Person;
  link: AccessLink;
}

/** @throws InvalidInput invalid_person; NotFound customer_not_found; Conflict mail_taken */
export function invitePerson(
  db: Database,
  invitation: Invitation,
  author: string,
  now: Instant,
): Promise<Invited> {
  const { role, customer } = invitation;
  const name = invitation.name?.trim() || null;
  const mail = invitation.mail === null ? null : tidyMail(invitation.mail) || null;
  refuseFaults("invalid_person", "Nobody can be invited like this.", [
    ...(name === null ? [] : nameFaults(name, "/name")),
    ...(mail === null ? [] : mailFaults(mail, "/mail")),
    ...roleFaults(invitation),
  ]);
  const person: Person = {
    ...{ id: newPersonId(), role, customer, name, mail, language: null, createdAt: now },
    ...{ joinedAt: null, deactivatedAt: null, erasedAt: null },
  };
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "people");
    await insertPerson(tx, person, author);
    await appendAudit(tx, {
      ...{ kind: "person", subject: person.id, event: "invited", author, recordedAt: now },
      ...{ before: null, after: { role, customer } },
    });
    return { person, link: await makePersonLink(tx, person.id, "invitation", author, now) };
  });
}

/**
 * Invites somebody anew who has not come yet; what they were sent before holds no more.
 *
 * @throws NotFound person_not_found; Conflict person_joined
 */
export function inviteAgain(db: Database, id: string, author: string, now: Instant): Promise<Invited> {
  return db.transaction(async (tx) => {
    const person = await lockPerson(tx, id);
    if (person.joinedAt !== null || person.deactivatedAt !== null) {
      throw new Conflict("person_joined", "This person has followed an invitation, or may come in no more.");
    }
    await revokeLinksOfPerson(tx, id, now);
    const link = await makePersonLink(tx, id, "invitation", author, now);
    await appendAudit(tx, {
      ...{ kind: "person", subject: id, event: "invited again", author, recordedAt: now },
      ...{ before: null, after: { role: person.role, customer: person.customer } },
    });
    return { person, link };
  });
}

const letters = "abcdefghijklmnopqrstuvwxyz234567";

/** 80 bits: never the same twice. */
function newPersonId(): string {
  return `p_${[...randomBytes(16)].map((byte) => letters[byte % 32]).join("")}`;
}
