import { describe, expect, it } from "vitest";
import { reportCsv } from "../../src/documents/csv.ts";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { buildReport } from "../../src/domain/sla/report/report.ts";
import { clauses, fullInputs, inputs, part, supportInputs } from "../support/reports.ts";

const english = reportLanguage("en");
const report = buildReport(fullInputs(), "0".repeat(64));

function lines(csv: string): string[] {
  expect(csv.startsWith("\ufeff")).toBe(true);
  return csv.slice(1).trimEnd().split("\r\n");
}

describe("reports as CSV", () => {
  it("tell the summary of one or of many contracts, a line a version", () => {
    const [head, first, second, ...rest] = lines(reportCsv("summary", [report, report], english));
    expect(head).toContain("Customer,Contract,Cycle,Start,End,Version,Verdict");
    expect(first).toBe(second);
    expect(first).toContain("2026-07,2026-07-01 00:00,2026-08-01 00:00,2,Promise broken,99.908527,99.99");
    expect(rest).toEqual([]);
  });

  it("tell outages, exclusions and credits with what counts", () => {
    expect(lines(reportCsv("outages", [report], english))[2]).toBe(
      'Acme,"Acme, Beacon",2026-07,Beacon,beacon-http,2026-07-14 22:00,2026-07-14 22:25,2026-07-14T20:00:00.000Z,2026-07-14T20:25:00.000Z,1495000,1500000,1515000,1200000,300000',
    );
    expect(
      lines(reportCsv("exclusions", [report], english))
        .slice(1)
        .map((line) => line.split(",").slice(5, 7)),
    ).toEqual([
      ["Maintenance", "Database upgrade"],
      ["Maintenance", "Certificate swap"],
      ["Force majeure", "Power cut in the whole city"],
    ]);
    expect(lines(reportCsv("credits", [report], english))[1]).toContain(
      "4000.00,10,400.00,400.00,400.00,DKK",
    );
  });

  it("tell in how much of the time each location spoke", () => {
    const told = lines(reportCsv("coverage", [report], english));
    expect(told[0]).toBe(
      'Customer,Contract,Cycle,Service,Location,"Coverage, %","Observed, ms","Asked for, ms"',
    );
    const { services } = report;
    const spoken = services.flatMap(({ title, locations }) => locations.map((one) => [title, one] as const));
    expect(spoken.length).toBeGreaterThan(0);
    expect(told.slice(1)).toEqual(
      spoken.map(([title, one]) =>
        [
          'Acme,"Acme, Beacon",2026-07',
          title,
          one.location,
          one.coverage_percent,
          one.observed_ms,
          one.of_ms,
        ].join(),
      ),
    );
  });

  it("tell promised answers and solutions, kept and missed", () => {
    const told = lines(reportCsv("support", [buildReport(supportInputs(), "0".repeat(64))], english));
    expect(told[0]).toContain("Reference,Promise,Priority,Opened,Due,Answered or solved,Outcome");
    expect(told[3]).toBe(
      'Acme,"Acme, Beacon",2026-07,REQ-2026-0002,first answer,High,2026-07-06 09:00,2026-07-06 10:00,2026-07-06 10:40,missed,0,2026-07-06T08:00:00.000Z,2026-07-06T08:40:00.000Z',
    );
    expect(lines(reportCsv("support", [report], english))).toHaveLength(1);
  });

  it("tell every minute that was down, and what of it counts", () => {
    const minutes = inputs({ parts: [part({ clauses: clauses({ granularity: "minute_majority" }) })] });
    const [, ...told] = lines(reportCsv("minutes", [buildReport(minutes, "0".repeat(64))], english));
    expect(told.map((line) => line.split(",").slice(-3).join())).toEqual([
      "2026-07-09T14:02:00.000Z,50000,60000",
      "2026-07-09T14:03:00.000Z,60000,60000",
      "2026-07-09T14:04:00.000Z,60000,60000",
      "2026-07-09T14:05:00.000Z,60000,60000",
      "2026-07-09T14:06:00.000Z,50000,60000",
      "2026-07-21T03:30:00.000Z,25000,0",
    ]);
  });

  it("use the separator and the decimal mark of the language", () => {
    const [head, first] = lines(reportCsv("summary", [report], reportLanguage("da")));
    expect(head).toContain("Kunde;Kontrakt;Periode");
    expect(first).toContain(";Løftet er brudt;99,908527;99,99;");
  });

  it.each(["=1+1", "+4712", "-1", "@sum", "\t=1", " =1", "|calc", "＝1"])(
    "make a name like %j no formula",
    (name) => {
      const hostile = buildReport(fullInputs({ customer: { slug: "acme", name } }), "0".repeat(64));
      const [, first] = lines(reportCsv("summary", [hostile], english));
      expect(first!.replace(/^"/, "").startsWith(`'${name}`)).toBe(true);
    },
  );

  it("keep negative numbers numbers", () => {
    expect(lines(reportCsv("summary", [report], english))[1]).toContain(",-");
    expect(lines(reportCsv("summary", [report], english))[1]).not.toContain("'-");
  });
});
