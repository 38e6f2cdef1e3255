/**
 * The mails that were put down to be sent, and every attempt to send one. A mailing is put down once, whoever puts it down; an attempt is
 * taken by a conditional update, so that of several servers one makes it.
 */
import { and, asc, desc, eq, inArray, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import { Conflict, NotFound } from "../domain/errors.ts";
import {
  type MailingFacts,
  mailingKey,
  type MailingState,
  mailingState,
  type MailingSubject,
} from "../domain/mailing/mailing.ts";
import type { MonthSummary } from "../domain/mailing/month-summary.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { ReturnedMail } from "../domain/status/suppression.ts";
import type { Instant } from "../domain/time/interval.ts";
import { type Database, queryRows } from "./database.ts";
import { contracts } from "./tables/agreements.ts";
import { mailingAttempts, mailings } from "./tables/mailings.ts";

/** A mail that is to be put down. */
export interface WantedMailing extends MailingSubject {
  id: string;
  contractId: number | null;
  language: CustomerLanguage;
  linkId: string | null;
  facts: MailingFacts | null;
  dueAt: Instant;
}

/** A mailing as it stands. */
export interface Mailing extends Omit<WantedMailing, "contractId"> {
  state: MailingState;
  createdAt: Instant;
  attempts: number;
  triedSince: Instant | null;
  nextAt: Instant;
  failure: string | null;
  sentAt: Instant | null;
  returnedAt: Instant | null;
  /** How it came back; null: it did not, or nobody said. */
  returned: ReturnedMail | null;
  failedAt: Instant | null;
  withdrawnAt: Instant | null;
}

/** One attempt; without an end it is under way, or its server ended with it. */
export type MailingAttempt = Pick<
  typeof mailingAttempts.$inferSelect,
  "number" | "startedAt" | "endedAt" | "failure"
>;

/** Neither sent, nor given up, nor pointless. */
const waiting = and(isNull(mailings.sentAt), isNull(mailings.failedAt), isNull(mailings.withdrawnAt));

/** Puts mails down; what was put down before stays as it is. Returns the ids of those that are new. */
export async function putMailings(
  tx: Database,
  wanted: readonly WantedMailing[],
  now: Instant,
): Promise<string[]> {
  if (wanted.length === 0) {
    return [];
  }
  const rows = await tx
    .insert(mailings)
    .values(
      wanted.map(({ contract, ...one }) => ({
        ...one,
        key: mailingKey({ contract, ...one }),
        createdAt: now,
        nextAt: one.dueAt,
      })),
    )
    .onConflictDoNothing({ target: mailings.key })
    .returning({ id: mailings.id });
  return rows.map(({ id }) => id);
}

/** Withdraws the reports of earlier revisions of a cycle that nobody has tried to send yet. */
export async function withdrawEarlierReports(
  tx: Database,
  { contractId, label, before }: { contractId: number; label: string; before: number },
  now: Instant,
): Promise<void> {
  await tx
    .update(mailings)
    .set({ withdrawnAt: now })
    .where(
      and(
        eq(mailings.kind, "report"),
        eq(mailings.contractId, contractId),
        eq(mailings.label, label),
        sql`${mailings.revision} < ${before}`,
        eq(mailings.attempts, 0),
        waiting,
      ),
    );
}

/**
 * Takes some mailings that are due, each with a new attempt, so that until an instant nobody else attempts them. A report waits for the
 * revision before it on the way to the same recipient.
 */
export async function takeMailings(
  db: Database,
  { now, until, atMost }: { now: Instant; until: Instant; atMost: number },
): Promise<Mailing[]> {
  return db.transaction(async (tx) => {
    const taken = await queryRows<{ id: string; attempts: number }>(
      tx,
      sql`
        with due as (
          select id from mailings as mailing
          where sent_at is null and failed_at is null and withdrawn_at is null and next_at <= ${now}
            and not exists (
              select 1 from mailings as earlier
              where mailing.kind = 'report' and earlier.kind = 'report'
                and earlier.contract_id = mailing.contract_id and earlier.label = mailing.label
                and earlier.recipient = mailing.recipient and earlier.revision < mailing.revision
                and earlier.sent_at is null and earlier.failed_at is null and earlier.withdrawn_at is null
            )
          order by next_at, created_at, id limit ${atMost} for update skip locked
        )
        update mailings as mailing
        set attempts = mailing.attempts + 1, next_at = ${until}, tried_since = coalesce(tried_since, ${now})
        from due where mailing.id = due.id returning mailing.id, mailing.attempts`,
    );
    if (taken.length === 0) {
      return [];
    }
    await tx
      .insert(mailingAttempts)
      .values(taken.map(({ id, attempts }) => ({ mailingId: id, number: Number(attempts), startedAt: now })));
    return selectMailings(
      tx,
      inArray(
        mailings.id,
        taken.map(({ id }) => id),
      ),
      "asc",
    );
  });
}

/** How an attempt ended: taken, put off, or given up. */
export type AttemptEnd =
  | { outcome: "sent" }
  | { outcome: "put_off"; failure: string; nextAt: Instant }
  | { outcome: "failed"; failure: string };

/** Notes how an attempt ended. What somebody else has noted as sent stays sent. */
export async function noteAttempt(
  db: Database,
  { id, attempts }: Pick<Mailing, "id" | "attempts">,
  end: AttemptEnd,
  now: Instant,
): Promise<void> {
  const failure = end.outcome === "sent" ? null : end.failure;
  await db.transaction(async (tx) => {
    await tx
      .update(mailingAttempts)
      .set({ endedAt: now, failure })
      .where(and(eq(mailingAttempts.mailingId, id), eq(mailingAttempts.number, attempts)));
    const isStill = and(eq(mailings.id, id), isNull(mailings.sentAt));
    switch (end.outcome) {
      case "sent":
        await tx.update(mailings).set({ sentAt: now, failedAt: null, failure: null }).where(isStill);
        break;
      case "put_off":
        // Unless another attempt was taken meanwhile: then that one says how it goes on.
        await tx
          .update(mailings)
          .set({ failure, nextAt: end.nextAt })
          .where(and(isStill, eq(mailings.attempts, attempts)));
        break;
      case "failed":
        await tx.update(mailings).set({ failure, failedAt: now }).where(isStill);
    }
  });
}

/**
 * Lets a mailing that failed or came back be tried again at once, as long as a new one would be.
 *
 * @throws NotFound mailing_not_found
 * @throws Conflict mailing_not_failed
 */
export async function retryMailing(tx: Database, id: string, now: Instant): Promise<Mailing> {
  const changed = await tx
    .update(mailings)
    .set({ failedAt: null, sentAt: null, returnedAt: null, returned: null, triedSince: null, nextAt: now })
    .where(and(eq(mailings.id, id), or(isIn.failed, isIn.returned)))
    .returning({ id: mailings.id });
  const mailing = await getMailing(tx, id);
  if (changed.length === 0) {
    throw new Conflict(
      "mailing_not_failed",
      `This mail is ${mailing.state}: only one that failed or came back is sent again.`,
    );
  }
  return mailing;
}

/**
 * Withdraws a mailing that has not been sent, or that came back.
 *
 * @throws NotFound mailing_not_found
 * @throws Conflict mailing_settled
 */
export async function withdrawMailing(tx: Database, id: string, now: Instant): Promise<Mailing> {
  const changed = await tx
    .update(mailings)
    .set({ withdrawnAt: now, failedAt: null })
    .where(
      and(
        eq(mailings.id, id),
        isNull(mailings.withdrawnAt),
        or(isNull(mailings.sentAt), isNotNull(mailings.returnedAt)),
      ),
    )
    .returning({ id: mailings.id });
  const mailing = await getMailing(tx, id);
  if (changed.length === 0) {
    throw new Conflict("mailing_settled", `This mail is ${mailing.state}: it cannot be withdrawn any more.`);
  }
  return mailing;
}

/** Withdraws everything that still waits for one recipient. */
export async function withdrawMailingsTo(tx: Database, recipient: string, now: Instant): Promise<void> {
  await tx
    .update(mailings)
    .set({ withdrawnAt: now, failedAt: null })
    .where(and(eq(mailings.recipient, recipient), isNull(mailings.sentAt), isNull(mailings.withdrawnAt)));
}

export interface MailingFilter {
  state?: MailingState;
  contract?: string;
  label?: string;
}

/** The newest mailings first. */
export async function listMailings(
  db: Database,
  { state, contract, label }: MailingFilter = {},
  atMost = 200,
): Promise<Mailing[]> {
  const conditions: (SQL | undefined)[] = [
    state === undefined ? undefined : isIn[state],
    contract === undefined ? undefined : eq(contracts.slug, contract),
    label === undefined ? undefined : eq(mailings.label, label),
  ];
  return selectMailings(db, and(...conditions), "desc", atMost);
}

const isIn: Record<MailingState, SQL | undefined> = {
  waiting,
  sent: and(isNotNull(mailings.sentAt), isNull(mailings.returnedAt), isNull(mailings.withdrawnAt)),
  returned: and(isNotNull(mailings.returnedAt), isNull(mailings.withdrawnAt)),
  failed: isNotNull(mailings.failedAt),
  withdrawn: isNotNull(mailings.withdrawnAt),
};

/** How many are in each state. */
export async function countMailings(db: Database): Promise<Record<MailingState, number>> {
  const [row] = await db
    .select({
      sent: sql<number>`count(*) filter (where ${isIn.sent})`,
      returned: sql<number>`count(*) filter (where ${isIn.returned})`,
      failed: sql<number>`count(*) filter (where ${isIn.failed})`,
      withdrawn: sql<number>`count(*) filter (where ${isIn.withdrawn})`,
      all: sql<number>`count(*)`,
    })
    .from(mailings);
  const [sent, returned] = [Number(row!.sent), Number(row!.returned)];
  const [failed, withdrawn] = [Number(row!.failed), Number(row!.withdrawn)];
  const waits = Number(row!.all) - sent - returned - failed - withdrawn;
  return { waiting: waits, sent, returned, failed, withdrawn };
}

/** @throws NotFound mailing_not_found */
export async function getMailing(db: Database, id: string): Promise<Mailing> {
  const [mailing] = await selectMailings(db, eq(mailings.id, id), "asc", 1);
  if (mailing === undefined) {
    throw new NotFound("mailing_not_found", "There is no such mail.");
  }
  return mailing;
}

export async function listAttempts(db: Database, mailingId: string): Promise<MailingAttempt[]> {
  return db
    .select({
      number: mailingAttempts.number,
      startedAt: mailingAttempts.startedAt,
      endedAt: mailingAttempts.endedAt,
      failure: mailingAttempts.failure,
    })
    .from(mailingAttempts)
    .where(eq(mailingAttempts.mailingId, mailingId))
    .orderBy(asc(mailingAttempts.number));
}

/** Notes that a mailing came back, and how; undefined: there is none, or it is known. */
export async function noteMailingReturned(
  tx: Database,
  id: string,
  returned: ReturnedMail,
  now: Instant,
): Promise<Mailing | undefined> {
  const changed = await tx
    .update(mailings)
    .set({ returnedAt: now, returned })
    .where(and(eq(mailings.id, id), isNull(mailings.returnedAt), isNull(mailings.withdrawnAt)))
    .returning({ id: mailings.id });
  return changed.length === 0 ? undefined : getMailing(tx, id);
}

/** How many were given up or came back, and since when the first of them; null: none. */
export async function findFailedMailings(db: Database): Promise<{ count: number; since: Instant } | null> {
  const [row] = await db
    .select({
      count: sql<number>`count(*)`,
      since: sql<number | null>`min(coalesce(${mailings.failedAt}, ${mailings.returnedAt}))`,
    })
    .from(mailings)
    .where(or(isIn.failed, isIn.returned));
  return row === undefined || Number(row.count) === 0
    ? null
    : { count: Number(row.count), since: Number(row.since) };
}

/** The last summary of a month that was put down; null: none was. */
export async function findLastSummary(
  db: Database,
  label: string,
): Promise<{ revision: number; isFinal: boolean } | null> {
  const [row] = await db
    .select({ revision: mailings.revision, facts: mailings.facts })
    .from(mailings)
    .where(and(eq(mailings.kind, "month_summary"), eq(mailings.label, label)))
    .orderBy(desc(mailings.revision))
    .limit(1);
  return row === undefined
    ? null
    : { revision: row.revision, isFinal: (row.facts as MonthSummary | null)?.isFinal ?? false };
}

async function selectMailings(
  db: Database,
  condition: SQL | undefined,
  order: "asc" | "desc",
  atMost = 1_000,
): Promise<Mailing[]> {
  const by = order === "asc" ? asc : desc;
  const rows = await db
    .select({ mailing: mailings, contract: contracts.slug })
    .from(mailings)
    .leftJoin(contracts, eq(contracts.id, mailings.contractId))
    .where(condition)
    .orderBy(by(mailings.createdAt), by(mailings.id))
    .limit(atMost);
  return rows.map(({ mailing: { key: _, contractId: __, ...mailing }, contract }) => ({
    ...mailing,
    contract,
    state: mailingState(mailing),
  }));
}
