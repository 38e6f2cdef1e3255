/**
 * Tokens that may write. Only their digests are stored; a token is found by its digest, so no comparison of secrets takes a time
 * that depends on them.
 */
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { Scope } from "../domain/people/rights.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { holderColumns, owners, type TokenHolder, tokenStands } from "./holders.ts";
import { tokens } from "./tables/people.ts";

/** The token with this SHA-256 digest, unless it was revoked, is over, or its owner may come in no more. */
export async function findToken(
  db: Database,
  digest: Uint8Array,
  now: Instant,
): Promise<TokenHolder | undefined> {
  const [row] = await select(db).where(and(eq(tokens.digest, digest), tokenStands(now)));
  return row && toTokenHolder(row);
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

/** What a token is made for. */
export interface TokenGrant {
  name: string;
  /** Null: everything. */
  scopes: Scope[] | null;
  /** Id of the person whose it is; null: a machine's. */
  personId: string | null;
  /** Null: it holds until it is revoked. */
  expiresAt: Instant | null;
  /** Who makes it; null: the program itself, at its first start. */
  author: string | null;
}

/** Stores a new token's digest under a name of its own. */
export async function insertToken(
  db: Database,
  token: TokenGrant & { digest: Uint8Array },
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
export async function findTokenNamed(db: Database, name: string): Promise<TokenHolder | undefined> {
  const [row] = await select(db).where(eq(tokens.name, name));
  return row && toTokenHolder(row);
}

function select(db: Database) {
  const { token, owner } = holderColumns;
  return db.select({ token, owner }).from(tokens).leftJoin(owners, eq(owners.id, tokens.personId)).$dynamic();
}

function toTokenHolder({
  token,
  owner,
}: Pick<TokenHolder, "owner"> & { token: Omit<TokenHolder, "kind" | "owner"> }): TokenHolder {
  return { kind: "token", ...token, owner };
}

/** A token as it is listed: never the token itself. Instants in epoch ms. */
export interface TokenRow {
  name: string;
  /** Null: everything. */
  scopes: Scope[] | null;
  /** Id of the person whose it is; null: a machine's. */
  owner: string | null;
  createdAt: Instant;
  expiresAt: Instant | null;
  lastUsedAt: Instant | null;
  revokedAt: Instant | null;
}

/** All tokens there ever were, in the order they were made. */
export function listTokens(db: Database): Promise<TokenRow[]> {
  return db
    .select({
      name: tokens.name,
      scopes: tokens.scopes,
      owner: tokens.personId,
      createdAt: tokens.createdAt,
      expiresAt: tokens.expiresAt,
      lastUsedAt: tokens.lastUsedAt,
      revokedAt: tokens.revokedAt,
    })
    .from(tokens)
    .orderBy(tokens.id);
}

/**
 * Lets a token write no more. False: it was revoked already.
 *
 * @throws NotFound token_not_found
 */
export async function revokeToken(db: Database, name: string, now: Instant): Promise<boolean> {
  if ((await findTokenNamed(db, name)) === undefined) {
    throw new NotFound("token_not_found", `There is no token named "${name}".`);
  }
  const revoked = await db
    .update(tokens)
    .set({ revokedAt: now })
    .where(and(eq(tokens.name, name), isNull(tokens.revokedAt)))
    .returning({ id: tokens.id });
  return revoked.length > 0;
}

/** Lets every token of a person write no more. */
export async function revokeTokensOf(db: Database, person: string, now: Instant): Promise<void> {
  await db
    .update(tokens)
    .set({ revokedAt: now })
    .where(and(eq(tokens.personId, person), isNull(tokens.revokedAt)));
}

/** Who made a token, or whose it is; null: nobody knows. */
export async function findPersonBehind(db: Database, name: string): Promise<string | null> {
  const [token] = await db
    .select({ author: tokens.author, owner: tokens.personId })
    .from(tokens)
    .where(eq(tokens.name, name));
  return token?.owner ?? token?.author ?? null;
}
