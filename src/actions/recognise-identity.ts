/**
 * Who somebody is here whom an identity provider vouches for. The first time by their verified address, for which an admin has invited
 * them; from then on by the provider's own name for them. Nobody comes in whom nobody invited.
 */
import { Unauthenticated } from "../domain/errors.ts";
import { nameFaults, type Person, personState, tidyMail } from "../domain/people/person.ts";
import type { Instant } from "../domain/time/interval.ts";
import { revokeLinksOfPerson } from "../store/access-links.ts";
import { appendAudit } from "../store/audit.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { findIdentity, insertIdentity } from "../store/identities.ts";
import { findPersonByMail, getPerson, savePerson } from "../store/people.ts";
import { noteRefusal } from "./sign-in.ts";

/** What a provider says of somebody. */
export interface VouchedIdentity {
  issuer: string;
  subject: string;
  /** Null: it says none, or has not verified it. */
  verifiedMail: string | null;
  name: string | null;
}

/** @throws Unauthenticated not_invited */
export async function recogniseIdentity(
  db: Database,
  identity: VouchedIdentity,
  now: Instant,
): Promise<Person> {
  const person = await db.transaction(async (tx) => {
    await lockInTransaction(tx, "people");
    const known = await findIdentity(tx, identity.issuer, identity.subject);
    const found = known === undefined ? await acquaint(tx, identity, now) : await getPerson(tx, known);
    return found !== undefined && personState(found) === "active" ? found : undefined;
  });
  if (person === undefined) {
    await noteRefusal(db, null, "provider", now);
    throw new Unauthenticated("not_invited", "Nobody with this address is invited here. Ask an admin.");
  }
  return person;
}

/** Knows somebody from now on whom an admin invited at this address, or who is here with it; undefined: there is nobody. */
async function acquaint(
  tx: Database,
  { issuer, subject, verifiedMail, name }: VouchedIdentity,
  now: Instant,
): Promise<Person | undefined> {
  const person = verifiedMail === null ? undefined : await findPersonByMail(tx, tidyMail(verifiedMail));
  if (person === undefined || person.deactivatedAt !== null) {
    return undefined;
  }
  const said = name !== null && nameFaults(name, "/name").length === 0 ? name.trim() : null;
  const joined = { ...person, name: person.name ?? said, joinedAt: person.joinedAt ?? now };
  await savePerson(tx, joined);
  await revokeLinksOfPerson(tx, person.id, now);
  await insertIdentity(tx, { issuer, subject, personId: person.id }, now);
  await appendAudit(tx, {
    ...{ kind: "person", subject: person.id, event: "provider vouched", author: person.id },
    ...{ recordedAt: now, before: { joined: person.joinedAt !== null }, after: { issuer, joined: true } },
  });
  return joined;
}
