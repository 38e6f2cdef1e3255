import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ReportLetter, reportLetter } from "../../src/documents/report-letter.ts";
import { customerLanguages } from "../../src/domain/sla/promise/customer.ts";
import { buildReport } from "../../src/domain/sla/report/report.ts";
import { fullInputs, inputs } from "../support/reports.ts";

const sha256 = "ab".repeat(32);
const letter = (language: (typeof customerLanguages)[number], more: Partial<ReportLetter> = {}) =>
  reportLetter({
    report: buildReport(fullInputs({ language }), "0".repeat(64)),
    ...{
      sha256,
      before: null,
      credit: null,
      recipient: "it@acme.example",
      takesAnswers: false,
      portal: null,
    },
    ...more,
  });
const plain = (text: string) => text.replaceAll(/[\s\u00a0]+/g, " ");
const credit = (more: object = {}) => ({
  ...{ amountMinor: 100_000, currency: "DKK", mode: "on_claim" as const },
  claimUntil: Date.parse("2026-08-30T22:00:00Z"),
  ...more,
});

const texts = Object.fromEntries(
  customerLanguages.map((code) => [
    code,
    JSON.parse(
      readFileSync(new URL(`../../views/locales/mail/${code}.json`, import.meta.url), "utf8"),
    ) as Record<string, string>,
  ]),
);
const parametersOf = (text: string) =>
  [...new Set([...text.matchAll(/\{\w+\}/g)].map(([name]) => name))].sort();

describe("the words of letters", () => {
  it.each(customerLanguages)("are all there in %s, with the same parameters as in English", (code) => {
    expect(Object.keys(texts[code]!)).toEqual(Object.keys(texts["en"]!));
    for (const [key, text] of Object.entries(texts[code]!)) {
      expect([key, parametersOf(text)]).toEqual([key, parametersOf(texts["en"]![key]!)]);
    }
  });
});

describe("the letter that brings a report", () => {
  it.each(customerLanguages)("is whole in %s: verdict, figure, credit and deadline in words", (code) => {
    const { subject, text, html } = letter(code, { credit: credit() });
    for (const part of [subject, text, html.replace(/<style>[^]*<\/style>/, "")]) {
      expect(part).not.toMatch(/[{}]|undefined|null|NaN/);
    }
    expect(plain(text)).toContain(code === "en" ? "1,000.00 DKK" : "DKK");
    expect(plain(text)).toMatch(/30\.? (August|august|août) 2026/);
    expect(text).toContain(sha256);
  });

  it("tells a credit that needs no claim, one that is taken back, and one with no deadline", () => {
    const told = (more: object) => plain(letter("en", { credit: credit(more), takesAnswers: true }).text);
    expect(told({ mode: "automatic" })).toContain(
      "You are credited 1,000.00 DKK for it. You need not ask for it.",
    );
    expect(told({ amountMinor: -5_000 })).toContain("50.00 DKK that was credited before is taken back.");
    expect(told({ claimUntil: null })).toContain(
      "You may claim 1,000.00 DKK for it as a service credit. An answer to this mail is enough.",
    );
  });

  it("says of a contract without a target that no figure is promised, and of a month without data that there is none", () => {
    const report = (change: Parameters<typeof inputs>[0]) => buildReport(inputs(change), "0".repeat(64));
    const first = inputs().parts[0]!;
    const free = report({ parts: [{ ...first, clauses: { ...first.clauses, targetPercent: null } }] });
    expect(plain(letter("en", { report: free }).text)).toContain("no figure is promised");
  });

  it("tells what a revision changed, and why", () => {
    const before = buildReport(fullInputs({ corrections: [] }), "0".repeat(64));
    const issue = { ...fullInputs().issue, revision: 2, reason: "The probe was wrong", approver: "bo" };
    const report = buildReport(
      fullInputs({
        issue,
        earlier: [
          { ...fullInputs().issue, sha256, percent: "99.885192", verdict: "breached", creditMinor: 100_000 },
        ],
      }),
      "0".repeat(64),
    );
    const { subject, text } = letter("en", { report, before });
    expect(subject).toMatch(/^Revision 2 of /);
    expect(plain(text)).toContain("What changed since revision 1");
    expect(plain(text)).toContain("Reason: The probe was wrong");
    expect(plain(text)).toContain("Availability: 99.907594 % → 99.908527 %");
  });
});
