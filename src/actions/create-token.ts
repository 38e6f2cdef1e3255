/**
 * Makes a token that may write. The token itself leaves here once; what stays is its digest.
 */
import { Conflict, type Fault } from "../domain/errors.ts";
import { isPersonId } from "../domain/people/person.ts";
import { clockAuthor } from "../domain/status/maintenance-window.ts";
import { refuseFaults } from "../domain/status/public-words.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { findTokenNamed, insertToken, type TokenGrant } from "../store/tokens.ts";

/** How every token begins, so that people and secret scanners know one when they see it. */
export const tokenPrefix = "fn_";

/** The author of what the server's own command line says. */
export const controlAuthor = "command line";

/** Names that are authors already: the clock, and the server's own command line. */
export const reservedAuthors: readonly string[] = [clockAuthor, controlAuthor];

/** What a token is made for, beside its name. */
export type TokenTerms = Omit<TokenGrant, "name">;

const everything: TokenTerms = { scopes: null, personId: null, expiresAt: null, author: null };

/**
 * A new token: the prefix and 32 random bytes in base64url.
 *
 * @throws InvalidInput invalid_token; Conflict token_name_taken
 */
export async function createToken(
  db: Database,
  name: string,
  now: Instant,
  terms: TokenTerms = everything,
): Promise<string> {
  refuseFaults("invalid_token", "A token cannot be made like this.", [
    ...nameFaults(name),
    ...termFaults(terms, now),
  ]);
  const token = `${tokenPrefix}${crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true })}`;
  await db.transaction(async (tx) => {
    if ((await findTokenNamed(tx, name)) !== undefined) {
      throw new Conflict("token_name_taken", `There is a token named "${name}" already.`, [
        { pointer: "/name", detail: "Names of tokens are used once, so that their words keep their author." },
      ]);
    }
    await insertToken(tx, { name, ...terms, digest: await digestOfToken(token) }, now);
    await appendAudit(tx, {
      ...{ kind: "token", subject: name, event: "made", author: terms.author ?? controlAuthor },
      ...{ recordedAt: now, before: null },
      after: { scopes: terms.scopes, owner: terms.personId, expiresAt: terms.expiresAt },
    });
  });
  return token;
}

function nameFaults(name: string): Fault[] {
  const isOne = /^[^\p{C}\p{Z}](?:[^\p{C}]{0,58}[^\p{C}\p{Z}])?$/u.test(name);
  // The author of what it does: it must read as nobody else.
  return isOne && !reservedAuthors.includes(name) && !isPersonId(name)
    ? []
    : [{ pointer: "/name", detail: `1 to 60 characters, and not ${reservedAuthors.join(" or ")}.` }];
}

function termFaults({ scopes: wanted, expiresAt }: TokenTerms, now: Instant): Fault[] {
  return [
    ...(wanted?.length === 0 ? [{ pointer: "/scopes", detail: "A token that may do nothing is none." }] : []),
    ...(expiresAt !== null && expiresAt <= now
      ? [{ pointer: "/expires_at", detail: "A token expires in the future." }]
      : []),
  ];
}

/** SHA-256 of a token, the only thing that is stored of it. */
export async function digestOfToken(token: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
}
