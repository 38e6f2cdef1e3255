import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import {
  monthCsv,
  monthDocumentName,
  type MonthReports,
  monthXlsx,
  monthZip,
} from "../../src/documents/month.ts";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { reportJson } from "../../src/domain/sla/report/report.ts";
import { buildReport } from "../../src/domain/sla/report/report.ts";
import { fullInputs } from "../support/reports.ts";

const report = buildReport(fullInputs(), "0".repeat(64));
const json = reportJson(report);

function monthOf(
  count: number,
  read: MonthReports["read"] = () => Promise.resolve({ json, before: null }),
): MonthReports {
  return {
    ...{ label: "2026-07", platform: "Acme", customer: null, missing: ["acme-late"], read },
    issued: Array.from({ length: count }, (_, i) => ({
      contract: `acme-${i}`,
      revision: 1,
      sha256: String(i).padStart(64, "a"),
    })),
  };
}

async function bytesOf(month: MonthReports): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(monthZip(month, null)));
}

describe("the reports of a month", () => {
  it("are one workbook over all contracts, after a sheet that says what it is made of", async () => {
    const files = unzipSync(await monthXlsx(monthOf(2), reportLanguage("en")));
    const sheets = [...strFromU8(files["xl/workbook.xml"]!).matchAll(/<sheet [^>]*name="([^"]+)"/g)];
    expect(sheets.map(([, name]) => name)).toEqual([
      ...[
        "Month",
        "Summary",
        "Outages",
        "Minutes",
        "Coverage",
        "Exclusions",
        "Credits",
        "Answers and solutions",
      ],
    ]);
    const words = strFromU8(files["xl/sharedStrings.xml"]!);
    expect(words).toContain("Only issued reports stand here, each in its latest revision.");
    expect(words).toContain("acme-late");
    expect(words).toContain(String(1).padStart(64, "a"));
  });

  it("add up what was credited by currency", async () => {
    const files = unzipSync(await monthXlsx(monthOf(3), reportLanguage("en")));
    const net = report.revisions.at(-1)!.net_credited_minor;
    expect(net).toBeGreaterThan(0);
    expect(strFromU8(files["xl/sharedStrings.xml"]!)).toContain(`Credited in all, ${report.result.currency}`);
    expect(strFromU8(files["xl/worksheets/sheet1.xml"]!)).toContain(`<v>${(3 * net) / 100}</v>`);
  });

  it("are tables with one line of columns, as the language writes them", async () => {
    const lines = (await Array.fromAsync(monthCsv("summary", monthOf(2), reportLanguage("da"))))
      .join("")
      .split("\r\n");
    expect(lines[0]).toContain("Kunde;Kontrakt");
    expect(lines.filter((line) => line.includes("99,908527"))).toHaveLength(2);
    expect(lines.filter((line) => line.includes("Kunde"))).toHaveLength(1);
  });

  it("are an archive of the sealed texts and their pages, named by what they hold", async () => {
    const files = unzipSync(await bytesOf(monthOf(2)));
    expect(Object.keys(files)).toEqual([
      "about.txt",
      "acme-0-2026-07-r1-aaaaaaaaaaaa.json",
      "acme-0-2026-07-r1-aaaaaaaaaaaa.pdf",
      "acme-1-2026-07-r1-aaaaaaaaaaaa.json",
      "acme-1-2026-07-r1-aaaaaaaaaaaa.pdf",
    ]);
    expect(strFromU8(files["acme-0-2026-07-r1-aaaaaaaaaaaa.json"]!)).toBe(json);
    expect(strFromU8(files["about.txt"]!)).toContain("Without a report so far  acme-late");
  });

  it("are the same bytes for the same reports, and have the same name", async () => {
    expect(await bytesOf(monthOf(1))).toEqual(await bytesOf(monthOf(1)));
    const english = reportLanguage("en");
    expect(await monthXlsx(monthOf(1), english)).toEqual(await monthXlsx(monthOf(1), english));
    const name = monthDocumentName(monthOf(1), "reports.xlsx", "en");
    expect(name).toMatch(/^reports-2026-07-[0-9a-f]{12}\.xlsx$/);
    expect(monthDocumentName(monthOf(1), "reports.xlsx", "en")).toBe(name);
    expect(monthDocumentName(monthOf(2), "reports.xlsx", "en")).not.toBe(name);
    expect(monthDocumentName(monthOf(1), "reports.xlsx", "da")).not.toBe(name);
  });

  it("are read one after the other, as whoever takes them is ready", async () => {
    let read = 0;
    const month = monthOf(1_000, () => {
      read++;
      return Promise.resolve({ json, before: null });
    });
    const lines = monthCsv("summary", month, reportLanguage("en"));
    for (let i = 0; i < 4; i++) {
      await lines.next();
    }
    expect(read).toBeLessThan(5);
    await lines.return(undefined);
  });
});
