import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { reportXlsx } from "../../src/documents/xlsx.ts";
import { buildReport } from "../../src/domain/sla/report/report.ts";
import { fullInputs } from "../support/reports.ts";

const report = buildReport(fullInputs(), "0".repeat(64));

describe("reports as a workbook", () => {
  it("have a sheet a table, named in the language", async () => {
    const files = unzipSync(await reportXlsx([report], reportLanguage("da")));
    const names = [...strFromU8(files["xl/workbook.xml"]!).matchAll(/<sheet [^>]*name="([^"]+)"/g)];
    expect(names.map(([, name]) => name)).toEqual([
      "Oversigt",
      "Udfald",
      "Minutter",
      "Dækning",
      "Undtagelser",
      "Kreditter",
      "Svar og løsninger",
    ]);
    expect(strFromU8(files["xl/worksheets/sheet1.xml"]!)).toContain("<v>99.908527</v>");
  });

  it("are the same bytes for the same reports", async () => {
    const once = await reportXlsx([report, report], reportLanguage("en"));
    expect(await reportXlsx([report, report], reportLanguage("en"))).toEqual(once);
  });
});
