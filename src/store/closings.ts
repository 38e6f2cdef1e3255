/** Closings under way, so that two people never close the same thing at once; and stretches that changed after a closing. */
import { and, asc, desc, eq, gte, inArray, isNull, lt, or } from "drizzle-orm";
import { Conflict } from "../domain/errors.ts";
import type { RevisionCause } from "../domain/sla/close/proposal.ts";
import type { Instant } from "../domain/time/interval.ts";
import { printLocalTime } from "../domain/time/local-time.ts";
import { type Database, lockInTransaction } from "./database.ts";
import { contracts } from "./tables/agreements.ts";
import { closings, lateChanges } from "./tables/settlement.ts";
import { services } from "./tables/watched.ts";

/** A closing that was not heard of for so long is over: its server has ended. */
const silentMs = 5 * 60_000;

export interface OpenClosing {
  label: string;
  /** Null: every contract. */
  contractId: number | null;
  author: string;
  until: Instant;
  total: number;
}

/**
 * Begins a closing; from now on changes of what was measured before its end are noted.
 *
 * @throws Conflict closing_under_way
 */
export async function beginClosing(db: Database, wanted: OpenClosing, now: Instant): Promise<number> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "closings");
    await tx
      .update(closings)
      .set({ finishedAt: now })
      .where(and(isNull(closings.finishedAt), lt(closings.seenAt, now - silentMs)));
    const open = await tx
      .select({ author: closings.author, startedAt: closings.startedAt, contract: contracts.slug })
      .from(closings)
      .leftJoin(contracts, eq(contracts.id, closings.contractId))
      .where(
        and(
          isNull(closings.finishedAt),
          eq(closings.label, wanted.label),
          ...(wanted.contractId === null
            ? []
            : [or(isNull(closings.contractId), eq(closings.contractId, wanted.contractId))]),
        ),
      )
      .limit(1);
    if (open[0] !== undefined) {
      const { author, startedAt, contract } = open[0];
      throw new Conflict(
        "closing_under_way",
        `${author} has been closing ${contract ?? "all contracts"} for ${wanted.label} since ${printLocalTime(startedAt, "UTC")} UTC.`,
      );
    }
    const [row] = await tx
      .insert(closings)
      .values({ ...wanted, startedAt: now, seenAt: now, closed: 0, waiting: 0 })
      .returning({ id: closings.id });
    return row!.id;
  });
}

/** Notes how far it is. */
export async function noteClosing(
  db: Database,
  id: number,
  far: { closed: number; waiting: number; total?: number },
  now: Instant,
  isOver: boolean,
): Promise<void> {
  await db
    .update(closings)
    .set({ ...far, seenAt: now, ...(isOver ? { finishedAt: now } : {}) })
    .where(eq(closings.id, id));
}

/** How far a closing of all contracts of a month is, or came. */
export interface ClosingState {
  author: string;
  startedAt: Instant;
  /** When it was last heard of. */
  seenAt: Instant;
  /** Null: it goes on. */
  finishedAt: Instant | null;
  /** So many are to be closed: every contract of the month until all were looked at, then those that can be. */
  total: number;
  closed: number;
  /** They wait for time or for a person. */
  waiting: number;
}

/** The latest closing of all contracts of a month; one that fell silent is over. */
export async function findClosing(
  db: Database,
  label: string,
  now: Instant,
): Promise<ClosingState | undefined> {
  const [row] = await db
    .select()
    .from(closings)
    .where(and(eq(closings.label, label), isNull(closings.contractId)))
    .orderBy(desc(closings.id))
    .limit(1);
  if (row === undefined) {
    return undefined;
  }
  const { author, startedAt, seenAt, finishedAt, total, closed, waiting } = row;
  const isSilent = finishedAt === null && seenAt < now - silentMs;
  return { author, startedAt, seenAt, finishedAt: isSilent ? seenAt : finishedAt, total, closed, waiting };
}

/** Whether a closing of all contracts of a month has come to its end after an instant. */
export async function isMonthClosed(db: Database, label: string, after: Instant): Promise<boolean> {
  const rows = await db
    .select({ id: closings.id })
    .from(closings)
    .where(and(eq(closings.label, label), isNull(closings.contractId), gte(closings.finishedAt, after)))
    .limit(1);
  return rows.length > 0;
}

/** A stretch of a service that may read otherwise than when a cycle was closed. */
export interface LateChange {
  id: number;
  /** Null: every service. */
  service: string | null;
  fromAt: Instant;
  cause: RevisionCause;
  /** The reference of what changed it; "": evidence. */
  subject: string;
}

/** Notes that people changed something; whether it touches a closed cycle is looked at soon. */
export async function noteLateChange(
  tx: Database,
  service: string | null,
  change: Pick<LateChange, "fromAt" | "cause" | "subject">,
): Promise<void> {
  const [row] =
    service === null
      ? [{ id: null }]
      : await tx.select({ id: services.id }).from(services).where(eq(services.slug, service));
  await tx.insert(lateChanges).values({ ...change, serviceId: row!.id });
}

export async function listLateChanges(db: Database): Promise<LateChange[]> {
  const rows = await db
    .select({ change: lateChanges, service: services.slug })
    .from(lateChanges)
    .leftJoin(services, eq(services.id, lateChanges.serviceId))
    .orderBy(asc(lateChanges.id));
  return rows.map(({ change: { id, fromAt, cause, subject }, service }) => ({
    id,
    service,
    fromAt,
    cause,
    subject,
  }));
}

export async function dropLateChanges(tx: Database, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) {
    await tx.delete(lateChanges).where(inArray(lateChanges.id, [...ids]));
  }
}

/** Whether a closing is under way: what changes meanwhile is looked at when it is over. */
export async function isClosing(db: Database, now: Instant): Promise<boolean> {
  const [row] = await db
    .select({ id: closings.id })
    .from(closings)
    .where(and(isNull(closings.finishedAt), gte(closings.seenAt, now - silentMs)))
    .limit(1);
  return row !== undefined;
}
