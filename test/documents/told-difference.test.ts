import { describe, expect, it } from "vitest";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { toldDifference } from "../../src/documents/told-difference.ts";
import { customerLanguages } from "../../src/domain/sla/promise/customer.ts";
import { buildReport } from "../../src/domain/sla/report/report.ts";
import { fullInputs } from "../support/reports.ts";

const after = buildReport(fullInputs(), "0".repeat(64));
const before = buildReport(fullInputs({ corrections: [], exclusions: [] }), "0".repeat(64));
const told = (code: (typeof customerLanguages)[number]) =>
  toldDifference(before, after, reportLanguage(code)).map((line) => line.replaceAll("\u00a0", " "));

describe("the difference in words", () => {
  it("says each figure as it was and as it is", () => {
    expect(told("en")).toEqual(
      expect.arrayContaining([
        "Availability: 99.885192 % → 99.908527 %",
        "Corrections: 0 s → −25 s",
        "outage of Beacon from 21 Jul, 05:30:00, Counts: 25 s → 0 s",
        "added: correction, Beacon 21 Jul, 05:30:00 – 21 Jul, 05:30:25 → available: The probe's own resolver failed (proposed by maja, approved by jonas)",
      ]),
    );
  });

  it.each(customerLanguages)("leaves no key and no parameter open, in %s", (code) => {
    expect(told(code).join("\n")).not.toMatch(/[{}]|undefined|step\./);
    expect(toldDifference(after, after, reportLanguage(code))).toHaveLength(1);
  });
});
