/**
 * A contract in the customer's language, clause by clause: the method of a report, and the promise in words on the pages. Every clause of
 * `ContractClauses` has its words in one table, so that none can be agreed and not told.
 */
import { printDecimal } from "../domain/sla/figures/exact.ts";
import type { ContractClauses, MaintenanceClause } from "../domain/sla/promise/clauses.ts";
import type { Report } from "../domain/sla/report/report.ts";
import { clausesOf, type PartReport } from "../domain/sla/report/report-part.ts";
import type { ReportLanguage, ReportWord } from "./report-language.ts";
import { type CalendarNamed, toldHours } from "./told-calendar.ts";
import type { ToldClause } from "./told-clause.ts";
import { toldCreditTerms } from "./told-credit-terms.ts";
import { toldCategories, toldPromises, toldSupport } from "./told-support.ts";

/** What is told of a contract beside its clauses. */
export interface ToldAmong {
  /** Titles of the services that it covers, in order. */
  covered: readonly string[];
  titleOf(service: string): string;
  calendarNamed: CalendarNamed;
}

type Clause = keyof ContractClauses;
type Teller = (clauses: ContractClauses, language: ReportLanguage, among: ToldAmong) => ToldClause[];

/** What decides the figure, what is paid for it, and what is promised beside it; each clause stands in one of them, in this order. */
export const clauseSections = {
  figure: [
    ...(["covers", "rollUp", "targetPercent", "verdictRounding", "anchorDay", "timeZone"] as const),
    ...(["serviceHours", "maintenance", "exclusions", "unknown", "granularity", "minOutageMs"] as const),
    ...(["outageFigure", "degradedWeightPpm", "correctionDays"] as const),
  ],
  money: ["fee", "credit"],
  beside: ["promises", "support", "categories"],
} as const satisfies Record<string, readonly Clause[]>;
export type ClauseSection = keyof typeof clauseSections;

/** The words of every clause: one that is new does not compile until it has some. */
export const clauseTellers: { readonly [Name in Clause]: Teller } = {
  covers: ({ covers }, language, { covered }) => {
    const services = covered.join(", ") || language.say("none");
    return one(
      "method.covers",
      covers === "*" ? language.say("covers.all", { services }) : services,
      language,
    );
  },
  rollUp: ({ rollUp }, language, { titleOf }) => {
    const weights =
      rollUp.kind === "weighted"
        ? Object.entries(rollUp.weights).map(
            ([slug, weight]) => `${titleOf(slug)} ${language.number(weight)}`,
          )
        : [];
    const k = rollUp.kind === "k_of_n" ? rollUp.k : 1;
    const text = language.say(`roll_up.${rollUp.kind}`, { k, weights: weights.join(", ") });
    return one("method.roll_up", text, language);
  },
  targetPercent: ({ targetPercent }, language) =>
    one(
      "method.target",
      targetPercent === null
        ? language.say("target.none")
        : language.say("target.least", { percent: language.percent(targetPercent) }),
      language,
    ),
  verdictRounding: ({ verdictRounding, targetPercent }, language) => {
    if (verdictRounding === null) {
      return targetPercent === null
        ? []
        : one("method.comparison", language.say("comparison.exact"), language);
    }
    const { decimals, mode } = verdictRounding;
    const words = { n: decimals, rounding: language.say(`rounding.${mode}`) };
    return one("method.comparison", language.say("comparison.rounded", words), language);
  },
  anchorDay: ({ anchorDay, timeZone }, language) =>
    one(
      "method.cycles",
      language.say("cycles.anchor", { day: anchorDay, zone: timeZone.replaceAll("_", " ") }),
      language,
    ),
  timeZone: ({ timeZone }, language) =>
    one("method.zone", language.say("zone.cut", { zone: timeZone.replaceAll("_", " ") }), language),
  serviceHours: ({ serviceHours }, language, { calendarNamed }) =>
    one(
      "method.hours",
      serviceHours === null ? language.say("hours.always") : toldHours(serviceHours, calendarNamed, language),
      language,
    ),
  maintenance: ({ maintenance: { checks, ...rules } }, language, among) => [
    ...one("method.maintenance", toldMaintenance(rules, language, among), language),
    ...(checks === null
      ? []
      : one(
          "method.windows",
          toldLimits(checks, language, among).join(", ") || language.say("none"),
          language,
        )),
  ],
  exclusions: ({ exclusions }, language) => {
    const kinds = exclusions.map((kind) => language.say(`kind.${kind}`)).join(", ");
    const text = kinds === "" ? language.say("none") : language.say("exclusions.each", { kinds });
    return one("method.exclusions", text, language);
  },
  unknown: ({ unknown }, language) => one("method.unknown", language.say(`unknown.${unknown}`), language),
  granularity: ({ granularity }, language) =>
    one("method.minutes", language.say(`minutes.${granularity}`), language),
  minOutageMs: ({ minOutageMs }, language) =>
    one(
      "method.minimum",
      minOutageMs === 0
        ? language.say("minimum.none")
        : language.say("minimum.from", { ms: language.duration(minOutageMs) }),
      language,
    ),
  outageFigure: ({ outageFigure }, language) =>
    one("method.figure", language.say(`figure.${outageFigure}`), language),
  degradedWeightPpm: ({ degradedWeightPpm }, language) => {
    const percent = printDecimal({ numerator: BigInt(degradedWeightPpm), denominator: 10_000n }, 4);
    const text = language.say("degraded.share", { percent: language.percent(trimmed(percent)) });
    return one("method.degraded", text, language);
  },
  correctionDays: ({ correctionDays }, language) =>
    one("method.corrections", language.say("corrections.days", { days: correctionDays }), language),
  fee: ({ fee }, language) =>
    one(
      "method.fee",
      fee === null
        ? language.say("fee.none")
        : language.say("fee.cycle", { amount: language.money(fee.minor, fee.currency) }),
      language,
    ),
  credit: ({ credit }, language, { calendarNamed }) => toldCreditTerms(credit, calendarNamed, language),
  promises: ({ promises }, language) => toldPromises(promises, language),
  support: ({ support }, language, { calendarNamed }) => toldSupport(support, calendarNamed, language),
  categories: ({ categories }, language) => toldCategories(categories, language),
};

/** The clauses of a section in words. */
export function toldSection(
  section: ClauseSection,
  clauses: ContractClauses,
  among: ToldAmong,
  language: ReportLanguage,
): ToldClause[] {
  return clauseSections[section].flatMap((name) => clauseTellers[name](clauses, language, among));
}

/** The clauses of a report's part that decide its figure and its credit. */
export function toldClauses(part: PartReport, { services }: Report, language: ReportLanguage): ToldClause[] {
  const titleOf = (slug: string) => services.find((service) => service.slug === slug)?.title ?? slug;
  return toldTerms(clausesOf(part), part.services.map(titleOf), language, titleOf);
}

/** The same of a version, whether or not a cycle was judged by it; with the titles of the services it covers. */
export function toldTerms(
  clauses: ContractClauses,
  covered: readonly string[],
  language: ReportLanguage,
  titleOf: ToldAmong["titleOf"] = (slug) => slug,
): ToldClause[] {
  const among = { covered, titleOf, calendarNamed: () => undefined };
  return (["figure", "money"] as const).flatMap((section) => toldSection(section, clauses, among, language));
}

function toldMaintenance(
  rules: Omit<MaintenanceClause, "checks">,
  language: ReportLanguage,
  among: ToldAmong,
): string {
  if (!rules.exclude) {
    return language.say("maintenance.counts");
  }
  return [
    language.say("maintenance.excluded"),
    ...toldLimits(rules, language, among),
    ...(rules.maxWindowMs === null ? [] : [language.say(`maintenance.${rules.overCap}`)]),
    language.say(`maintenance.${rules.denominator}`),
  ].join(", ");
}

/** Limits on windows, promised or needed for their exclusion. */
function toldLimits(
  limits: Record<"minNoticeMs" | "maxWindowMs" | "maxPerQuarter", number | null> &
    Pick<MaintenanceClause, "outsideHoursOf">,
  language: ReportLanguage,
  { calendarNamed }: ToldAmong,
): string[] {
  const { minNoticeMs, maxWindowMs, maxPerQuarter, outsideHoursOf } = limits;
  return [
    ...(minNoticeMs ? [language.say("maintenance.notice", { ms: language.duration(minNoticeMs) })] : []),
    ...(maxWindowMs === null
      ? []
      : [language.say("maintenance.length", { ms: language.duration(maxWindowMs) })]),
    ...(maxPerQuarter === null ? [] : [language.say("maintenance.quarter", { n: maxPerQuarter })]),
    ...(outsideHoursOf === null
      ? []
      : [
          language.say("maintenance.outside", {
            hours: toldHours(outsideHoursOf, calendarNamed, language),
          }),
        ]),
  ];
}

function one(name: ReportWord, text: string, language: ReportLanguage): ToldClause[] {
  return [{ name: language.say(name), text }];
}

/** "30" from "30.0000". */
function trimmed(decimal: string): string {
  return decimal.replace(/\.?0+$/, "") || "0";
}
