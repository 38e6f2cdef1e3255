/**
 * Makes the first token at the first start, so that somebody can write. Start-up prints it once.
 */
import type { Instant } from "../domain/time/interval.ts";
import { type Database, lockInTransaction } from "../store/database.ts";
import { hasTokens } from "../store/tokens.ts";
import { createToken } from "./create-token.ts";

export const firstTokenName = "first";

/** The first token, or null when there is one already; of several servers starting at once, one makes it. */
export function ensureFirstToken(db: Database, now: Instant): Promise<string | null> {
  return db.transaction(async (tx) => {
    await lockInTransaction(tx, "first token");
    return (await hasTokens(tx)) ? null : createToken(tx, firstTokenName, now);
  });
}
