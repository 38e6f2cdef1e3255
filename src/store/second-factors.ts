/** Authenticators of people and their backup codes. A code is used by a conditional update, so that it lets in once. */
import { and, eq, isNull, lt } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { backupCodes, secondFactors } from "./tables/people.ts";

export interface StoredSecondFactor {
  /** Enciphered (actions/second-factor.ts). */
  sealed: Uint8Array;
  /** Null: no code of it was shown yet, and none is asked for. */
  confirmedAt: Instant | null;
}

export async function findSecondFactor(
  db: Database,
  person: string,
): Promise<StoredSecondFactor | undefined> {
  const [row] = await db
    .select({ sealed: secondFactors.sealed, confirmedAt: secondFactors.confirmedAt })
    .from(secondFactors)
    .where(eq(secondFactors.personId, person));
  return row;
}

export async function putSecondFactor(
  db: Database,
  personId: string,
  sealed: Uint8Array,
  createdAt: Instant,
): Promise<void> {
  await db.insert(secondFactors).values({ personId, sealed, createdAt, lastStep: 0 });
}

/** @param step of the code that was shown: it lets in no more */
export async function confirmSecondFactor(
  tx: Database,
  person: string,
  step: number,
  now: Instant,
): Promise<void> {
  await tx
    .update(secondFactors)
    .set({ confirmedAt: now, lastStep: step })
    .where(eq(secondFactors.personId, person));
}

/** Notes that a code of this step let in. False: it, or a later one, did before. */
export async function noteCodeStep(db: Database, person: string, step: number): Promise<boolean> {
  const noted = await db
    .update(secondFactors)
    .set({ lastStep: step })
    .where(and(eq(secondFactors.personId, person), lt(secondFactors.lastStep, step)))
    .returning({ step: secondFactors.lastStep });
  return noted.length > 0;
}

/** Replaces the backup codes of a person. */
export async function putBackupCodes(
  tx: Database,
  personId: string,
  digests: readonly Uint8Array[],
): Promise<void> {
  await tx.delete(backupCodes).where(eq(backupCodes.personId, personId));
  await tx.insert(backupCodes).values(digests.map((digest) => ({ personId, digest })));
}

/** Uses a backup code up. False: it is none, or was used. */
export async function useBackupCode(
  db: Database,
  person: string,
  digest: Uint8Array,
  now: Instant,
): Promise<boolean> {
  const used = await db
    .update(backupCodes)
    .set({ usedAt: now })
    .where(and(eq(backupCodes.personId, person), eq(backupCodes.digest, digest), isNull(backupCodes.usedAt)))
    .returning({ usedAt: backupCodes.usedAt });
  return used.length > 0;
}

export async function countBackupCodes(db: Database, person: string): Promise<number> {
  return db.$count(backupCodes, and(eq(backupCodes.personId, person), isNull(backupCodes.usedAt)));
}

/** False: there was none. */
export async function deleteSecondFactor(tx: Database, person: string): Promise<boolean> {
  await tx.delete(backupCodes).where(eq(backupCodes.personId, person));
  const gone = await tx
    .delete(secondFactors)
    .where(eq(secondFactors.personId, person))
    .returning({ confirmedAt: secondFactors.confirmedAt });
  return gone.some(({ confirmedAt }) => confirmedAt !== null);
}
