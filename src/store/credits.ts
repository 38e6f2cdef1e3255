/** The ledger of credits: entries are only ever added, and the last one of a line says how it stands. */
import { and, asc, eq, type SQL } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { CreditLine } from "../domain/sla/close/credit-ledger.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { contracts, customers } from "./tables/agreements.ts";
import { creditEntries } from "./tables/settlement.ts";

/** One entry of a line. */
export interface CreditEntry {
  state: CreditLine["state"];
  reason: string;
  author: string;
  recordedAt: Instant;
}

/** A line with its history, oldest first. */
export interface StoredCreditLine extends CreditLine {
  customer: string;
  entries: CreditEntry[];
}

export interface CreditFilter {
  customer?: string;
  contract?: string;
  label?: string;
  revision?: number;
}

/** Adds entries to a line, in their order. */
export async function insertCreditEntries(
  tx: Database,
  contractId: number,
  { contract: _, state: __, ...line }: CreditLine,
  entries: readonly CreditEntry[],
): Promise<void> {
  await tx.insert(creditEntries).values(entries.map((entry) => ({ ...line, ...entry, contractId })));
}

/** In order of contract, cycle and revision. */
export async function listCredits(db: Database, among: CreditFilter = {}): Promise<StoredCreditLine[]> {
  const conditions: SQL[] = [
    ...(among.customer === undefined ? [] : [eq(customers.slug, among.customer)]),
    ...(among.contract === undefined ? [] : [eq(contracts.slug, among.contract)]),
    ...(among.label === undefined ? [] : [eq(creditEntries.label, among.label)]),
    ...(among.revision === undefined ? [] : [eq(creditEntries.revision, among.revision)]),
  ];
  const rows = await db
    .select({ entry: creditEntries, contract: contracts.slug, customer: customers.slug })
    .from(creditEntries)
    .innerJoin(contracts, eq(contracts.id, creditEntries.contractId))
    .innerJoin(customers, eq(customers.id, contracts.customerId))
    .where(and(...conditions))
    .orderBy(
      asc(contracts.slug),
      asc(creditEntries.label),
      asc(creditEntries.revision),
      asc(creditEntries.id),
    );
  const lines: StoredCreditLine[] = [];
  for (const { entry, contract, customer } of rows) {
    const { label, revision, amountMinor, currency, mode, claimUntil, state } = entry;
    const said = { state, reason: entry.reason, author: entry.author, recordedAt: entry.recordedAt };
    const last = lines.at(-1);
    if (last?.contract === contract && last.label === label && last.revision === revision) {
      last.state = state;
      last.entries.push(said);
    } else {
      const line = { contract, label, revision, amountMinor, currency, mode, claimUntil, state };
      lines.push({ ...line, customer, entries: [said] });
    }
  }
  return lines;
}

/** @throws NotFound credit_not_found */
export async function getCredit(
  db: Database,
  contract: string,
  label: string,
  revision: number,
): Promise<StoredCreditLine> {
  const [line] = await listCredits(db, { contract, label, revision });
  if (line === undefined) {
    throw new NotFound(
      "credit_not_found",
      `Revision ${revision} of ${contract} for ${label} has brought no credit.`,
    );
  }
  return line;
}
