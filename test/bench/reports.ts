/** What reports cost: computing one of a contract with 50 services and 200 outages, and printing them. */
import { reportCsv } from "../../src/documents/csv.ts";
import { reportPdf } from "../../src/documents/pdf.ts";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { tableNames } from "../../src/documents/tables.ts";
import { reportXlsx } from "../../src/documents/xlsx.ts";
import { answerTo, evaluateCase } from "../../src/evaluation/cases.ts";
import { cycleOf } from "../../src/domain/time/billing-cycle.ts";
import { creditTerms, down, terms } from "../evaluation/cases.ts";
import { clauses, computed, fullInputs, inputs, july, part, service } from "../support/reports.ts";
import type { Figure } from "./figure.ts";

const minute = 60_000;
const june = cycleOf("2026-06", { timeZone: "UTC", anchorDay: 1 });

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
  const month = {
    kind: "availability",
    input: {
      contract: { ...terms, credit: creditTerms },
      cycle: "2026-06",
      services: Array.from({ length: 50 }, (_, i) => ({
        id: `service-${i}`,
        weight: 1,
        segments: [0, 1, 2, 3].map((j) => {
          const start = june.start + (i * 4 + j + 1) * 180 * minute;
          return down(new Date(start).toISOString(), new Date(start + 90_000).toISOString());
        }),
      })),
      ...{ corrections: [], maintenance_windows: [], exclusions: [], as_of: null },
    },
  };
  if (evaluateCase(month).told?.result.counted_down_ms !== 200 * 90_000) {
    throw new Error("the month was not evaluated");
  }
  return [
    {
      name: "one contract's month of 50 services and 200 outages, evaluated",
      unit: "ms",
      better: "lower",
      target: 5,
      ours: { "in process": await medianMs(200, () => answerTo(evaluateCase(month))) },
      peers: {},
    },
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

/** Median of so many runs after as many to warm up. */
async function medianMs(runs: number, work: () => unknown): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 2 * runs; i++) {
    const start = performance.now();
    await work();
    took.push(performance.now() - start);
  }
  return took.slice(runs).sort((a, b) => a - b)[Math.floor(runs / 2)]!;
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
