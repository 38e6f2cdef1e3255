/**
 * Erases somebody who reported something, on request: name, address, and every word of theirs and to them. What was reported when, and how
 * long it took, stays, so that months still hold; whom it meant, nobody can tell any more.
 */
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { withdrawMailingsTo } from "../store/mailings.ts";
import { blankReporter, getReporter } from "../store/reporters.ts";
import { blankRequestsOf } from "../store/requests.ts";

/** What stands in place of words that were erased. */
export const erasedWords = "–";

/** Erased already, nothing happens. @throws NotFound reporter_not_found */
export function eraseReporter(db: Database, id: string, author: string, now: Instant): Promise<void> {
  return db.transaction(async (tx) => {
    if ((await getReporter(tx, id)).erasedAt !== null) {
      return;
    }
    await blankReporter(tx, id, now);
    await withdrawMailingsTo(tx, id, now);
    const references = await blankRequestsOf(tx, id, erasedWords);
    await appendAudit(tx, {
      ...{ kind: "request", subject: id, event: "erased", author, recordedAt: now },
      ...{ before: null, after: { requests: references } },
    });
  });
}
