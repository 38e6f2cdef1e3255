/** Passkeys of people, and the challenges that wait to be answered. A challenge is taken by deleting it, so it is answered once. */
import { and, asc, eq, gt, lt } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { passkeyChallenges, passkeys } from "./tables/people.ts";

export type StoredPasskey = typeof passkeys.$inferSelect;

/** False: it is kept already. */
export async function insertPasskey(
  tx: Database,
  passkey: Omit<StoredPasskey, "createdAt" | "lastUsedAt">,
  createdAt: Instant,
): Promise<boolean> {
  const kept = await tx
    .insert(passkeys)
    .values({ ...passkey, createdAt })
    .onConflictDoNothing()
    .returning({ id: passkeys.id });
  return kept.length > 0;
}

export async function findPasskey(db: Database, id: string): Promise<StoredPasskey | undefined> {
  const [row] = await db.select().from(passkeys).where(eq(passkeys.id, id));
  return row;
}

/** The keys of a person, in the order they were added. */
export function listPasskeys(db: Database, person: string): Promise<StoredPasskey[]> {
  return db
    .select()
    .from(passkeys)
    .where(eq(passkeys.personId, person))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));
}

export async function notePasskeyUse(db: Database, id: string, counter: number, now: Instant): Promise<void> {
  await db.update(passkeys).set({ counter, lastUsedAt: now }).where(eq(passkeys.id, id));
}

/** False: it is none of theirs. */
export async function deletePasskey(tx: Database, person: string, id: string): Promise<boolean> {
  const gone = await tx
    .delete(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.personId, person)))
    .returning({ id: passkeys.id });
  return gone.length > 0;
}

export async function deletePasskeysOf(tx: Database, person: string): Promise<void> {
  await tx.delete(passkeys).where(eq(passkeys.personId, person));
}

export async function putChallenge(db: Database, challenge: string, expiresAt: Instant): Promise<void> {
  await db.insert(passkeyChallenges).values({ challenge, expiresAt });
}

/** Takes a challenge to its answer. False: it was never made here, was answered, or its time is over. */
export async function takeChallenge(db: Database, challenge: string, now: Instant): Promise<boolean> {
  const taken = await db
    .delete(passkeyChallenges)
    .where(and(eq(passkeyChallenges.challenge, challenge), gt(passkeyChallenges.expiresAt, now)))
    .returning({ challenge: passkeyChallenges.challenge });
  return taken.length > 0;
}

/** Drops challenges that nobody answered before an instant. */
export async function forgetChallenges(db: Database, before: Instant): Promise<void> {
  await db.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, before));
}
