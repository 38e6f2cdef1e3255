/**
 * Reports as a workbook, a sheet a table. Its bytes depend on nothing but the reports and the language.
 */
import { unzipSync } from "fflate";
import writeWorkbook from "write-excel-file/node";
import type { Report } from "../domain/sla/report/report.ts";
import type { ReportLanguage } from "./report-language.ts";
import { type Cell, tableNames, tableOf } from "./tables.ts";
import { zipFiles } from "./zip.ts";

const widest = 48;

/** The five tables over these reports. */
export async function reportXlsx(reports: readonly Report[], language: ReportLanguage): Promise<Uint8Array> {
  const sheets = tableNames.map((name) => {
    const { title, columns, rows } = tableOf(name, reports, language);
    const heading = columns.map((value) => ({
      value,
      fontWeight: "bold" as const,
      bottomBorderStyle: "thin" as const,
    }));
    return {
      sheet: title,
      stickyRowsCount: 1,
      columns: columns.map((column, i) => ({ width: widthOf(column, rows, i) })),
      data: [heading, ...rows.map((row) => row.map(toCell))],
    };
  });
  const written = await writeWorkbook(sheets).toBuffer();
  // The library stamps the archive with the time of day: packed again, it does not.
  return zipFiles(Object.entries(unzipSync(written)));
}

function toCell(cell: Cell) {
  if (cell === null) {
    return null;
  }
  if (typeof cell === "string") {
    return { value: cell, type: String };
  }
  const decimals = cell.number.split(".")[1]?.length ?? 0;
  return {
    value: Number(cell.number),
    type: Number,
    format: decimals === 0 ? "0" : `0.${"0".repeat(decimals)}`,
  };
}

function widthOf(column: string, rows: readonly Cell[][], i: number): number {
  const lengths = rows.map((row) => {
    const cell = row[i] ?? null;
    return cell === null ? 0 : typeof cell === "string" ? cell.length : cell.number.length;
  });
  return Math.min(widest, Math.max(column.length, ...lengths) + 2);
}
