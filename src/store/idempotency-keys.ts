/**
 * Answers already given, by the key a caller named for its request (http/idempotency.ts). Kept for a day.
 */
import { and, eq, lt } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { idempotencyKeys } from "./tables/people.ts";

export interface GivenAnswer {
  requestDigest: Uint8Array;
  status: number;
  response: string;
  location: string | null;
}

export const answersKeptMs = 24 * 3_600_000;

/** The answer that was given under this key within a day before `now`. */
export async function findAnswer(
  db: Database,
  name: { author: string; key: string },
  now: Instant,
): Promise<GivenAnswer | undefined> {
  const [row] = await db
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.author, name.author), eq(idempotencyKeys.key, name.key)));
  return row !== undefined && row.createdAt > now - answersKeptMs ? row : undefined;
}

/** Keeps an answer in place of one that is older than a day. */
export async function saveAnswer(
  db: Database,
  name: { author: string; key: string },
  answer: GivenAnswer,
  now: Instant,
): Promise<void> {
  const row = { ...name, ...answer, createdAt: now };
  await db
    .insert(idempotencyKeys)
    .values(row)
    .onConflictDoUpdate({ target: [idempotencyKeys.author, idempotencyKeys.key], set: row });
}

/** Forgets what is older than a day; how many were forgotten. */
export async function forgetAnswers(db: Database, now: Instant): Promise<number> {
  const gone = await db
    .delete(idempotencyKeys)
    .where(lt(idempotencyKeys.createdAt, now - answersKeptMs))
    .returning({ key: idempotencyKeys.key });
  return gone.length;
}
