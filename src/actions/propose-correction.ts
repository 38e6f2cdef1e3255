/** Proposes to judge measured time of a service anew: nothing changes before another person approves. */
import { type CorrectionDraft, refuseDraft } from "../domain/sla/close/proposal.ts";
import { tidyWords } from "../domain/status/public-words.ts";
import { referencePrefixes } from "../domain/status/reference.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { getCorrection, insertCorrection, type StoredCorrection } from "../store/proposals.ts";
import { drawReference } from "../store/references.ts";
import { corrections } from "../store/tables/settlement.ts";

export async function proposeCorrection(
  db: Database,
  draft: CorrectionDraft,
  author: string,
  now: Instant,
): Promise<StoredCorrection> {
  refuseDraft(draft, now);
  const tidy = { ...draft, reason: tidyWords(draft.reason), evidence: tidyWords(draft.evidence) };
  return db.transaction(async (tx) => {
    await requireServices(tx, [draft.service], () => "/service");
    const reference = await drawReference(tx, corrections, referencePrefixes.correction, now);
    await insertCorrection(tx, tidy, { reference, author, recordedAt: now });
    await appendAudit(tx, {
      ...{ kind: "correction", subject: reference, event: "proposed", author, recordedAt: now },
      before: null,
      after: tidy,
    });
    return getCorrection(tx, reference);
  });
}
