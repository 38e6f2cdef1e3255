/**
 * The subtraction of a report in the customer's language, read from top to bottom: from the length of the cycle to the percentage, and how
 * certain that is. Paper and page tell it alike.
 */
import type { PartReport } from "../domain/sla/report/report-part.ts";
import { readExact } from "../domain/sla/report/report-values.ts";
import type { ReportLanguage } from "./report-language.ts";

/** A line of it. */
export interface ToldStep {
  /** Of the step, as reports write it: "outside_service_hours". */
  step: string;
  name: string;
  /** With its sign where it adds or takes away. */
  length: string;
  isSum: boolean;
}

/** A row of steps; those that change nothing are left out. */
export function toldSteps(
  steps: PartReport["subtraction"]["eligible"],
  language: ReportLanguage,
): ToldStep[] {
  const last = steps.length - 1;
  return steps.flatMap(({ step, ms }, i): ToldStep[] => {
    if (i > 0 && i < last && readExact(ms) === 0) {
      return [];
    }
    const length = language.duration(ms);
    const sign = i > 0 && i < last && !length.startsWith("\u2212") ? "+" : "";
    return [{ step, name: language.name("step", step), length: `${sign}${length}`, isSum: i === last }];
  });
}

/** What the subtraction comes to: the division, what was compared where that differs, and what of the budget is left. */
export function toldOutcome(part: PartReport, language: ReportLanguage): string[] {
  const { percent, compared_percent: compared, budget } = part;
  return [
    ...(percent === null
      ? []
      : [
          language.say("formula", {
            eligible: language.duration(part.eligible_ms),
            down: language.duration(part.counted_down_ms),
            percent: language.percent(percent),
          }),
        ]),
    ...(compared === null ? [] : [language.say("compared", { percent: language.percent(compared) })]),
    ...(budget === null
      ? []
      : [
          `${language.say("allowed", { ms: language.duration(budget.allowed_ms) })}; ${language.say(
            budget.left_ms < 0 ? "over" : "left",
            { ms: language.duration(Math.abs(budget.left_ms)) },
          )}. ${language.say(`verdict.${part.verdict}`)}.`,
        ]),
  ];
}

/** Two bounds as one figure where they are the same. */
export function toldRange({ low, high }: PartReport["bounds"], language: ReportLanguage): string {
  return low === high
    ? language.percent(low)
    : language.say("range", { low: language.percent(low), high: language.percent(high) });
}
