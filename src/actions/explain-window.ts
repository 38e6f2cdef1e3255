/**
 * Says why a window breaks what contracts promise, after the clock has announced it: the judgement is recorded again, with the reason.
 */
import { Conflict } from "../domain/errors.ts";
import { reasonFor, type WindowJudgement } from "../domain/sla/promise/window-judgement.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { lockWindow } from "../store/maintenance-windows.ts";
import { addJudgement, listJudgements } from "../store/window-judgements.ts";

/**
 * @throws NotFound maintenance_not_found; Conflict nothing_broken: it keeps what is promised
 * @throws InvalidInput reason_needed
 */
export function explainWindow(
  db: Database,
  reference: string,
  reason: string,
  author: string,
  now: Instant,
): Promise<WindowJudgement> {
  return db.transaction(async (tx) => {
    await lockWindow(tx, reference);
    const before = (await listJudgements(tx, [reference])).get(reference)?.at(-1);
    if (before === undefined || before.broken.length === 0) {
      throw new Conflict("nothing_broken", `${reference} breaks nothing that a contract promises.`);
    }
    const { broken } = before;
    const after = { broken, reason: reasonFor(broken, reason), author, recordedAt: now };
    await addJudgement(tx, reference, after);
    await appendAudit(tx, {
      ...{ kind: "maintenance", subject: reference, event: "explained", author, recordedAt: now },
      ...{ before: { reason: before.reason }, after: { reason: after.reason } },
    });
    return after;
  });
}
