import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { drawLetterhead } from "../../src/documents/letterhead.ts";
import { reportPdf } from "../../src/documents/pdf.ts";
import { barOf } from "../../src/documents/day-bars.ts";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { customerLanguages } from "../../src/domain/sla/promise/customer.ts";
import { buildReport } from "../../src/domain/sla/report/report.ts";
import { brandFiles, brandLogo } from "../support/brand.ts";
import { fullInputs, inputs } from "../support/reports.ts";

const digest = "cd".repeat(32);
const report = buildReport(fullInputs(), "ab".repeat(32));

/** The character codes that the embedded fonts map to Unicode: what can be read and searched on the pages. */
function lettersIn(pdf: Uint8Array): string {
  const text = Buffer.from(pdf).toString("latin1");
  const streams = [...text.matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)].flatMap(([, bytes]) => {
    try {
      return [inflateSync(Buffer.from(bytes!, "latin1")).toString("latin1")];
    } catch {
      return [];
    }
  });
  const maps = streams.filter((stream) => stream.includes("beginbfrange"));
  return maps
    .flatMap((map) =>
      [...map.matchAll(/<([0-9a-f]{4})>/g)].map(([, code]) => String.fromCharCode(parseInt(code!, 16))),
    )
    .join("");
}

describe("a report on paper", () => {
  it("is the same bytes for the same report", async () => {
    const once = await reportPdf(report, digest, reportLanguage("da"));
    expect(await reportPdf(structuredClone(report), digest, reportLanguage("da"))).toEqual(once);
  });

  it("carries the platform's logo at its head, and is the same bytes with it, too", async () => {
    const head = await drawLetterhead(brandLogo, brandFiles);
    const print = () => reportPdf(report, digest, reportLanguage("da"), { head });
    const once = await print();
    expect(await print()).toEqual(once);
    expect(Buffer.from(once).toString("latin1")).toContain("/Subtype /Image");
    const bare = await reportPdf(report, digest, reportLanguage("da"));
    expect(Buffer.from(bare).toString("latin1")).not.toContain("/Subtype /Image");
  });

  it.each(customerLanguages)("embeds the letters it is written with, in %s", async (code) => {
    const pdf = await reportPdf(report, digest, reportLanguage(code));
    const wanted = { en: "Downtime", da: "tællerøå", nb: "unntattmålå", fr: "Périodeàê" }[code];
    const letters = lettersIn(pdf);
    expect([...wanted].filter((letter) => !letters.includes(letter))).toEqual([]);
  });

  it("goes on to as many pages as there is to tell", async () => {
    const long = Array.from({ length: 120 }, (_, i) => ({
      ...fullInputs().incidents[0]!,
      id: String(i),
      title: `Trouble number ${i}`,
    }));
    const pagesOf = async (incidents: typeof long) => {
      const pdf = await reportPdf(buildReport(inputs({ incidents }), digest), digest, reportLanguage("en"));
      return Buffer.from(pdf)
        .toString("latin1")
        .match(/\/Type \/Page\b(?!s)/g)!.length;
    };
    expect(await pagesOf(long)).toBeGreaterThan((await pagesOf([])) + 2);
  });

  it("shows of each day the weightiest that happened in it, by a shape of its own", () => {
    const kinds = Object.fromEntries(
      report.parts[0]!.days.map((day) => [Number(day.date.slice(-2)), barOf(day)]),
    );
    expect(kinds).toMatchObject({ 1: "up", 2: "degraded", 9: "down", 14: "down", 17: "unknown", 21: "up" });
    const draft = buildReport(inputs({ asOf: Date.UTC(2026, 6, 10) }), digest);
    expect(barOf(draft.parts[0]!.days[20]!)).toBe("closed");
  });
});
