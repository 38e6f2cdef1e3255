/** Changes what somebody may do here, or lets them come in no more. The last admin stays one: nobody could let anybody in again. */
import {
  nameFaults,
  type Person,
  refuseErased,
  refuseLastAdmin,
  roleFaults,
} from "../domain/people/person.ts";
import type { AuditEvent } from "../domain/audit/audit-event.ts";
import type { Role } from "../domain/people/rights.ts";
import { refuseFaults } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { revokeLinksOfPerson } from "../store/access-links.ts";
import { appendAudit } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { lockAdmins, lockPerson, savePerson } from "../store/people.ts";
import { endSessionsOf } from "../store/sessions.ts";
import { revokeTokensOf } from "../store/tokens.ts";
import { anyEdition, refuseLate } from "./edition.ts";

/**
 * @param edition of what they might do when whoever changes it looked (`standingOf`)
 * @throws NotFound person_not_found, customer_not_found
 * @throws InvalidInput invalid_person
 * @throws Conflict last_admin, person_erased, version_changed
 */
export function changeRole(
  db: Database,
  id: string,
  wanted: { role: Role; customer: string | null },
  author: string,
  now: Instant,
  edition: string = anyEdition,
): Promise<Person> {
  refuseFaults("invalid_person", "The role cannot be changed like this.", roleFaults(wanted));
  return change(db, id, "role changed", author, now, async (tx, before) => {
    await refuseLate(edition, standingOf(before));
    if (wanted.role !== "admin") {
      refuseLastAdmin(await lockAdmins(tx), id);
    }
    // A session is one of a room: whoever changes rooms comes in by the other door.
    if ((before.role === "customer") !== (wanted.role === "customer")) {
      await endSessionsOf(tx, id, null, now);
    }
    return { ...before, ...wanted };
  });
}

/** Lets somebody come in no more; nothing of theirs goes on. @throws NotFound person_not_found; Conflict last_admin, person_erased */
export function deactivatePerson(db: Database, id: string, author: string, now: Instant): Promise<Person> {
  return change(db, id, "deactivated", author, now, async (tx, before) => {
    refuseLastAdmin(await lockAdmins(tx), id);
    await endSessionsOf(tx, id, null, now);
    await revokeTokensOf(tx, id, now);
    await revokeLinksOfPerson(tx, id, now);
    return { ...before, deactivatedAt: before.deactivatedAt ?? now };
  });
}

/** Lets somebody come in again. @throws NotFound person_not_found; Conflict person_erased */
export function reactivatePerson(db: Database, id: string, author: string, now: Instant): Promise<Person> {
  return change(db, id, "reactivated", author, now, async (_, before) => ({
    ...before,
    deactivatedAt: null,
  }));
}

/** What somebody says of themselves: how they are called, in which language. @throws InvalidInput invalid_person */
export function changeSelf(
  db: Database,
  id: string,
  wanted: { name: string; language: string | null },
  now: Instant,
): Promise<Person> {
  const name = wanted.name.trim();
  refuseFaults("invalid_person", "The name cannot be taken.", nameFaults(name, "/name"));
  return change(db, id, "details changed", id, now, async (_, before) => ({ ...before, ...wanted, name }));
}

async function change(
  db: Database,
  id: string,
  event: AuditEvent,
  author: string,
  now: Instant,
  work: (tx: Database, before: Person) => Promise<Person>,
): Promise<Person> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "people");
    const before = await lockPerson(tx, id);
    refuseErased(before);
    const after = await work(tx, before);
    await savePerson(tx, after);
    await appendAudit(tx, {
      ...{ kind: "person", subject: id, event, author, recordedAt: now },
      ...{ before: recorded(before), after: recorded(after) },
    });
    return after;
  });
}

/** What somebody may do here, of which two who change it must not overwrite each other. */
export function standingOf({ role, customer, deactivatedAt }: Person): object {
  return { role, customer, deactivatedAt };
}

/** What of a person the audit keeps for ever: nothing that names them. */
function recorded({ role, customer, language, deactivatedAt }: Person): object {
  return { role, customer, language, deactivatedAt };
}
