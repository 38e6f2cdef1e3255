/** What people said of cycles before they were closed: why measurement and words differ, and what was decided of unknown time. */
import { and, asc, desc, eq, gt, lt } from "drizzle-orm";
import type { DecidedFigures, Difference } from "../domain/sla/close/cycle-state.ts";
import type { Verdict } from "../domain/sla/measure/availability.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { listServiceIds } from "./affected-services.ts";
import type { Database } from "./database.ts";
import { contracts, decisions, explanations, services } from "./schema.ts";

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

/** The latest decision on each cycle of a label, by contract. */
export async function listLatestDecisions(db: Database, label: string): Promise<Map<string, StoredDecision>> {
  const rows = await db
    .selectDistinctOn([decisions.contractId], { decision: decisions, contract: contracts.slug })
    .from(decisions)
    .innerJoin(contracts, eq(contracts.id, decisions.contractId))
    .where(eq(decisions.label, label))
    .orderBy(asc(decisions.contractId), desc(decisions.id));
  return new Map(
    rows.map(({ decision, contract }) => [
      contract,
      {
        id: `decision-${decision.id}`,
        contract,
        label,
        verdict: decision.verdict as Verdict,
        percent: decision.percent,
        bounds: { low: decision.low, high: decision.high },
        reason: decision.reason,
        author: decision.author,
        recordedAt: decision.recordedAt,
      },
    ]),
  );
}
