/** Roots of days (domain/monitoring/evidence-root.ts): each made once, stamped and sent at most once, never changed. */
import { and, asc, desc, eq, gte, isNull, lt, lte } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { evidenceRoots } from "./tables/evidence.ts";

export interface StoredRoot {
  /** Start of the UTC day. */
  day: Instant;
  /** SHA-256 of the statement, hex. */
  root: string;
  statement: string;
  createdAt: Instant;
  /** RFC 3161, DER; null: none. */
  timestampToken: Uint8Array<ArrayBuffer> | null;
  /** Names of the channels that have taken it. */
  sentTo: string[];
  sentAt: Instant | null;
}

/** Stores a root; one of the same day stays as it is. */
export async function insertRoot(
  tx: Database,
  root: Pick<StoredRoot, "day" | "root" | "statement" | "createdAt"> & { previous: string | null },
): Promise<void> {
  await tx
    .insert(evidenceRoots)
    .values({
      day: root.day,
      root: Buffer.from(root.root, "hex"),
      previous: root.previous === null ? null : Buffer.from(root.previous, "hex"),
      statement: root.statement,
      createdAt: root.createdAt,
    })
    .onConflictDoNothing();
}

/** The root of the latest day that has one. */
export async function findLastRoot(db: Database): Promise<StoredRoot | undefined> {
  const [row] = await db.select().from(evidenceRoots).orderBy(desc(evidenceRoots.day)).limit(1);
  return row && toRoot(row);
}

/** Roots before a day, newest first. */
export async function listRootsBefore(db: Database, day: Instant, atMost: number): Promise<StoredRoot[]> {
  const rows = await db
    .select()
    .from(evidenceRoots)
    .where(lt(evidenceRoots.day, day))
    .orderBy(desc(evidenceRoots.day))
    .limit(atMost);
  return rows.map(toRoot);
}

/** Days from the one to the other, both included, oldest first. */
export async function listRootsBetween(db: Database, from: Instant, to: Instant): Promise<StoredRoot[]> {
  const rows = await db
    .select()
    .from(evidenceRoots)
    .where(and(gte(evidenceRoots.day, from), lte(evidenceRoots.day, to)))
    .orderBy(asc(evidenceRoots.day));
  return rows.map(toRoot);
}

/** The nearest days that have a root: the last not after one instant, the first not before the other. */
export async function findRootDays(
  db: Database,
  notAfter: Instant,
  notBefore: Instant,
): Promise<{ first: Instant | null; last: Instant | null }> {
  const day = { day: evidenceRoots.day };
  const one = async (condition: ReturnType<typeof gte>, order: ReturnType<typeof asc>) =>
    (await db.select(day).from(evidenceRoots).where(condition).orderBy(order).limit(1))[0]?.day ?? null;
  return {
    first: await one(lte(evidenceRoots.day, notAfter), desc(evidenceRoots.day)),
    last: await one(gte(evidenceRoots.day, notBefore), asc(evidenceRoots.day)),
  };
}

/** Roots without a time-stamp that were made after an instant, oldest first. */
export async function listUnstamped(db: Database, createdAfter: Instant): Promise<StoredRoot[]> {
  const rows = await db
    .select()
    .from(evidenceRoots)
    .where(and(isNull(evidenceRoots.timestampToken), gte(evidenceRoots.createdAt, createdAfter)))
    .orderBy(asc(evidenceRoots.day));
  return rows.map(toRoot);
}

export async function putTimestamp(db: Database, day: Instant, token: Uint8Array): Promise<void> {
  await db
    .update(evidenceRoots)
    .set({ timestampToken: token })
    .where(and(eq(evidenceRoots.day, day), isNull(evidenceRoots.timestampToken)));
}

/** Roots that have not been sent to all, oldest first. */
export async function listUnsent(db: Database): Promise<StoredRoot[]> {
  const rows = await db
    .select()
    .from(evidenceRoots)
    .where(isNull(evidenceRoots.sentAt))
    .orderBy(asc(evidenceRoots.day));
  return rows.map(toRoot);
}

/** Notes where a root was sent; `sentAt` null: not yet to all. */
export async function noteSent(
  db: Database,
  day: Instant,
  sentTo: readonly string[],
  sentAt: Instant | null,
): Promise<void> {
  await db
    .update(evidenceRoots)
    .set({ sentTo: [...sentTo], sentAt })
    .where(eq(evidenceRoots.day, day));
}

function toRoot(row: typeof evidenceRoots.$inferSelect): StoredRoot {
  return {
    day: row.day,
    root: Buffer.from(row.root).toString("hex"),
    statement: row.statement,
    createdAt: row.createdAt,
    timestampToken: row.timestampToken && Uint8Array.from(row.timestampToken),
    sentTo: row.sentTo ?? [],
    sentAt: row.sentAt,
  };
}
