/**
 * The arithmetic of a cycle as its page shows it: one part a version of the contract, each a subtraction read from top to bottom, with the
 * days it is made of, how certain it is, and the credit. Values are the report's, words those of its PDF.
 */
import { barKinds, type BarKind, barOf, briefLength } from "../../documents/day-bars.ts";
import type { ReportLanguage, ReportWord } from "../../documents/report-language.ts";
import { toldClauses } from "../../documents/told-clauses.ts";
import type { ToldClause } from "../../documents/told-clause.ts";
import { type ToldCredit, toldCredit } from "../../documents/told-credit.ts";
import { type ToldStep, toldOutcome, toldRange, toldSteps } from "../../documents/told-subtraction.ts";
import type { DayReport, PartReport } from "../../domain/sla/report/report-part.ts";
import type { Report } from "../../domain/sla/report/report.ts";
import { readExact } from "../../domain/sla/report/report-values.ts";

/** A day as a bar, and in words where something happened. */
export interface CycleDay {
  /** "9". */
  number: string;
  date: string;
  kind: BarKind;
  /** Length of the downtime that counts, under the bar; "": none. */
  length: string;
  /** What happened in it; empty: nothing. */
  told: { name: string; length: string }[];
}

export interface CyclePart {
  /** "Version 2 of the contract"; "": there is only one. */
  name: string;
  /** From when until when it holds; "" with the name. */
  bounds: string;
  days: CycleDay[];
  /** What the shapes mean that occur. */
  legend: { kind: BarKind; name: string }[];
  eligible: ToldStep[];
  downtime: ToldStep[];
  outcome: string[];
  certainty: { name: string; figure: string }[];
  /** Null: none is computed. */
  credit: ToldCredit | null;
  method: ToldClause[];
}

export function cycleParts(report: Report, language: ReportLanguage): CyclePart[] {
  const zone = report.cycle.time_zone;
  const isSplit = report.parts.length > 1;
  return report.parts.map((part) => {
    const days = part.days.map((day) => dayOf(day, language));
    const bounds = {
      from: language.minute(part.period.start, zone),
      to: language.minute(part.period.end, zone),
    };
    return {
      name: isSplit ? language.say("part", { n: part.version }) : "",
      bounds: isSplit ? language.say("cycle.bounds", bounds) : "",
      days,
      legend: barKinds
        .filter((kind) => kind === "up" || days.some((day) => day.kind === kind))
        .map((kind) => ({ kind, name: language.say(`days.${kind}`) })),
      eligible: toldSteps(part.subtraction.eligible, language),
      downtime: toldSteps(part.subtraction.downtime, language),
      outcome: toldOutcome(part, language),
      certainty: certaintyOf(part, language),
      credit: part.credit && toldCredit(part.credit, part.verdict, language),
      method: toldClauses(part, report, language),
    };
  });
}

function certaintyOf(part: PartReport, language: ReportLanguage) {
  return [
    { name: language.say("bounds"), figure: toldRange(part.bounds, language) },
    { name: language.say("edges"), figure: toldRange(part.edges, language) },
    { name: language.say("coverage"), figure: language.percent(part.coverage_percent) },
  ];
}

const dayLengths = [
  ["counted_ms", "days.down"],
  ["down_ms", "down"],
  ["degraded_ms", "degraded"],
  ["unknown_ms", "unknown"],
  ["excluded_ms", "excluded"],
] as const satisfies readonly (readonly [keyof DayReport, ReportWord])[];

function dayOf(day: DayReport, language: ReportLanguage): CycleDay {
  const kind = barOf(day);
  return {
    number: String(Number(day.date.slice(-2))),
    date: language.date(`${day.date}T00:00:00.000Z`, "UTC"),
    kind,
    length: kind === "down" ? briefLength(day.counted_ms) : "",
    told: dayLengths
      .filter(([field]) => readExact(day[field]) !== 0)
      .map(([field, word]) => ({ name: language.say(word), length: language.duration(day[field]) })),
  };
}
