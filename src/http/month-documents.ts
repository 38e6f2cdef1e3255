/** A month's reports of many contracts as one download: the same answer for programs at the API and for people in the console. */
import { Readable } from "node:stream";
import { peopleNamer } from "../actions/named-report.ts";
import { readLetterhead } from "../actions/read-letterhead.ts";
import {
  monthCsv,
  type MonthDocument,
  monthDocumentName,
  type MonthReport,
  type MonthReports,
  monthXlsx,
  monthZip,
} from "../documents/month.ts";
import { reportLanguage } from "../documents/report-language.ts";
import { tableNames } from "../documents/tables.ts";
import { customerLanguages, type CustomerLanguage } from "../domain/sla/promise/customer.ts";
import type { PlatformSettings } from "../domain/status/platform.ts";
import type { Database } from "../store/database.ts";
import { documentTypes } from "./issued-document.ts";
import { listMonthReports } from "../store/month-reports.ts";
import { getReport } from "../store/reports.ts";

export interface WantedMonth {
  /** "2026-06". */
  month: string;
  document: MonthDocument;
  /** Slug; null: every customer. */
  customer: string | null;
  /** Null: tables in the first language of the platform, each report in its own. */
  language: CustomerLanguage | null;
}

/**
 * The download, as it comes.
 *
 * @param onDefect told when it breaks off: then the connection does too, so that nobody takes half a file for a whole one
 * @throws NotFound customer_not_found, report_not_found: nothing was issued for that month
 */
export async function answerMonth(
  db: Database,
  settings: Pick<PlatformSettings, "name" | "languages" | "brand">,
  { month: label, document, customer, language }: WantedMonth,
  onDefect: (error: unknown) => void,
): Promise<Response> {
  const month: MonthReports = {
    ...(await listMonthReports(db, label, customer)),
    ...{ label, platform: settings.name, read: (report) => readReport(db, label, report) },
    named: await peopleNamer(db),
    head: await readLetterhead(db, settings),
  };
  const first = customerLanguages.find((one) => one === settings.languages[0]) ?? "en";
  const body = Readable.from(partsOf(document, month, language, first), { objectMode: false });
  body.on("error", onDefect);
  return new Response(Readable.toWeb(body) as ReadableStream, {
    headers: {
      "Content-Type": documentTypes[document.split(".")[1]!]!,
      "Content-Disposition": `attachment; filename="${monthDocumentName(month, document, language)}"`,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

async function* partsOf(
  document: MonthDocument,
  month: MonthReports,
  chosen: CustomerLanguage | null,
  first: CustomerLanguage,
): AsyncGenerator<string | Uint8Array> {
  const language = reportLanguage(chosen ?? first);
  switch (document) {
    case "reports.zip":
      yield* monthZip(month, chosen);
      break;
    case "reports.xlsx":
      yield await monthXlsx(month, language);
      break;
    default:
      yield* monthCsv(
        tableNames.find((name) => document === `${name}.csv`)!,
        month,
        language,
      );
  }
}

/** A revision and the one before it. Neither is ever changed, so what was listed is what is read. */
async function readReport(db: Database, label: string, { contract, revision }: MonthReport) {
  const { json } = await getReport(db, contract, label, revision);
  const before = revision === 1 ? null : (await getReport(db, contract, label, revision - 1)).json;
  return { json, before };
}
