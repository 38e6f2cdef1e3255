/** The audit chain (domain/audit/audit-chain.ts): appended to by whoever changes something, in the same transaction; never changed. */
import { and, asc, desc, eq, inArray, lt, max } from "drizzle-orm";
import { type AuditEntry, auditText, changeText } from "../domain/audit/audit-chain.ts";
import type { Instant } from "../domain/time/interval.ts";
import { currentOrigin } from "./audit-origin.ts";
import { type Database, lockInTransaction } from "./database.ts";
import { auditEntries, auditOrigins } from "./schema.ts";

/** What happened, before it has a place in the chain. */
export interface AuditedChange extends Pick<
  AuditEntry,
  "kind" | "subject" | "event" | "author" | "recordedAt"
> {
  before: unknown;
  after: unknown;
}

/** Puts steps at the end of the chain; whoever appends holds its end until the transaction is over. */
export async function appendAudit(tx: Database, ...changes: readonly AuditedChange[]): Promise<void> {
  await lockInTransaction(tx, "audit");
  const [last] = await tx
    .select({ sequence: auditEntries.sequence, digest: auditEntries.digest })
    .from(auditEntries)
    .orderBy(desc(auditEntries.sequence))
    .limit(1);
  let sequence = last?.sequence ?? 0;
  let previous = last === undefined ? null : Buffer.from(last.digest);
  const rows: (typeof auditEntries.$inferInsert)[] = [];
  for (const { before, after, ...change } of changes) {
    const entry = { ...change, sequence: ++sequence, content: changeText(before, after) };
    const digest = await digestOf({ ...entry, previous: previous?.toString("hex") ?? null });
    rows.push({ ...entry, previous, digest });
    previous = Buffer.from(digest);
  }
  await tx.insert(auditEntries).values(rows);
  const origin = currentOrigin();
  if (origin.requestId !== "") {
    await tx.insert(auditOrigins).values(rows.map((row) => ({ sequence: row.sequence, ...origin })));
  }
}

/** The steps of one subject, oldest first. */
export async function listAudit(db: Database, subject: string): Promise<(AuditEntry & { digest: string })[]> {
  const rows = await db
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.subject, subject))
    .orderBy(asc(auditEntries.sequence));
  return rows.map(toEntry);
}

/** When the latest step of these kinds before an instant was taken; null: none was. */
export async function latestStepBefore(
  db: Database,
  kinds: readonly AuditEntry["kind"][],
  before: Instant,
): Promise<Instant | null> {
  const [row] = await db
    .select({ at: max(auditEntries.recordedAt) })
    .from(auditEntries)
    .where(and(inArray(auditEntries.kind, [...kinds]), lt(auditEntries.recordedAt, before)));
  return row!.at;
}

/** The first entry that does not follow from the one before it, or was changed; null: the chain holds. */
export async function findBrokenAudit(db: Database): Promise<number | null> {
  let [sequence, previous]: [number, string | null] = [0, null];
  for (const row of await db.select().from(auditEntries).orderBy(asc(auditEntries.sequence))) {
    const entry = toEntry(row);
    const expected = Buffer.from(await digestOf(entry)).toString("hex");
    if (entry.sequence !== sequence + 1 || entry.previous !== previous || entry.digest !== expected) {
      return entry.sequence;
    }
    [sequence, previous] = [entry.sequence, entry.digest];
  }
  return null;
}

async function digestOf(entry: AuditEntry): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(auditText(entry))));
}

function toEntry({ previous, digest, ...entry }: typeof auditEntries.$inferSelect) {
  return {
    ...entry,
    previous: previous === null ? null : Buffer.from(previous).toString("hex"),
    digest: Buffer.from(digest).toString("hex"),
  };
}

/** Forgets from where somebody came; what they did stays. */
export async function forgetOriginsOf(tx: Database, author: string): Promise<void> {
  const theirs = tx
    .select({ sequence: auditEntries.sequence })
    .from(auditEntries)
    .where(eq(auditEntries.author, author));
  await tx.delete(auditOrigins).where(inArray(auditOrigins.sequence, theirs));
}
