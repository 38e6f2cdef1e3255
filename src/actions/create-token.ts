/**
 * Makes a token that may write. The token itself leaves here once; what stays is its digest.
 */
import { InvalidInput, Conflict } from "../domain/errors.ts";
import { clockAuthor } from "../domain/status/maintenance-window.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "../store/database.ts";
import { findTokenNamed, insertToken } from "../store/tokens.ts";

/** How every token begins, so that people and secret scanners know one when they see it. */
export const tokenPrefix = "fn_";

/** Names that are authors already: the clock, and the server's own command line. */
export const reservedAuthors: readonly string[] = [clockAuthor, "command line"];

/** A new token: the prefix and 32 random bytes in base64url. */
export async function createToken(db: Database, name: string, now: Instant): Promise<string> {
  if (!/^[^\p{C}\p{Z}](?:[^\p{C}]{0,58}[^\p{C}\p{Z}])?$/u.test(name) || reservedAuthors.includes(name)) {
    throw new InvalidInput("invalid_token_name", `A token cannot be named "${name}".`, [
      { pointer: "/name", detail: `1 to 60 characters, and not ${reservedAuthors.join(" or ")}.` },
    ]);
  }
  const token = `${tokenPrefix}${crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true })}`;
  await db.transaction(async (tx) => {
    if ((await findTokenNamed(tx, name)) !== undefined) {
      throw new Conflict("token_name_taken", `There is a token named "${name}" already.`, [
        { pointer: "/name", detail: "Names of tokens are used once, so that their words keep their author." },
      ]);
    }
    await insertToken(tx, { name, digest: await digestOfToken(token) }, now);
  });
  return token;
}

/** SHA-256 of a token, the only thing that is stored of it. */
export async function digestOfToken(token: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
}
