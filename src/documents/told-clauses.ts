/** The rules by which a report was computed, in the customer's language: one line a clause, as the method of the report (look.md). */
import { parseDecimal, printDecimal } from "../domain/sla/figures/exact.ts";
import type { ContractClauses } from "../domain/sla/promise/clauses.ts";
import type { Report } from "../domain/sla/report/report.ts";
import { clausesOf, type PartReport } from "../domain/sla/report/report-part.ts";
import type { ReportLanguage } from "./report-language.ts";

/** A clause by its name and what it says. */
export interface ToldClause {
  name: string;
  text: string;
}

/** The clauses of a part that decide its figure. */
export function toldClauses(part: PartReport, { services }: Report, language: ReportLanguage): ToldClause[] {
  const titles = part.services.map((slug) => services.find((one) => one.slug === slug)?.title ?? slug);
  return toldTerms(clausesOf(part), titles, language);
}

/** The same of a version, whether or not a cycle was judged by it; with the titles of the services it covers. */
export function toldTerms(
  clauses: ContractClauses,
  titles: readonly string[],
  language: ReportLanguage,
): ToldClause[] {
  const { rollUp, serviceHours, degradedWeightPpm, minOutageMs, targetPercent } = clauses;
  const weights =
    rollUp.kind === "weighted"
      ? Object.entries(rollUp.weights).map(([slug, weight]) => `${slug} ${language.number(weight)}`)
      : [];
  const hours =
    serviceHours === null
      ? language.say("hours.always")
      : "calendar" in serviceHours
        ? language.say("hours.calendar", { calendar: serviceHours.calendar })
        : language.say("hours.own");
  const minimum = language.say("minutes.min", { ms: language.duration(minOutageMs) });
  const share = printDecimal({ numerator: BigInt(degradedWeightPpm), denominator: 10_000n }, 4);
  const told: [Parameters<ReportLanguage["say"]>[0], string][] = [
    ["method.covers", titles.join(", ")],
    [
      "method.roll_up",
      language.say(`roll_up.${rollUp.kind}`, {
        k: rollUp.kind === "k_of_n" ? rollUp.k : 1,
        weights: weights.join(", "),
      }),
    ],
    [
      "method.target",
      targetPercent === null
        ? language.say("target.none")
        : language.say("target.least", { percent: language.percent(targetPercent) }),
    ],
    [
      "method.cycles",
      language.say("cycles.anchor", { day: clauses.anchorDay, zone: clauses.timeZone.replaceAll("_", " ") }),
    ],
    ["method.hours", hours],
    ["method.maintenance", maintenance(clauses, language)],
    [
      "method.exclusions",
      clauses.exclusions.map((kind) => language.say(`kind.${kind}`)).join(", ") || language.say("none"),
    ],
    ["method.unknown", language.say(`unknown.${clauses.unknown}`)],
    [
      "method.minutes",
      [language.say(`minutes.${clauses.granularity}`), ...(minOutageMs === 0 ? [] : [minimum])].join("; "),
    ],
    ["method.figure", language.say(`figure.${clauses.outageFigure}`)],
    ["method.degraded", language.say("degraded.share", { percent: language.percent(trimmed(share)) })],
    ["method.corrections", language.say("corrections.days", { days: clauses.correctionDays })],
  ];
  return told.map(([name, text]) => ({ name: language.say(name), text }));
}

function maintenance({ maintenance: rules }: ContractClauses, language: ReportLanguage): string {
  if (!rules.exclude) {
    return language.say("maintenance.counts");
  }
  return [
    language.say("maintenance.excluded"),
    ...(rules.minNoticeMs === 0
      ? []
      : [language.say("maintenance.notice", { ms: language.duration(rules.minNoticeMs) })]),
    ...(rules.maxWindowMs === null
      ? []
      : [language.say("maintenance.length", { ms: language.duration(rules.maxWindowMs) })]),
    ...(rules.maxPerQuarter === null
      ? []
      : [language.say("maintenance.quarter", { n: rules.maxPerQuarter })]),
    ...(rules.outsideHoursOf === null ? [] : [language.say("maintenance.hours")]),
    ...(rules.denominator === "keep" ? [] : [language.say("maintenance.remove")]),
  ].join(", ");
}

/** "30" from "30.0000". */
function trimmed(decimal: string): string {
  return parseDecimal(decimal) === null ? decimal : decimal.replace(/\.?0+$/, "") || "0";
}
