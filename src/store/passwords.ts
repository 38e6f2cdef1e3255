/** Passwords of people: hashes, which only actions/password-hash.ts reads. */
import { eq } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { passwords } from "./tables/people.ts";

export async function findPasswordHash(db: Database, personId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ hash: passwords.hash })
    .from(passwords)
    .where(eq(passwords.personId, personId));
  return row?.hash;
}

export async function putPasswordHash(
  db: Database,
  personId: string,
  hash: string,
  changedAt: Instant,
): Promise<void> {
  await db
    .insert(passwords)
    .values({ personId, hash, changedAt })
    .onConflictDoUpdate({ target: passwords.personId, set: { hash, changedAt } });
}

export async function deletePassword(db: Database, personId: string): Promise<void> {
  await db.delete(passwords).where(eq(passwords.personId, personId));
}
