import { describe, expect, it } from "vitest";
import {
  clauseSections,
  clauseTellers,
  type ToldAmong,
  toldSection,
} from "../../src/documents/told-clauses.ts";
import { reportLanguage } from "../../src/documents/report-language.ts";
import type { ContractClauses } from "../../src/domain/sla/promise/clauses.ts";
import { customerLanguages } from "../../src/domain/sla/promise/customer.ts";
import { clausesOf, hoursOf } from "../support/contracts.ts";
import { bands, clauses } from "../support/reports.ts";

const office = hoursOf('office: { title: Office hours, hours: { mon-fri: "09:00-17:00" }, holidays: [DK] }');
const among: ToldAmong = {
  covered: ["Beacon", "Lamp"],
  titleOf: (slug) => slug[0]!.toUpperCase() + slug.slice(1),
  calendarNamed: (slug) => (slug === "office" ? office : undefined),
};
const told = (contract: ContractClauses, code: (typeof customerLanguages)[number] = "en") =>
  (["figure", "money", "beside"] as const)
    .flatMap((section) => toldSection(section, contract, among, reportLanguage(code)))
    .map(({ name, text }) => `${name}: ${text}`.replaceAll("\u00a0", " "));

/** A contract of which every clause says something else than the literal reading. */
const everything = clauses({
  ...bands,
  covers: { services: ["beacon", "lamp"], groups: [] },
  rollUp: { kind: "k_of_n", k: 2 },
  targetPercent: "99.95",
  timeZone: "Europe/Oslo",
  anchorDay: 15,
  serviceHours: { calendar: "office" },
  maintenance: {
    exclude: true,
    minNoticeMs: 7 * 86_400_000,
    maxWindowMs: 1_800_000,
    overCap: "reject",
    maxPerQuarter: 1,
    outsideHoursOf: { calendar: "office" },
    denominator: "remove",
    checks: { maxWindowMs: 3_600_000, maxPerQuarter: null, outsideHoursOf: null, minNoticeMs: null },
  },
  exclusions: ["force_majeure"],
  unknown: "down",
  granularity: "minute_any",
  minOutageMs: 60_000,
  degradedWeightPpm: 300_000,
  outageFigure: "upper",
  verdictRounding: { decimals: 2, mode: "half_up" },
  credit: {
    ...bands.credit!,
    model: { kind: "proportional", multiplier: "1.5", affectedRatio: "0.5" },
    mode: "on_claim",
    claim: { kind: "days_after_cycle", days: 30 },
    feeBasis: "service",
    proration: "by_time",
    rounding: "floor",
    capPercent: "50",
    rollingCap: { amount: { minor: 1_000_000, currency: "DKK" }, months: 12 },
    minimum: { minor: 10_000, currency: "DKK" },
    clawback: true,
  },
  fee: { minor: 200_000, currency: "DKK" },
  correctionDays: 30,
  categories: [{ slug: "fault", title: "Fault", meaning: "Nobody can work", shows: "major_outage" }],
  promises: {
    monitoring: "covered",
    statusPage: true,
    references: true,
    openReports: true,
    operationsReport: "weekly",
    standing: "best_efforts",
  },
});

describe("a contract in words", () => {
  it("tells every clause, each in one section", () => {
    const names = Object.keys(clauses()).sort();
    expect(Object.keys(clauseTellers).sort()).toEqual(names);
    expect(Object.values(clauseSections).flat().sort()).toEqual(names);
  });

  const support = clausesOf(
    'support: { plan: gold, plans: { gold: { title: Gold, hours: { hours: { mon-fri: "08:00-16:00" } }, response: 4h } } }',
  ).support;

  it.each(Object.keys(clauses()) as (keyof ContractClauses)[])("%s changes what is told", (name) => {
    const other = name === "support" ? { support } : { [name]: everything[name] };
    expect(told({ ...clauses(), ...(name === "credit" ? bands : {}), ...other })).not.toEqual(
      told(name === "credit" ? { ...clauses(), ...bands } : clauses()),
    );
  });

  it.each(customerLanguages)("reads as a customer can follow it, in %s", async (code) => {
    const text = [told(everything, code), told({ ...clauses(), ...bands, support }, code)]
      .map((lines) => lines.join("\n"))
      .join("\n\n");
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/contract-in-words.${code}.txt`);
  });

  it.each(customerLanguages)("leaves nothing to be filled in, in %s", (code) => {
    for (const line of [...told(everything, code), ...told({ ...clauses(), ...bands, support }, code)]) {
      expect(line).not.toMatch(/\{\w+\}|undefined|: $/);
    }
  });

  it("names a calendar that is not at hand, and writes out one that is", () => {
    const hours = (calendar: string) =>
      told(clauses({ serviceHours: { calendar } })).find((line) => line.startsWith("Service hours"));
    expect(hours("night")).toBe("Service hours: by the calendar night");
    expect(hours("office")).toBe(
      "Service hours: Office hours: Monday–Friday 09:00–17:00, Europe/Copenhagen, closed on public holidays (Denmark)",
    );
  });
});
