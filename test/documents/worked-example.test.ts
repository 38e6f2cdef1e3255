import { describe, expect, it } from "vitest";
import { calendarsOf } from "../../src/calendars/holidays.ts";
import { reportLanguage } from "../../src/documents/report-language.ts";
import { workedExample } from "../../src/documents/worked-example.ts";
import type { ContractClauses } from "../../src/domain/sla/promise/clauses.ts";
import { hoursOf } from "../support/contracts.ts";
import { bands, clauses } from "../support/reports.ts";

const june = Date.UTC(2026, 5, 10);
const office = hoursOf('office: { hours: { mon-fri: "09:00-17:00" } }');
const never = hoursOf("never: { hours: {} }");
const calendarOf = calendarsOf(new Map(Object.entries({ office, never })));

const told = (change: Partial<ContractClauses>, at = june, code: "en" | "da" = "en") => {
  const example = workedExample(clauses(change), ["beacon", "lamp"], calendarOf, at, reportLanguage(code));
  return example && JSON.parse(JSON.stringify(example).replaceAll("\u00a0", " "));
};

describe("a contract worked through", () => {
  it("says what five minutes come to in a month of 30 days, as its cycles are judged", () => {
    expect(told(bands).sentences).toEqual([
      "The cycle 1 June 2026 to 1 July 2026 is 720 h long; 720 h of it count.",
      "Were everything covered down for 5 min in it, availability would be 99.988425 %: the promise is broken.",
      "The credit would be 400.00 DKK.",
      "Up to 4 min 19.200 s of downtime it would be kept.",
    ]);
  });

  it("says from which downtime on each band applies, and what it gives", () => {
    expect(
      told(bands).bands.map(({ downtime, amount }: Record<string, string>) => [downtime, amount]),
    ).toEqual([
      ["More than 4 min 19.200 s down", "400.00 DKK"],
      ["More than 43 min 12 s down", "1,000.00 DKK"],
      ["More than 7 h 12 min down", "4,000.00 DKK"],
    ]);
  });

  it("follows the length of the cycle, the clock change of March too", () => {
    expect(told({}, Date.UTC(2026, 2, 10)).sentences[0]).toContain("is 743 h long");
    expect(told({}, Date.UTC(2026, 1, 10)).sentences.at(-1)).toContain("4 min 1.920 s");
  });

  it("counts only service hours, and says nothing where there are none", () => {
    expect(told({ serviceHours: { calendar: "office" } }).sentences[0]).toContain("176 h of it count");
    expect(told({ serviceHours: { calendar: "never" } })).toBeNull();
  });

  it("is as long as the shortest outage that counts", () => {
    expect(told({ minOutageMs: 600_000 }).sentences[1]).toContain("down for 10 min");
  });

  it("goes through every way of rolling up and counting", () => {
    for (const change of [
      { rollUp: { kind: "all_down" } },
      { rollUp: { kind: "k_of_n", k: 2 } },
      { rollUp: { kind: "weighted", weights: { beacon: "2", lamp: "1" } } },
      { granularity: "minute_full" },
    ] as Partial<ContractClauses>[]) {
      expect(told(change).sentences[1]).toContain("99.988425 %");
    }
  });

  it("promises nothing where no figure is promised", () => {
    expect(told({ targetPercent: null }).sentences).toHaveLength(2);
  });

  it("is told in the customer's language", () => {
    expect(told(bands, june, "da").sentences[2]).toBe("Kreditten ville være 400,00 DKK.");
  });
});
