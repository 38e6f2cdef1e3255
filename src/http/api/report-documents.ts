/** Issued reports as documents over the API: on paper, as workbook or table, and as the bundle that a customer verifies. */
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { exportEvidence } from "../../actions/export-evidence.ts";
import { reportCsv } from "../../documents/csv.ts";
import { bundleName, reportBundle } from "../../documents/bundle.ts";
import { reportPdf } from "../../documents/pdf.ts";
import { reportLanguage } from "../../documents/report-language.ts";
import { tableNames } from "../../documents/tables.ts";
import { reportXlsx } from "../../documents/xlsx.ts";
import { InvalidInput, NotFound } from "../../domain/errors.ts";
import { customerLanguages } from "../../domain/sla/promise/customer.ts";
import type { Report } from "../../domain/sla/report/report.ts";
import { sealOf, sealText } from "../../evidence/report-seal.ts";
import { getReport, readInputs, type SealedReport } from "../../store/reports.ts";
import { withScope } from "../authentication.ts";
import { monthInput, slugInput } from "../input.ts";
import { writeRefusals } from "./answer.ts";
import type { ApiDeps } from "./deps.ts";

const csvNames = tableNames.map((name) => `${name}.csv` as const);
const documents = ["report.pdf", "report.xlsx", "bundle.zip", ...csvNames] as const;
type DocumentName = (typeof documents)[number];

const types: Record<string, string> = {
  pdf: "application/pdf",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  zip: "application/zip",
  csv: "text/csv; charset=utf-8",
};

const compress = promisify(gzip);

/** Adds the route of a report's documents. */
export function addReportDocuments(api: OpenAPIHono, deps: ApiDeps): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/contracts/{slug}/reports/{month}/documents/{document}",
      tags: ["reports"],
      security: [{ token: [] }],
      middleware: [withScope("read:reports", deps)] as const,
      summary: "A report as PDF, workbook, CSV, or as the bundle that `fournines verify` computes again",
      request: {
        params: z.object({ slug: slugInput, month: monthInput, document: z.enum(documents) }),
        query: z.strictObject({
          revision: z.coerce
            .number()
            .int()
            .min(1)
            .max(1_000_000)
            .optional()
            .openapi({ type: "integer", description: "Left out: the latest." }),
          language: z
            .enum(customerLanguages)
            .optional()
            .openapi({ description: "Left out: the report's. A bundle is always in the report's." }),
        }),
      },
      responses: {
        200: { description: "The document.", content: { "application/octet-stream": { schema: z.any() } } },
        ...writeRefusals,
      },
    }),
    async (c) => {
      const { slug, month, document } = c.req.valid("param");
      const { revision, language } = c.req.valid("query");
      const issued = await getReport(deps.db, slug, month, revision);
      const report = JSON.parse(issued.json) as Report;
      const bytes = await print(document, issued, { ...report, language: language ?? report.language }, deps);
      const extension = document.split(".")[1]!;
      const name = extension === "csv" ? bundleName(report, document) : bundleName(report, extension);
      return c.body(Uint8Array.from(bytes), 200, {
        "Content-Type": types[extension]!,
        "Content-Disposition": `attachment; filename="${name}"`,
      }) as never;
    },
  );
}

async function print(
  document: DocumentName,
  issued: SealedReport,
  report: Report,
  deps: ApiDeps,
): Promise<Uint8Array> {
  const language = reportLanguage(report.language);
  switch (document) {
    case "report.pdf":
      return reportPdf(report, issued.sha256, language, await before(issued, deps));
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
async function before({ contract, label, revision }: SealedReport, { db }: ApiDeps): Promise<Report | null> {
  if (revision === 1) {
    return null;
  }
  const earlier = await getReport(db, contract, label, revision - 1);
  return JSON.parse(earlier.json) as Report;
}

async function bundle(issued: SealedReport, deps: ApiDeps): Promise<Uint8Array> {
  const { json, sha256, inputsJson } = issued;
  const { services, measuredOver } = readInputs(issued);
  const evidence = [];
  for (const { slug } of services) {
    const bytes = await evidenceOf(slug, measuredOver, deps);
    if (bytes !== null) {
      evidence.push({ service: slug, bytes });
    }
  }
  const report = JSON.parse(json) as Report;
  const contents = { report, json, sha256, inputsJson, seal: sealOf(issued), evidence };
  return reportBundle({ ...contents, before: await before(issued, deps) }, (text) =>
    sealText(text, deps.office.seal),
  );
}

/** The samples of a service in that time; null: they are no longer kept, or the service is gone. */
async function evidenceOf(
  service: string,
  { start, end }: { start: number; end: number },
  { db, board }: ApiDeps,
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
