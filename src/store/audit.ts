/** The audit chain (domain/audit/audit-chain.ts): appended to by whoever changes something, in the same transaction; never changed. */
import { and, asc, desc, eq, gt, gte, ilike, inArray, lt, max, or } from "drizzle-orm";
import {
  type AuditEntry,
  type AuditKind,
  auditText,
  changeText,
  type Origin,
} from "../domain/audit/audit-chain.ts";
import type { Instant } from "../domain/time/interval.ts";
import { currentOrigin } from "./audit-origin.ts";
import { type Database, holding, lockInTransaction } from "./database.ts";
import { auditEntries, auditOrigins } from "./tables/settlement.ts";

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
  if (changes.length === 0) {
    return;
  }
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

/** What somebody looks for; absent: whatever it is. */
export interface AuditSearch {
  kind?: AuditKind;
  author?: string;
  subject?: string;
  /** Stands somewhere in subject, event or content. */
  text?: string;
  /** Half-open, epoch ms. */
  from?: Instant;
  to?: Instant;
}

/** A step with its digest, and where it came from; null: from the program itself, or forgotten. */
export interface FoundAudit extends AuditEntry {
  digest: string;
  origin: Origin | null;
}

/**
 * Steps that are looked for, newest first.
 *
 * @param before only those whose sequence is lower
 */
export async function findAudit(
  db: Database,
  search: AuditSearch,
  { before, limit }: { before: number | null; limit: number },
): Promise<FoundAudit[]> {
  const { kind, author, subject, text, from, to } = search;
  const has = holding(text ?? "");
  const rows = await db
    .select({ entry: auditEntries, origin: auditOrigins })
    .from(auditEntries)
    .leftJoin(auditOrigins, eq(auditOrigins.sequence, auditEntries.sequence))
    .where(
      and(
        before === null ? undefined : lt(auditEntries.sequence, before),
        kind === undefined ? undefined : eq(auditEntries.kind, kind),
        author === undefined ? undefined : eq(auditEntries.author, author),
        subject === undefined ? undefined : eq(auditEntries.subject, subject),
        from === undefined ? undefined : gte(auditEntries.recordedAt, from),
        to === undefined ? undefined : lt(auditEntries.recordedAt, to),
        text === undefined
          ? undefined
          : or(
              ilike(auditEntries.subject, has),
              ilike(auditEntries.event, has),
              ilike(auditEntries.content, has),
            ),
      ),
    )
    .orderBy(desc(auditEntries.sequence))
    .limit(limit);
  return rows.map(({ entry, origin }) => ({
    ...toEntry(entry),
    origin: origin && { address: origin.address, agent: origin.agent, requestId: origin.requestId },
  }));
}

const atOnce = 1000;

/** Every step that is looked for, newest first, however many there are. */
export async function* readAudit(db: Database, search: AuditSearch): AsyncGenerator<FoundAudit> {
  for (let before: number | null = null; ;) {
    const found = await findAudit(db, search, { before, limit: atOnce });
    yield* found;
    if (found.length < atOnce) {
      return;
    }
    before = found.at(-1)!.sequence;
  }
}

/** The whole chain as somebody checked it. */
export interface AuditChain {
  entries: number;
  /** Digest of the last entry; null: there is none. Written down elsewhere, it fixes everything before it. */
  head: string | null;
  /** The first entry that does not follow from the one before it, or was changed; null: the chain holds. */
  brokenAt: number | null;
}

/** Hashes every step again. */
export async function checkAuditChain(db: Database): Promise<AuditChain> {
  let [entries, head]: [number, string | null] = [0, null];
  for (;;) {
    const rows = await db
      .select()
      .from(auditEntries)
      .where(gt(auditEntries.sequence, entries))
      .orderBy(asc(auditEntries.sequence))
      .limit(atOnce);
    for (const row of rows) {
      const entry = toEntry(row);
      const expected = Buffer.from(await digestOf(entry)).toString("hex");
      if (entry.sequence !== entries + 1 || entry.previous !== head || entry.digest !== expected) {
        return { entries, head, brokenAt: entry.sequence };
      }
      [entries, head] = [entry.sequence, entry.digest];
    }
    if (rows.length < atOnce) {
      return { entries, head, brokenAt: null };
    }
  }
}

/** The first entry that does not follow from the one before it, or was changed; null: the chain holds. */
export async function findBrokenAudit(db: Database): Promise<number | null> {
  return (await checkAuditChain(db)).brokenAt;
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
