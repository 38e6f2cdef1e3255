/**
 * Reports as a workbook, a sheet a table. Its bytes depend on nothing but the reports and the language.
 */
import { unzipSync } from "fflate";
import type { Report } from "../domain/sla/report/report.ts";
import type { ReportLanguage } from "./report-language.ts";
import { type Cell, type Table, tableNames, tableOf } from "./tables.ts";
import { zipFiles } from "./zip.ts";

/** A table as a sheet. */
export interface Sheet extends Pick<Table, "title" | "columns" | "rows"> {
  /** How many columns stay in sight when one scrolls to the right. */
  keptColumns: number;
}

/** Customer, contract and cycle: what every row begins with. */
export const keptColumns = 3;

const widest = 48;
const widthOfStamp = 19;

/** All tables over these reports. */
export function reportXlsx(reports: readonly Report[], language: ReportLanguage): Promise<Uint8Array> {
  return workbook(tableNames.map((name) => ({ ...tableOf(name, reports, language), keptColumns })));
}

/** Sheets as a file. What writes it is loaded by the first one: a server starts without it. */
export async function workbook(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const { default: writeWorkbook } = await import("write-excel-file/node");
  const written = await writeWorkbook(
    sheets.map(({ title, columns, rows, keptColumns: stickyColumnsCount }) => ({
      sheet: title,
      stickyRowsCount: 1,
      stickyColumnsCount,
      columns: columns.map((column, i) => ({ width: widthOf(column, rows, i) })),
      data: [
        columns.map((value) => ({
          value,
          fontWeight: "bold" as const,
          bottomBorderStyle: "thin" as const,
        })),
        ...rows.map((row) => row.map(toCell)),
      ],
    })),
  ).toBuffer();
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
  if ("stamp" in cell) {
    // A spreadsheet knows no zones: it shows the wall time that it is given.
    const value = new Date(`${cell.stamp.replace(" ", "T")}Z`);
    return { value, type: Date, format: "yyyy-mm-dd hh:mm:ss" };
  }
  const decimals = cell.number.split(".")[1]?.length ?? 0;
  return {
    value: Number(cell.number),
    type: Number,
    format: decimals === 0 ? "#,##0" : `#,##0.${"0".repeat(decimals)}`,
  };
}

function widthOf(column: string, rows: readonly Cell[][], i: number): number {
  const longest = rows.reduce((most, row) => Math.max(most, lengthOf(row[i] ?? null)), column.length);
  return Math.min(widest, longest + 2);
}

function lengthOf(cell: Cell): number {
  if (cell === null) {
    return 0;
  }
  if (typeof cell === "string") {
    return cell.length;
  }
  // Separators between thousands take room too.
  return "stamp" in cell ? widthOfStamp : cell.number.length + Math.floor(cell.number.length / 3);
}
