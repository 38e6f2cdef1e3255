/** Reports as they were issued: sealed texts with what they were computed from. Rows are only ever added. */
import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { and, asc, desc, eq, gte, inArray, lte, type SQL } from "drizzle-orm";
import { NotFound } from "../domain/errors.ts";
import type { ReportInputs } from "../domain/sla/report/report-inputs.ts";
import type { Instant } from "../domain/time/interval.ts";
import type { Database } from "./database.ts";
import { contracts } from "./tables/agreements.ts";
import { reports } from "./tables/settlement.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** A report without its text. */
export interface IssuedReport {
  contract: string;
  label: string;
  revision: number;
  cycleStart: Instant;
  cycleEnd: Instant;
  reason: string;
  author: string;
  approver: string | null;
  issuedAt: Instant;
  percent: string | null;
  verdict: string;
  creditMinor: number | null;
  currency: string | null;
  /** Hex. */
  factsDigest: string;
  sha256: string;
  /** Ed25519 over the 32 bytes of the digest, and the raw key that made it; base64. */
  signature: string;
  publicKey: string;
}

/** A report with its text and its inputs, as canonical JSON. */
export interface SealedReport extends IssuedReport {
  json: string;
  inputsJson: string;
}

/** Stores a revision; one that stands is refused by the database. */
export async function insertReport(
  tx: Database,
  contractId: number,
  { contract: _, json, inputsJson, ...report }: SealedReport,
): Promise<void> {
  await tx.insert(reports).values({
    ...report,
    contractId,
    report: await compress(json),
    inputs: await compress(inputsJson),
    factsDigest: Buffer.from(report.factsDigest, "hex"),
    sha256: Buffer.from(report.sha256, "hex"),
    signature: Buffer.from(report.signature, "base64"),
    publicKey: Buffer.from(report.publicKey, "base64"),
  });
}

const told = {
  contract: contracts.slug,
  label: reports.label,
  revision: reports.revision,
  cycleStart: reports.cycleStart,
  cycleEnd: reports.cycleEnd,
  reason: reports.reason,
  author: reports.author,
  approver: reports.approver,
  issuedAt: reports.issuedAt,
  percent: reports.percent,
  verdict: reports.verdict,
  creditMinor: reports.creditMinor,
  currency: reports.currency,
  factsDigest: reports.factsDigest,
  sha256: reports.sha256,
  signature: reports.signature,
  publicKey: reports.publicKey,
};

/** All revisions, in order of contract, cycle and revision; of a contract, a cycle, or every one. */
export async function listReports(
  db: Database,
  among: { contract?: string; label?: string; labels?: readonly string[] } = {},
): Promise<IssuedReport[]> {
  const conditions: SQL[] = [
    ...(among.contract === undefined ? [] : [eq(contracts.slug, among.contract)]),
    ...(among.label === undefined ? [] : [eq(reports.label, among.label)]),
    ...(among.labels === undefined ? [] : [inArray(reports.label, [...among.labels])]),
  ];
  const rows = await db
    .select(told)
    .from(reports)
    .innerJoin(contracts, eq(contracts.id, reports.contractId))
    .where(and(...conditions))
    .orderBy(asc(contracts.slug), asc(reports.label), asc(reports.revision));
  return rows.map(toIssued);
}

/** What the latest revision of a cycle came to. */
export type LatestReport = Pick<
  IssuedReport,
  "contract" | "label" | "revision" | "percent" | "verdict" | "creditMinor" | "currency"
>;

/** The latest revision of every cycle whose label lies between two, both included. */
export function listLatestReports(db: Database, first: string, last: string): Promise<LatestReport[]> {
  const { contract, label, revision, percent, verdict, creditMinor, currency } = told;
  return db
    .selectDistinctOn([reports.contractId, reports.label], {
      ...{ contract, label, revision, percent, verdict, creditMinor, currency },
    })
    .from(reports)
    .innerJoin(contracts, eq(contracts.id, reports.contractId))
    .where(and(gte(reports.label, first), lte(reports.label, last)))
    .orderBy(asc(reports.contractId), asc(reports.label), desc(reports.revision));
}

/**
 * One revision, or the latest.
 *
 * @throws NotFound report_not_found
 */
export async function getReport(
  db: Database,
  contract: string,
  label: string,
  revision?: number,
): Promise<SealedReport> {
  const [row] = await db
    .select({ ...told, report: reports.report, inputs: reports.inputs })
    .from(reports)
    .innerJoin(contracts, eq(contracts.id, reports.contractId))
    .where(
      and(
        eq(contracts.slug, contract),
        eq(reports.label, label),
        ...(revision === undefined ? [] : [eq(reports.revision, revision)]),
      ),
    )
    .orderBy(desc(reports.revision))
    .limit(1);
  if (row === undefined) {
    const which = revision === undefined ? "no report" : `no revision ${revision} of a report`;
    throw new NotFound("report_not_found", `There is ${which} of ${contract} for ${label}.`);
  }
  const { report, inputs, ...rest } = row;
  return {
    ...toIssued(rest),
    json: (await decompress(report)).toString("utf8"),
    inputsJson: (await decompress(inputs)).toString("utf8"),
  };
}

/** What a stored report was computed from. */
export function readInputs({ inputsJson }: Pick<SealedReport, "inputsJson">): ReportInputs {
  return JSON.parse(inputsJson) as ReportInputs;
}

type Told = { [Name in keyof typeof told]: (typeof told)[Name]["_"]["data"] };

function toIssued(
  row: Omit<Told, "creditMinor" | "currency" | "approver" | "percent"> & {
    creditMinor: number | null;
    currency: string | null;
    approver: string | null;
    percent: string | null;
  },
): IssuedReport {
  return {
    ...row,
    factsDigest: Buffer.from(row.factsDigest).toString("hex"),
    sha256: Buffer.from(row.sha256).toString("hex"),
    signature: Buffer.from(row.signature).toString("base64"),
    publicKey: Buffer.from(row.publicKey).toString("base64"),
  };
}
