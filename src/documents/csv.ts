/**
 * Tables of reports as CSV that spreadsheets of the language open by themselves: separator and decimal mark as there. Texts that a
 * spreadsheet would take for a formula are made harmless.
 */
import { stringify } from "csv-stringify/sync";
import type { Report } from "../domain/sla/report/report.ts";
import type { ReportLanguage } from "./report-language.ts";
import { type Cell, type TableName, tableOf } from "./tables.ts";

/** One table over these reports, UTF-8 with a byte order mark, lines ended by CR LF. */
export function reportCsv(name: TableName, reports: readonly Report[], language: ReportLanguage): string {
  const { columns, rows } = tableOf(name, reports, language);
  return stringify([columns, ...rows.map((row) => row.map((cell) => printed(cell, language)))], {
    bom: true,
    delimiter: language.decimalMark === "," ? ";" : ",",
    record_delimiter: "windows",
  });
}

/** What spreadsheets read as the beginning of a formula, after any white space. */
const formula = /^[\s\u0000-\u001f]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/;

function printed(cell: Cell, language: ReportLanguage): string {
  if (cell === null) {
    return "";
  }
  if (typeof cell !== "string") {
    return cell.number.replace(".", language.decimalMark);
  }
  return harmless(cell);
}

/** The text as no spreadsheet takes it for a formula. */
export function harmless(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}
