/** What reports cost: computing one of a contract with 50 services and 200 outages, and printing them. */
import { reportCsv } from "../../src/documents/csv.ts";
import { reportPdf } from "../../src/documents/pdf.ts";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { tableNames } from "../../src/documents/tables.ts";
import { reportXlsx } from "../../src/documents/xlsx.ts";
import { clauses, computed, fullInputs, inputs, july, part, service } from "../support/reports.ts";
import type { Figure } from "./figure.ts";

const minute = 60_000;

export async function reports(): Promise<Figure[]> {
  const services = Array.from({ length: 50 }, (_, i) =>
    service(
      `service-${i}`,
      [0, 1, 2, 3].map((j) => {
        const start = july.start + (i * 4 + j + 1) * 180 * minute;
        return [start, start + 90_000] as const;
      }),
    ),
  );
  const large = inputs({
    services,
    parts: [part({ services: services.map(({ slug }) => slug), clauses: clauses() })],
  });
  const { report, sha256 } = computed(fullInputs());
  const language = reportLanguage("da");
  return [
    {
      name: "a month's report of 50 services and 200 outages, computed and digested",
      unit: "ms",
      better: "lower",
      target: null,
      ours: { "as JSON": await msEach(20, async () => computed(large)) },
      peers: {},
    },
    {
      name: "reports printed in a second",
      unit: "1/s",
      better: "higher",
      target: 20,
      ours: {
        PDF: 1_000 / (await msEach(40, () => reportPdf(report, sha256, language))),
        workbook: 1_000 / (await msEach(20, () => reportXlsx([report], language))),
        CSV:
          1_000 /
          (await msEach(40, async () => tableNames.map((name) => reportCsv(name, [report], language)))),
      },
      peers: {},
    },
  ];
}

/** Mean of so many runs after a few to warm up. */
async function msEach(runs: number, work: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < 5; i++) {
    await work();
  }
  const start = performance.now();
  for (let i = 0; i < runs; i++) {
    await work();
  }
  return (performance.now() - start) / runs;
}
