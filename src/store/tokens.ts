/**
 * Tokens that may write. Only their digests are stored; a token is found by its digest, so no comparison of secrets takes a time
 * that depends on them.
 */
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { tokens } from "./schema.ts";

export interface StoredToken {
  id: number;
  name: string;
}

/** The token with this SHA-256 digest, unless it was revoked. */
export async function findToken(db: Database, digest: Uint8Array): Promise<StoredToken | undefined> {
  const [token] = await db
    .select({ id: tokens.id, name: tokens.name })
    .from(tokens)
    .where(and(eq(tokens.digest, digest), isNull(tokens.revokedAt)));
  return token;
}

const usedEveryMs = 60_000;

/** Notes that it was used, at most once a minute, so that reading with a token hardly ever writes. */
export async function noteTokenUse(db: Database, id: number, now: Instant): Promise<void> {
  await db
    .update(tokens)
    .set({ lastUsedAt: now })
    .where(
      and(eq(tokens.id, id), or(isNull(tokens.lastUsedAt), lt(tokens.lastUsedAt, now - usedEveryMs + 1))),
    );
}

/** Stores a new token's digest under a name of its own. */
export async function insertToken(
  db: Database,
  token: { name: string; digest: Uint8Array },
  now: Instant,
): Promise<void> {
  await db.insert(tokens).values({ ...token, createdAt: now });
}

/** Whether there ever was a token, revoked ones included. */
export async function hasTokens(db: Database): Promise<boolean> {
  const [row] = await db
    .select({ one: sql`1` })
    .from(tokens)
    .limit(1);
  return row !== undefined;
}

/** The token of this name, revoked or not. */
export async function findTokenNamed(db: Database, name: string): Promise<StoredToken | undefined> {
  const [token] = await db
    .select({ id: tokens.id, name: tokens.name })
    .from(tokens)
    .where(eq(tokens.name, name));
  return token;
}

/** A token as it is listed: never the token itself. Instants in epoch ms. */
export interface TokenRow {
  name: string;
  createdAt: Instant;
  lastUsedAt: Instant | null;
  revokedAt: Instant | null;
}

/** All tokens there ever were, in the order they were made. */
export function listTokens(db: Database): Promise<TokenRow[]> {
  return db
    .select({
      name: tokens.name,
      createdAt: tokens.createdAt,
      lastUsedAt: tokens.lastUsedAt,
      revokedAt: tokens.revokedAt,
    })
    .from(tokens)
    .orderBy(tokens.id);
}

/**
 * Lets a token write no more; revoked already, nothing happens.
 *
 * @throws NotFound token_not_found
 */
export async function revokeToken(db: Database, name: string, now: Instant): Promise<void> {
  if ((await findTokenNamed(db, name)) === undefined) {
    throw new NotFound("token_not_found", `There is no token named "${name}".`);
  }
  await db
    .update(tokens)
    .set({ revokedAt: now })
    .where(and(eq(tokens.name, name), isNull(tokens.revokedAt)));
}
