/** Decides what becomes of a mail that was not taken: it is tried again, or withdrawn. By a person, and recorded. */
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { type Mailing, retryMailing, withdrawMailing } from "../store/mailings.ts";

/**
 * @throws NotFound mailing_not_found
 * @throws Conflict mailing_not_failed, mailing_settled
 */
export async function settleMailing(
  db: Database,
  { id, to, author }: { id: string; to: "retried" | "withdrawn"; author: string },
  now: Instant,
): Promise<Mailing> {
  return db.transaction(async (tx) => {
    const settled = await (to === "retried" ? retryMailing : withdrawMailing)(tx, id, now);
    await appendAudit(tx, {
      ...{ kind: "mailing", subject: id, event: to, author, recordedAt: now },
      ...{ before: null, after: { kind: settled.kind, label: settled.label, attempts: settled.attempts } },
    });
    return settled;
  });
}
