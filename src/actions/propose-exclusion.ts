/** Proposes to take time out of the count of a contract, or of all that allow the kind: nothing changes before another person approves. */
import { InvalidInput, NotFound } from "../domain/errors.ts";
import { type ExclusionDraft, refuseDraft } from "../domain/sla/close/proposal.ts";
import { tidyWords } from "../domain/status/public-words.ts";
import { referencePrefixes } from "../domain/status/reference.ts";
import type { Instant } from "../domain/time/interval.ts";
import { requireServices } from "../store/affected-services.ts";
import { readContracts } from "../store/agreements.ts";
import { appendAudit } from "../store/audit.ts";
import { getContractId } from "../store/covered-services.ts";
import type { Database } from "../store/database.ts";
import { getExclusion, insertExclusion, type StoredExclusion } from "../store/proposals.ts";
import { drawReference } from "../store/references.ts";
import { exclusions } from "../store/tables/settlement.ts";

/**
 * @throws InvalidInput exclusion_not_agreed: no version of the contract allows the kind
 * @throws NotFound contract_not_found
 */
export async function proposeExclusion(
  db: Database,
  draft: ExclusionDraft,
  author: string,
  now: Instant,
): Promise<StoredExclusion> {
  refuseDraft(draft, now);
  const tidy = { ...draft, reason: tidyWords(draft.reason), evidence: tidyWords(draft.evidence) };
  return db.transaction(async (tx) => {
    if (draft.services !== "*") {
      await requireServices(tx, draft.services, (i) => `/services/${i}`);
    }
    if (draft.contract !== null) {
      await refuseUnagreed(tx, draft, draft.contract);
    }
    const contractId = draft.contract === null ? null : await getContractId(tx, draft.contract);
    const reference = await drawReference(tx, exclusions, referencePrefixes.exclusion, now);
    await insertExclusion(tx, tidy, contractId, { reference, author, recordedAt: now });
    await appendAudit(tx, {
      ...{ kind: "exclusion", subject: reference, event: "proposed", author, recordedAt: now },
      before: null,
      after: tidy,
    });
    return getExclusion(tx, reference);
  });
}

async function refuseUnagreed(tx: Database, { kind }: ExclusionDraft, slug: string): Promise<void> {
  const contract = (await readContracts(tx, { slugs: [slug] })).get(slug);
  if (contract === undefined) {
    throw new NotFound("contract_not_found", `There is no contract "${slug}".`);
  }
  if (!contract.versions.some(({ clauses }) => clauses.exclusions.includes(kind))) {
    throw new InvalidInput("exclusion_not_agreed", `Contract "${slug}" excludes no time of this kind.`, [
      { pointer: "/kind", detail: `The contract does not allow ${kind}.` },
    ]);
  }
}
