/** Invites the first admin at the first start: start-up prints the link once, and whoever follows it says who they are. */
import type { Instant } from "../domain/time/interval.ts";
import type { AccessLink } from "../store/access-links.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { hasPeople } from "../store/people.ts";
import { controlAuthor } from "./create-token.ts";
import { invitePerson } from "./invite-person.ts";

/** The first invitation, or null where there are people already; of several servers starting at once, one makes it. */
export function ensureFirstPerson(db: Database, now: Instant): Promise<AccessLink | null> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "first person");
    if (await hasPeople(tx)) {
      return null;
    }
    const nobodyYet = { role: "admin", customer: null, name: null, mail: null } as const;
    return (await invitePerson(tx, nobodyYet, controlAuthor, now)).link;
  });
}
