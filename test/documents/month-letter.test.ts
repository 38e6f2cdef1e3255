import { describe, expect, it } from "vitest";
import { monthLetter } from "../../src/documents/month-letter.ts";
import type { ClosedContract, MonthSummary } from "../../src/domain/mailing/month-summary.ts";
import { customerLanguages } from "../../src/domain/sla/promise/customer.ts";

const closed = (slug: string, more: Partial<ClosedContract> = {}): ClosedContract => ({
  ...{ slug, title: slug.toUpperCase(), customer: "Acme", revision: 1, verdict: "met", percent: "99.998000" },
  ...{ targetPercent: "99.99", overMs: null, creditMinor: 0, currency: "DKK", recipients: 1 },
  ...more,
});
const summary: MonthSummary = {
  ...{ label: "2026-06", platform: "Acme Cloud", timeZone: "Europe/Copenhagen", isFinal: false },
  closed: [
    closed("gold", { verdict: "breached", percent: "99.953703", overMs: 941_000, creditMinor: 40_000 }),
    closed("silver", { recipients: 0 }),
    closed("tin", { recipients: null, creditMinor: null, currency: null, verdict: "no_target" }),
  ],
  open: [
    {
      ...{ slug: "lead", title: "LEAD", customer: "Beta" },
      reasons: [
        { reason: "explanation", count: 2 },
        { reason: "decision", count: 1 },
      ],
    },
  ],
};
const plain = (text: string) => text.replaceAll(/[\s\u00a0]+/g, " ");

describe("the letter on a month", () => {
  it("says what was closed, where a promise was broken and by how much, what is owed, and what waits for whom", () => {
    const { subject, text } = monthLetter(
      summary,
      "en",
      "bo@acme.example",
      "https://acme.example/console/contracts",
    );
    expect(subject).toBe("June 2026: 3 of 4 contracts closed");
    const told = plain(text);
    for (const part of [
      "Promises kept: 1 Promises broken: 1 Without a promise or a figure: 1 Credits owed: 400.00 DKK",
      "GOLD 99.953 % 15 min 41 s 400.00 DKK",
      "- LEAD (Beta): outages or incidents to explain: 2, unmeasured time to decide on",
      "because no recipient is named",
      "- SILVER",
      "https://acme.example/console/contracts",
    ]) {
      expect(told).toContain(part);
    }
    expect(told).not.toContain("- TIN");
  });

  it.each(customerLanguages)("is whole in %s, also when all is final", (code) => {
    for (const facts of [summary, { ...summary, isFinal: true, open: [] }, { ...summary, closed: [] }]) {
      const { subject, text, html } = monthLetter(facts, code, "bo@acme.example", null);
      for (const part of [subject, text, html.replace(/<style>[^]*<\/style>/, "")]) {
        expect(part).not.toMatch(/[{}]|undefined|null|NaN/);
      }
    }
  });
});
