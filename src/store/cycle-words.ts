/** What people said of cycles before they were closed: why measurement and words differ, and what was decided of unknown time. */
import { and, asc, desc, eq, gt, inArray, lt } from "drizzle-orm";
import type { DecidedFigures, Difference } from "../domain/sla/close/cycle-state.ts";
import type { Verdict } from "../domain/sla/measure/availability.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { listServiceIds } from "./affected-services.ts";
import type { Database } from "./database.ts";
import { contracts } from "./tables/agreements.ts";
import { decisions, explanations } from "./tables/settlement.ts";
import { services } from "./tables/watched.ts";

/** An explanation, which holds for every contract that covers the service. */
export interface StoredExplanation extends Difference {
  id: string;
  reason: string;
  author: string;
  recordedAt: Instant;
}

export interface StoredDecision extends DecidedFigures {
  id: string;
  contract: string;
  label: string;
  reason: string;
  author: string;
  recordedAt: Instant;
}

type Said = Pick<StoredExplanation, "reason" | "author" | "recordedAt">;

/** Stores an explanation of each difference. */
export async function insertExplanations(
  tx: Database,
  explained: readonly Difference[],
  said: Said,
): Promise<void> {
  const ids = await listServiceIds(
    tx,
    explained.map(({ service }) => service),
  );
  await tx
    .insert(explanations)
    .values(explained.map(({ service, ...one }) => ({ ...one, ...said, serviceId: ids.get(service)! })));
}

/** Those that touch a stretch of time, in order of recording. */
export async function listExplanations(db: Database, touching: Interval): Promise<StoredExplanation[]> {
  const rows = await db
    .select({ explanation: explanations, service: services.slug })
    .from(explanations)
    .innerJoin(services, eq(services.id, explanations.serviceId))
    .where(and(lt(explanations.start, touching.end), gt(explanations.end, touching.start)))
    .orderBy(asc(explanations.id));
  return rows.map(({ explanation: { id, serviceId: _, ...explanation }, service }) => ({
    ...explanation,
    id: `explanation-${id}`,
    service,
  }));
}

export async function insertDecision(
  tx: Database,
  contractId: number,
  label: string,
  { verdict, percent, bounds }: DecidedFigures,
  said: Said,
): Promise<void> {
  await tx.insert(decisions).values({ contractId, label, verdict, percent, ...bounds, ...said });
}

/** The latest decision on each cycle of these labels, by label and by contract. */
export async function listLatestDecisions(
  db: Database,
  labels: readonly string[],
): Promise<Map<string, Map<string, StoredDecision>>> {
  const rows = await db
    .selectDistinctOn([decisions.label, decisions.contractId], {
      ...{ decision: decisions, contract: contracts.slug },
    })
    .from(decisions)
    .innerJoin(contracts, eq(contracts.id, decisions.contractId))
    .where(inArray(decisions.label, [...labels]))
    .orderBy(asc(decisions.label), asc(decisions.contractId), desc(decisions.id));
  const byLabel = new Map<string, Map<string, StoredDecision>>();
  for (const { decision, contract } of rows) {
    const { label, low, high, reason, author, recordedAt } = decision;
    const ofLabel = byLabel.get(label) ?? new Map<string, StoredDecision>();
    ofLabel.set(contract, {
      ...{ id: `decision-${decision.id}`, contract, label, percent: decision.percent },
      ...{ verdict: decision.verdict as Verdict, bounds: { low, high }, reason, author, recordedAt },
    });
    byLabel.set(label, ofLabel);
  }
  return byLabel;
}
