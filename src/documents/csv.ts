/**
 * Tables of reports as CSV that spreadsheets of the language open by themselves: separator and decimal mark as there. Texts that a
 * spreadsheet would take for a formula are made harmless.
 */
import { stringify } from "csv-stringify/sync";
import type { Report } from "../domain/sla/report/report.ts";
import type { ReportLanguage } from "./report-language.ts";
import { type Cell, emptyTable, rowsOf, type TableName } from "./tables.ts";

/** One table over these reports, UTF-8 with a byte order mark, lines ended by CR LF. */
export function reportCsv(name: TableName, reports: readonly Report[], language: ReportLanguage): string {
  return csvHead(name, language) + reports.map((report) => csvRows(name, report, language)).join("");
}

/** The mark and the line of columns. */
export function csvHead(name: TableName, language: ReportLanguage): string {
  return stringify([emptyTable(name, language).columns], { ...spelling(language), bom: true });
}

/** The lines that one report brings. */
export function csvRows(name: TableName, report: Report, language: ReportLanguage): string {
  return stringify(
    rowsOf(name, report, language).map((row) => row.map((cell) => printed(cell, language))),
    spelling(language),
  );
}

function spelling({ decimalMark }: ReportLanguage) {
  return { delimiter: decimalMark === "," ? ";" : ",", record_delimiter: "windows" as const };
}

/** What spreadsheets read as the beginning of a formula, after any white space. */
const formula = /^[\s\u0000-\u001f]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/;

function printed(cell: Cell, language: ReportLanguage): string {
  if (cell === null) {
    return "";
  }
  if (typeof cell === "string") {
    return harmless(cell);
  }
  return "stamp" in cell ? cell.stamp : cell.number.replace(".", language.decimalMark);
}

/** The text as no spreadsheet takes it for a formula. */
export function harmless(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}
