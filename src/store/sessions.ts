/** Sessions of browsers: found by the digest of their cookie, as long as they have not expired and what let them in still holds. */
import { and, desc, eq, gt, isNotNull, isNull, lt, ne, or } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import {
  type Holder,
  holderColumns,
  holderJoins,
  holderStands,
  owners,
  toHolder,
  toHolderColumns,
} from "./holders.ts";
import { customers } from "./tables/agreements.ts";
import { accessLinks, people, sessions, tokens } from "./tables/people.ts";

export interface StoredSession {
  holder: Holder;
  /** The link that was followed; null: none was. */
  linkId: string | null;
  /** Code of the language that was chosen, in this browser or by this person; null: none was. */
  language: string | null;
  seenAt: Instant;
}

/** From where a session was opened. */
export interface SessionOrigin {
  address: string;
  agent: string;
}

export async function insertSession(
  db: Database,
  session: {
    digest: Uint8Array;
    linkId: string | null;
    holder: Holder;
    origin: SessionOrigin;
    expiresAt: Instant;
  },
  now: Instant,
): Promise<void> {
  const { digest, linkId, holder, origin, expiresAt } = session;
  await db.insert(sessions).values({
    ...{ digest, linkId, ...toHolderColumns(holder), ...origin },
    ...{ createdAt: now, seenAt: now, expiresAt },
  });
}

/** The session of a cookie, unless it is over or its token, link, customer or person is. */
export async function findSession(
  db: Database,
  digest: Uint8Array,
  now: Instant,
): Promise<StoredSession | undefined> {
  const joins = holderJoins(sessions);
  const [row] = await db
    .select({ session: sessions, chosen: people.language, ...holderColumns })
    .from(sessions)
    .leftJoin(tokens, joins.token)
    .leftJoin(owners, joins.owner)
    .leftJoin(people, joins.person)
    .leftJoin(customers, joins.customer)
    .leftJoin(accessLinks, eq(accessLinks.id, sessions.linkId))
    .where(and(eq(sessions.digest, digest), isGoing(now), holderStands(now), isNull(accessLinks.revokedAt)));
  return (
    row && {
      holder: toHolder(row),
      linkId: row.session.linkId,
      language: row.session.language ?? row.chosen,
      seenAt: row.session.seenAt,
    }
  );
}

/** A session as its person sees it in a list. */
export interface ListedSession extends SessionOrigin {
  digest: Uint8Array;
  createdAt: Instant;
  seenAt: Instant;
}

/** The sessions of a person that are not over, the last used first. */
export function listSessionsOf(db: Database, person: string, now: Instant): Promise<ListedSession[]> {
  return db
    .select({
      digest: sessions.digest,
      address: sessions.address,
      agent: sessions.agent,
      createdAt: sessions.createdAt,
      seenAt: sessions.seenAt,
    })
    .from(sessions)
    .where(and(eq(sessions.personId, person), isGoing(now)))
    .orderBy(desc(sessions.seenAt), desc(sessions.createdAt));
}

/** The sessions of everybody that are not over, the last used first. */
export async function listSessions(
  db: Database,
  now: Instant,
): Promise<(Omit<ListedSession, "digest"> & { person: string })[]> {
  const rows = await db
    .select({
      person: sessions.personId,
      address: sessions.address,
      agent: sessions.agent,
      createdAt: sessions.createdAt,
      seenAt: sessions.seenAt,
    })
    .from(sessions)
    .where(and(isNotNull(sessions.personId), isGoing(now)))
    .orderBy(desc(sessions.seenAt), desc(sessions.createdAt))
    .limit(mostListed);
  return rows.map((row) => ({ ...row, person: row.person! }));
}

const mostListed = 500;

/**
 * Ends sessions of a person.
 *
 * @param but digest of the one that goes on; null: all end
 */
export async function endSessionsOf(
  db: Database,
  person: string,
  but: Uint8Array | null,
  now: Instant,
): Promise<void> {
  await db
    .update(sessions)
    .set({ endedAt: now })
    .where(
      and(
        eq(sessions.personId, person),
        isNull(sessions.endedAt),
        but === null ? undefined : ne(sessions.digest, but),
      ),
    );
}

/** Ends one session, if it is one of this person's. */
export async function endSessionOf(
  db: Database,
  person: string,
  digest: Uint8Array,
  now: Instant,
): Promise<void> {
  await db
    .update(sessions)
    .set({ endedAt: now })
    .where(and(eq(sessions.personId, person), eq(sessions.digest, digest), isNull(sessions.endedAt)));
}

/** Forgets that a person ever was signed in, and from where. */
export async function deleteSessionsOf(db: Database, person: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.personId, person));
}

function isGoing(now: Instant) {
  return and(gt(sessions.expiresAt, now), isNull(sessions.endedAt));
}

const seenEveryMs = 60_000;

/** Notes that it is used, and until when it now holds; at most once a minute, so that looking at pages hardly ever writes. */
export async function noteSessionUse(
  db: Database,
  digest: Uint8Array,
  expiresAt: Instant,
  now: Instant,
): Promise<void> {
  await db
    .update(sessions)
    .set({ seenAt: now, expiresAt })
    .where(and(eq(sessions.digest, digest), lt(sessions.seenAt, now - seenEveryMs + 1)));
}

export async function chooseSessionLanguage(
  db: Database,
  digest: Uint8Array,
  language: string,
): Promise<void> {
  await db.update(sessions).set({ language }).where(eq(sessions.digest, digest));
}

export async function endSession(db: Database, digest: Uint8Array, now: Instant): Promise<void> {
  await db.update(sessions).set({ endedAt: now }).where(eq(sessions.digest, digest));
}

/** Drops sessions that were over before an instant. */
export async function forgetSessions(db: Database, before: Instant): Promise<void> {
  await db.delete(sessions).where(or(lt(sessions.expiresAt, before), lt(sessions.endedAt, before)));
}
