/**
 * A month of many contracts as one download: a workbook, a table, or an archive of all reports. Only what was issued stands in it, each
 * contract's latest revision, and every file says so. Reports are read one by one, so that memory does not grow with their number.
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "../domain/sla/figures/canonical-json.ts";
import { printAmount } from "../domain/sla/figures/money.ts";
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { Report } from "../domain/sla/report/report.ts";
import { csvHead, csvRows } from "./csv.ts";
import type { Letterhead } from "./letterhead.ts";
import { reportPdf } from "./pdf.ts";
import { type ReportLanguage, reportLanguage } from "./report-language.ts";
import { type Cell, emptyTable, rowsOf, type TableName, tableNames } from "./tables.ts";
import { keptColumns, workbook } from "./xlsx.ts";
import { zipStream } from "./zip.ts";

export const monthDocuments = [
  "reports.xlsx",
  "reports.zip",
  ...tableNames.map((name) => `${name}.csv` as const),
] as const;
export type MonthDocument = (typeof monthDocuments)[number];

/** The latest revision of a contract's report. */
export interface MonthReport {
  contract: string;
  revision: number;
  /** Of the canonical JSON, hex. */
  sha256: string;
}

/** Reports of one label, of all customers or of one. */
export interface MonthReports {
  /** "2026-06". */
  label: string;
  platform: string;
  /** Null: all of them. */
  customer: { slug: string; name: string } | null;
  /** In order of contract. */
  issued: readonly MonthReport[];
  /** Contracts that hold in the month and have no report yet, in order. */
  missing: readonly string[];
  /** The canonical JSON of a report, and of the revision before it; null: it is the first. */
  read(report: MonthReport): Promise<{ json: string; before: string | null }>;
  /** Logo of the platform; left out: it has none. */
  head?: Letterhead | null;
  /** A report with people called by their names; left out: by the ids under which it is sealed. */
  named?(report: Report): Report;
}

/** Names what stands in a document: the same reports in the same language have the same digest, hex. */
export function monthDigest(
  { label, customer, issued, missing, head = null }: MonthReports,
  language: CustomerLanguage | null,
): string {
  const logo = head === null ? {} : { logo: head.digest };
  const told = { label, customer: customer?.slug ?? null, language, missing, ...logo };
  const reports = issued.map(({ contract, revision, sha256 }) => ({ contract, revision, sha256 }));
  return createHash("sha256")
    .update(canonicalJson({ ...told, reports }))
    .digest("hex");
}

/** A name for the file, which says what is in it: "reports-2026-06-1f3a5c7e9b0d.xlsx", "acme-summary-2026-06-….csv". */
export function monthDocumentName(
  month: MonthReports,
  document: MonthDocument,
  language: CustomerLanguage | null,
): string {
  const [name, extension] = document.split(".");
  const whose = month.customer === null ? "" : `${month.customer.slug}-`;
  return `${whose}${name}-${month.label}-${monthDigest(month, language).slice(0, 12)}.${extension}`;
}

/** One table over all reports, line by line. */
export async function* monthCsv(
  name: TableName,
  month: MonthReports,
  language: ReportLanguage,
): AsyncGenerator<string> {
  yield csvHead(name, language);
  for await (const { report } of reportsOf(month)) {
    yield csvRows(name, report, language);
  }
}

/** All tables over all reports, and before them a sheet that says what they are made of. */
export async function monthXlsx(month: MonthReports, language: ReportLanguage): Promise<Uint8Array> {
  const tables = tableNames.map((name) => ({ ...emptyTable(name, language), keptColumns }));
  const credited = new Map<string, number>();
  for await (const { report } of reportsOf(month)) {
    for (const table of tables) {
      table.rows.push(...rowsOf(table.name, report, language));
    }
    const { currency } = report.result;
    const { net_credited_minor: minor } = report.revisions.at(-1)!;
    if (currency !== null && minor !== 0) {
      credited.set(currency, (credited.get(currency) ?? 0) + minor);
    }
  }
  const totals = [...credited]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, minor]): Cell[] => [
      language.say("month.credited", { currency }),
      { number: printAmount(minor, currency) },
    ]);
  const [columns = [], ...told] = aboutRows(month, language);
  const about = {
    title: language.say("sheet.month"),
    columns: [...columns, ""],
    rows: [...told, ...totals, [], ...contentRows(month, language)],
    keptColumns: 0,
  };
  return workbook([about, ...tables]);
}

/** Every report as canonical JSON and on paper, and a text that says what they are. */
export function monthZip(month: MonthReports, language: CustomerLanguage | null): AsyncGenerator<Uint8Array> {
  return zipStream(filesOf(month, language));
}

async function* filesOf(
  month: MonthReports,
  chosen: CustomerLanguage | null,
): AsyncGenerator<readonly [string, Uint8Array]> {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  const words = reportLanguage(chosen ?? "en");
  const about = [...aboutRows(month, words), [], ...contentRows(month, words)];
  yield ["about.txt", bytesOf(about.map((row) => `${row.join("  ")}\r\n`).join(""))];
  for await (const { of, json, report, before } of reportsOf(month)) {
    const name = `${of.contract}-${month.label}-r${of.revision}-${of.sha256.slice(0, 12)}`;
    const language = chosen ?? report.language;
    yield [`${name}.json`, bytesOf(json)];
    yield [
      `${name}.pdf`,
      await reportPdf({ ...report, language }, of.sha256, reportLanguage(language), {
        ...{ before, head: month.head ?? null },
      }),
    ];
  }
}

/** What is in it, in words, each a row of one or two cells. */
function aboutRows(
  { label, platform, customer, issued, missing }: MonthReports,
  language: ReportLanguage,
): string[][] {
  return [
    [language.say("sheet.month"), label],
    [language.say("month.platform"), platform],
    [language.say("customer"), customer?.name ?? language.say("month.everyCustomer")],
    [language.say("month.reports"), String(issued.length), language.say("month.latest")],
    ...(missing.length === 0 ? [] : [[language.say("month.missing"), missing.join(", ")]]),
  ];
}

function contentRows({ issued }: MonthReports, language: ReportLanguage): string[][] {
  return [
    [language.say("contract"), language.say("revisions"), "SHA-256"],
    ...issued.map(({ contract, revision, sha256 }) => [contract, String(revision), sha256]),
  ];
}

async function* reportsOf(
  month: MonthReports,
): AsyncGenerator<{ of: MonthReport; json: string; report: Report; before: Report | null }> {
  const named = month.named ?? ((report) => report);
  for (const of of month.issued) {
    const { json, before } = await month.read(of);
    yield {
      ...{ of, json, report: named(JSON.parse(json) as Report) },
      before: before === null ? null : (JSON.parse(before) as Report),
    };
  }
}
