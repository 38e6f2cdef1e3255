/**
 * An issued report as a document to take away: on paper, as workbook or table, and as the bundle that a customer verifies. The API, the
 * console and the portal give the same bytes.
 */
import { peopleNamer } from "../actions/named-report.ts";
import { readLetterhead } from "../actions/read-letterhead.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { exportEvidence } from "../actions/export-evidence.ts";
import type { ReportOffice } from "../actions/issue-report.ts";
import { bundleName, reportBundle } from "../documents/bundle.ts";
import { reportCsv } from "../documents/csv.ts";
import { reportPdf } from "../documents/pdf.ts";
import { reportLanguage } from "../documents/report-language.ts";
import { tableNames } from "../documents/tables.ts";
import { reportXlsx } from "../documents/xlsx.ts";
import { InvalidInput, NotFound } from "../domain/errors.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { Report } from "../domain/sla/report/report.ts";
import type { StatusBoard } from "../domain/status/status-board.ts";
import { sealOf, sealText } from "../evidence/report-seal.ts";
import type { Database } from "../store/database.ts";
import { getReport, readInputs, type SealedReport } from "../store/reports.ts";

export const documentNames = [
  "report.pdf",
  "report.xlsx",
  "bundle.zip",
  ...tableNames.map((name) => `${name}.csv` as const),
] as const;
export type DocumentName = (typeof documentNames)[number];

export interface DocumentDeps {
  db: Database;
  board(): StatusBoard;
  office: ReportOffice;
}

/** Which report, and how. */
export interface WantedDocument {
  contract: string;
  label: string;
  /** Left out: the latest. */
  revision?: number | undefined;
  /** Left out: the report's. A bundle is always in the report's. */
  language?: CustomerLanguage | undefined;
}

/** By extension. */
export const documentTypes: Record<string, string> = {
  pdf: "application/pdf",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  zip: "application/zip",
  csv: "text/csv; charset=utf-8",
};

const compress = promisify(gzip);

/**
 * The document with the headers that hand it over under its own name.
 *
 * @throws NotFound report_not_found
 */
export async function issuedDocument(
  name: DocumentName,
  { contract, label, revision, language }: WantedDocument,
  deps: DocumentDeps,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; headers: Record<string, string> }> {
  const issued = await getReport(deps.db, contract, label, revision);
  const report = JSON.parse(issued.json) as Report;
  const namePeople = await peopleNamer(deps.db);
  const printed = namePeople({ ...report, language: language ?? report.language });
  const bytes = await print(name, issued, printed, deps);
  const extension = name.split(".")[1]!;
  const fileName = extension === "csv" ? bundleName(report, name) : bundleName(report, extension);
  return {
    bytes: Uint8Array.from(bytes),
    headers: {
      "Content-Type": documentTypes[extension]!,
      "Content-Disposition": `attachment; filename="${fileName}"`,
    },
  };
}

/**
 * The sealed text itself, byte for byte what the seal is over.
 *
 * @throws NotFound report_not_found
 */
export async function issuedText(
  { contract, label, revision }: WantedDocument,
  { db }: Pick<DocumentDeps, "db">,
): Promise<{ text: string; headers: Record<string, string> }> {
  const report = await getReport(db, contract, label, revision);
  return {
    text: report.json,
    headers: {
      "Content-Type": "application/json",
      "Repr-Digest": `sha-256=:${Buffer.from(report.sha256, "hex").toString("base64")}:`,
      "Content-Disposition": `attachment; filename="${contract}-${label}-${report.revision}.json"`,
    },
  };
}

async function print(
  document: DocumentName,
  issued: SealedReport,
  report: Report,
  deps: DocumentDeps,
): Promise<Uint8Array> {
  const language = reportLanguage(report.language);
  switch (document) {
    case "report.pdf":
      return reportPdf(report, issued.sha256, language, {
        before: await before(issued, deps),
        head: await readLetterhead(deps.db, deps.board().settings),
      });
    case "report.xlsx":
      return reportXlsx([report], language);
    case "bundle.zip":
      return bundle(issued, deps);
    default: {
      const name = tableNames.find((one) => document === `${one}.csv`)!;
      return new TextEncoder().encode(reportCsv(name, [report], language));
    }
  }
}

/** The revision that this one supersedes. */
async function before(
  { contract, label, revision }: SealedReport,
  { db }: DocumentDeps,
): Promise<Report | null> {
  if (revision === 1) {
    return null;
  }
  const earlier = await getReport(db, contract, label, revision - 1);
  return JSON.parse(earlier.json) as Report;
}

async function bundle(issued: SealedReport, deps: DocumentDeps): Promise<Uint8Array> {
  const { json, sha256, inputsJson } = issued;
  const { services, measuredOver } = readInputs(issued);
  const evidence = [];
  for (const { slug } of services) {
    const bytes = await evidenceOf(slug, measuredOver, deps);
    if (bytes !== null) {
      evidence.push({ service: slug, bytes });
    }
  }
  const report = (await peopleNamer(deps.db))(JSON.parse(json) as Report);
  const contents = { report, json, sha256, inputsJson, seal: sealOf(issued), evidence };
  const head = await readLetterhead(deps.db, deps.board().settings);
  return reportBundle({ ...contents, head, before: await before(issued, deps) }, (text) =>
    sealText(text, deps.office.seal),
  );
}

/** The samples of a service in that time; null: they are no longer kept, or the service is gone. */
async function evidenceOf(
  service: string,
  { start, end }: { start: number; end: number },
  { db, board }: DocumentDeps,
): Promise<Uint8Array | null> {
  try {
    const request = { serviceSlug: service, from: start, to: end };
    const { lines } = await exportEvidence({ db, board, sleep: (ms) => sleep(ms) }, request);
    return await compress((await Array.fromAsync(lines)).join(""));
  } catch (error) {
    if (error instanceof NotFound || error instanceof InvalidInput) {
      return null;
    }
    throw error;
  }
}
