/** Sessions of browsers: found by the digest of their cookie, as long as they have not expired and what let them in still holds. */
import { and, eq, gt, isNull, lt, or } from "drizzle-orm";
import type { Instant } from "../domain/time/interval.ts";
import { type Holder, toHolder, toHolderColumns } from "./access-links.ts";
import type { Database } from "./database.ts";
import { accessLinks, customers, sessions, tokens } from "./schema.ts";

export interface StoredSession {
  holder: Holder;
  /** Code of the language that was chosen; null: none was. */
  language: string | null;
  seenAt: Instant;
}

export async function insertSession(
  db: Database,
  session: { digest: Uint8Array; linkId: string | null; holder: Holder; expiresAt: Instant },
  now: Instant,
): Promise<void> {
  const { digest, linkId, holder, expiresAt } = session;
  await db
    .insert(sessions)
    .values({ digest, linkId, ...toHolderColumns(holder), createdAt: now, seenAt: now, expiresAt });
}

/** The session of a cookie, unless it is over or its token, link or customer is. */
export async function findSession(
  db: Database,
  digest: Uint8Array,
  now: Instant,
): Promise<StoredSession | undefined> {
  const [row] = await db
    .select({ session: sessions, token: tokens.name, customer: customers.slug })
    .from(sessions)
    .leftJoin(tokens, eq(tokens.id, sessions.tokenId))
    .leftJoin(customers, eq(customers.id, sessions.customerId))
    .leftJoin(accessLinks, eq(accessLinks.id, sessions.linkId))
    .where(
      and(
        eq(sessions.digest, digest),
        gt(sessions.expiresAt, now),
        isNull(sessions.endedAt),
        isNull(tokens.revokedAt),
        isNull(customers.archivedAt),
        isNull(accessLinks.revokedAt),
      ),
    );
  return (
    row && {
      holder: toHolder(row.session, row.token, row.customer),
      language: row.session.language,
      seenAt: row.session.seenAt,
    }
  );
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
