import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { customerLanguages } from "../../src/domain/sla/promise/customer.ts";

const texts = Object.fromEntries(
  customerLanguages.map((code) => [
    code,
    JSON.parse(
      readFileSync(new URL(`../../views/locales/reports/${code}.json`, import.meta.url), "utf8"),
    ) as Record<string, string>,
  ]),
);
const parametersOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

describe("the languages of reports", () => {
  it.each(customerLanguages)("have every text in %s, with the same parameters as in English", (code) => {
    expect(Object.keys(texts[code]!).sort()).toEqual(Object.keys(texts["en"]!).sort());
    for (const [key, text] of Object.entries(texts[code]!)) {
      expect(text, key).not.toBe("");
      expect([...new Set(parametersOf(text))], key).toEqual([...new Set(parametersOf(texts["en"]![key]!))]);
    }
  });

  const plain = (text: string) => text.replaceAll("\u00a0", " ");

  it("spell numbers, money and dates as there", () => {
    const told = customerLanguages.map((code) => {
      const language = reportLanguage(code);
      return [
        plain(language.percent("99.988784")),
        plain(language.money(123_456_750, "DKK")),
        plain(language.date("2026-07-09T22:30:00.000Z", "Europe/Copenhagen")),
      ];
    });
    expect(told).toEqual([
      ["99.988784 %", "1,234,567.50 DKK", "10 July 2026"],
      ["99,988784 %", "1.234.567,50 DKK", "10. juli 2026"],
      ["99,988784 %", "1 234 567,50 DKK", "10. juli 2026"],
      ["99,988784 %", "1 234 567,50 DKK", "10 juillet 2026"],
    ]);
  });

  it("spell durations to the ms and cut percentages off", () => {
    const [english, danish] = [reportLanguage("en"), reportLanguage("da")];
    expect(plain(english.duration(3_880_250))).toBe("1 h 4 min 40.250 s");
    expect(plain(danish.duration(-280_000))).toBe("\u22124 min 40 s");
    expect(plain(english.duration(0))).toBe("0 s");
    expect(plain(english.duration(2_678_400_000))).toBe("744 h");
    expect(plain(english.shortPercent("99.989999"))).toBe("99.989 %");
  });
});
