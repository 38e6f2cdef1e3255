/** Lets a token write no more, from this moment on. */
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { revokeToken as revoke } from "../store/tokens.ts";

/** Revoked already, nothing happens. @throws NotFound token_not_found */
export function revokeToken(db: Database, name: string, author: string, now: Instant): Promise<void> {
  return db.transaction(async (tx) => {
    if (await revoke(tx, name, now)) {
      await appendAudit(tx, {
        ...{ kind: "token", subject: name, event: "revoked", author, recordedAt: now },
        ...{ before: null, after: null },
      });
    }
  });
}
