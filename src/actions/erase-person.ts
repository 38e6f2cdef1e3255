/**
 * Erases a person on request: name, address, how they signed in and from where. Their id stays in everything that was recorded, so that
 * every chain and every report still holds; whom it meant, nobody can tell any more.
 */
import { type Person, refuseLastAdmin } from "../domain/people/person.ts";
import type { Instant } from "../domain/time/interval.ts";
import { revokeLinksOfPerson } from "../store/access-links.ts";
import { appendAudit, forgetOriginsOf } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { deleteIdentities } from "../store/identities.ts";
import { withdrawMailingsTo } from "../store/mailings.ts";
import { deletePasskeysOf } from "../store/passkeys.ts";
import { deletePassword } from "../store/passwords.ts";
import { lockAdmins, lockPerson, savePerson } from "../store/people.ts";
import { blankRequestsOf } from "../store/requests.ts";
import { deleteSecondFactor } from "../store/second-factors.ts";
import { deleteSessionsOf } from "../store/sessions.ts";
import { revokeTokensOf } from "../store/tokens.ts";
import { erasedWords } from "./erase-reporter.ts";

/** Erased already, nothing happens. @throws NotFound person_not_found; Conflict last_admin */
export function erasePerson(db: Database, id: string, author: string, now: Instant): Promise<Person> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "people");
    const before = await lockPerson(tx, id);
    if (before.erasedAt !== null) {
      return before;
    }
    refuseLastAdmin(await lockAdmins(tx), id);
    const deactivatedAt = before.deactivatedAt ?? now;
    const after: Person = {
      ...{ ...before, name: null, mail: null, language: null },
      ...{ deactivatedAt, erasedAt: now },
    };
    await savePerson(tx, after);
    await deletePassword(tx, id);
    await deletePasskeysOf(tx, id);
    await deleteIdentities(tx, id);
    await deleteSecondFactor(tx, id);
    await deleteSessionsOf(tx, id);
    await revokeTokensOf(tx, id, now);
    await revokeLinksOfPerson(tx, id, now);
    await withdrawMailingsTo(tx, id, now);
    await blankRequestsOf(tx, id, erasedWords);
    await appendAudit(tx, {
      ...{ kind: "person", subject: id, event: "erased", author, recordedAt: now },
      ...{ before: { role: before.role }, after: null },
    });
    await forgetOriginsOf(tx, id);
    return after;
  });
}
