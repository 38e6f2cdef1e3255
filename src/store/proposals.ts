/**
 * Corrections, exclusions and restatements as they were proposed, each with the steps that people took; rows are only ever added. The
 * approved corrections of a service are read here by everybody who measures it.
 */
import { and, asc, eq, gt, inArray, lt, type SQL } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { ReadingState } from "../domain/monitoring/timeline.ts";
import {
  type CorrectionDraft,
  type ExclusionDraft,
  type Proposal,
  proposalState,
  type RevisionCause,
  type TakenStep,
} from "../domain/sla/close/proposal.ts";
import type { CorrectionInputs } from "../domain/sla/report/report-inputs.ts";
import type { Instant, Interval } from "../domain/time/interval.ts";
import { listServiceIds } from "./affected-services.ts";
import type { Database } from "./database.ts";
import { contracts } from "./tables/agreements.ts";
import { corrections, exclusions, proposalSteps, revisionProposals } from "./tables/settlement.ts";
import { services } from "./tables/watched.ts";

export interface StoredCorrection extends Proposal, CorrectionDraft {}
export interface StoredExclusion extends Proposal, ExclusionDraft {}

/** A restatement that waits for a person, or did. */
export interface StoredRevisionProposal extends Proposal {
  contract: string;
  label: string;
  /** The revision it would restate. */
  supersedes: number;
  cause: RevisionCause;
  reason: string;
}

type Drawn = Pick<Proposal, "reference" | "author" | "recordedAt">;

/** Stores a proposal; its service stands. */
export async function insertCorrection(
  tx: Database,
  { service, ...draft }: CorrectionDraft,
  drawn: Drawn,
): Promise<void> {
  const ids = await listServiceIds(tx, [service]);
  await tx.insert(corrections).values({ ...draft, ...drawn, serviceId: ids.get(service)! });
}

export async function insertExclusion(
  tx: Database,
  { contract, ...draft }: ExclusionDraft,
  contractId: number | null,
  drawn: Drawn,
): Promise<void> {
  await tx.insert(exclusions).values({ ...draft, ...drawn, contractId });
}

export async function insertRevisionProposal(
  tx: Database,
  proposal: Omit<typeof revisionProposals.$inferInsert, "id">,
): Promise<void> {
  await tx.insert(revisionProposals).values(proposal);
}

/** Notes a step; the same step twice is refused by the database. */
export async function insertStep(tx: Database, reference: string, step: TakenStep): Promise<void> {
  await tx.insert(proposalSteps).values({ reference, ...step });
}

/** In order of recording; of a service, or touching a stretch of time. */
export async function listCorrections(
  db: Database,
  among: { service?: string; touching?: Interval; reference?: string } = {},
): Promise<StoredCorrection[]> {
  const conditions: SQL[] = [
    ...(among.service === undefined ? [] : [eq(services.slug, among.service)]),
    ...(among.reference === undefined ? [] : [eq(corrections.reference, among.reference)]),
    ...(among.touching === undefined
      ? []
      : [lt(corrections.start, among.touching.end), gt(corrections.end, among.touching.start)]),
  ];
  const rows = await db
    .select({ correction: corrections, service: services.slug })
    .from(corrections)
    .innerJoin(services, eq(services.id, corrections.serviceId))
    .where(and(...conditions))
    .orderBy(asc(corrections.recordedAt), asc(corrections.id));
  const taken = await listSteps(
    db,
    rows.map(({ correction }) => correction.reference),
  );
  return rows.map(({ correction: { id: _, serviceId: __, ...correction }, service }) => ({
    ...correction,
    service,
    steps: taken.get(correction.reference) ?? [],
  }));
}

export async function getCorrection(db: Database, reference: string): Promise<StoredCorrection> {
  const [correction] = await listCorrections(db, { reference });
  if (correction === undefined) {
    throw new NotFound("correction_not_found", `There is no correction ${reference}.`);
  }
  return correction;
}

/** In order of recording. */
export async function listExclusions(
  db: Database,
  among: { touching?: Interval; reference?: string } = {},
): Promise<StoredExclusion[]> {
  const conditions: SQL[] = [
    ...(among.reference === undefined ? [] : [eq(exclusions.reference, among.reference)]),
    ...(among.touching === undefined
      ? []
      : [lt(exclusions.start, among.touching.end), gt(exclusions.end, among.touching.start)]),
  ];
  const rows = await db
    .select({ exclusion: exclusions, contract: contracts.slug })
    .from(exclusions)
    .leftJoin(contracts, eq(contracts.id, exclusions.contractId))
    .where(and(...conditions))
    .orderBy(asc(exclusions.recordedAt), asc(exclusions.id));
  const taken = await listSteps(
    db,
    rows.map(({ exclusion }) => exclusion.reference),
  );
  return rows.map(({ exclusion: { id: _, contractId: __, ...exclusion }, contract }) => ({
    ...exclusion,
    contract,
    steps: taken.get(exclusion.reference) ?? [],
  }));
}

export async function getExclusion(db: Database, reference: string): Promise<StoredExclusion> {
  const [exclusion] = await listExclusions(db, { reference });
  if (exclusion === undefined) {
    throw new NotFound("exclusion_not_found", `There is no exclusion ${reference}.`);
  }
  return exclusion;
}

/** In order of recording; of one contract's cycle, or all. */
export async function listRevisionProposals(
  db: Database,
  among: { contract?: string; label?: string; reference?: string } = {},
): Promise<StoredRevisionProposal[]> {
  const conditions: SQL[] = [
    ...(among.contract === undefined ? [] : [eq(contracts.slug, among.contract)]),
    ...(among.label === undefined ? [] : [eq(revisionProposals.label, among.label)]),
    ...(among.reference === undefined ? [] : [eq(revisionProposals.reference, among.reference)]),
  ];
  const rows = await db
    .select({ proposal: revisionProposals, contract: contracts.slug })
    .from(revisionProposals)
    .innerJoin(contracts, eq(contracts.id, revisionProposals.contractId))
    .where(and(...conditions))
    .orderBy(asc(revisionProposals.recordedAt), asc(revisionProposals.id));
  const taken = await listSteps(
    db,
    rows.map(({ proposal }) => proposal.reference),
  );
  return rows.map(({ proposal: { id: _, contractId: __, ...proposal }, contract }) => ({
    ...proposal,
    contract,
    steps: taken.get(proposal.reference) ?? [],
  }));
}

export async function getRevisionProposal(db: Database, reference: string): Promise<StoredRevisionProposal> {
  const [proposal] = await listRevisionProposals(db, { reference });
  if (proposal === undefined) {
    throw new NotFound("revision_not_found", `There is no proposed revision ${reference}.`);
  }
  return proposal;
}

/** An approved correction with who stands behind it; recorded when it was approved. */
export interface ApprovedCorrection extends CorrectionInputs {
  state: ReadingState;
  end: Instant;
}

/** Corrections in force that end after an instant, by service, in the order in which they were approved: the last one wins. */
export async function listApprovedCorrections(
  db: Database,
  since: Instant,
): Promise<Map<string, ApprovedCorrection[]>> {
  const all = await listCorrections(db, { touching: { start: since, end: Number.MAX_SAFE_INTEGER } });
  const approved = all.filter((correction) => proposalState(correction) === "approved").map(toApproved);
  approved.sort((a, b) => a.recordedAt - b.recordedAt);
  return Map.groupBy(approved, ({ service }) => service);
}

function toApproved(correction: StoredCorrection): ApprovedCorrection {
  const { reference, service, start, end, state, reason, author, steps } = correction;
  const approval = steps.find(({ step }) => step === "approved")!;
  const { author: approver, recordedAt } = approval;
  return { id: reference, service, start, end, state, reason, author, approver, recordedAt };
}

async function listSteps(db: Database, references: readonly string[]): Promise<Map<string, TakenStep[]>> {
  if (references.length === 0) {
    return new Map();
  }
  const rows = await db
    .select()
    .from(proposalSteps)
    .where(inArray(proposalSteps.reference, [...references]))
    .orderBy(asc(proposalSteps.id));
  const steps = rows.map(({ reference, step, reason, author, recordedAt }) => ({
    reference,
    taken: { step, reason, author, recordedAt },
  }));
  return new Map(
    [...Map.groupBy(steps, ({ reference }) => reference)].map(([reference, some]) => [
      reference,
      some.map(({ taken }) => taken),
    ]),
  );
}
