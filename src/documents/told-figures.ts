/** What a report comes to, beside its percentage: the downtime that counts, what is left of the budget, the credit. */
import type { Report } from "../domain/sla/report/report.ts";
import { clausesOf } from "../domain/sla/report/report-part.ts";
import type { ReportLanguage } from "./report-language.ts";

export interface ToldFigure {
  name: string;
  figure: string;
  /** What it is measured by; "": nothing. */
  note: string;
}

/** In order of reading; of a cycle in parts only what holds for the whole. */
export function toldFigures({ result, parts }: Report, language: ReportLanguage): ToldFigure[] {
  const [part] = parts;
  const { budget } = part!;
  const figures: ToldFigure[] = [];
  if (parts.length === 1) {
    const note = budget === null ? "" : language.say("allowed", { ms: language.duration(budget.allowed_ms) });
    figures.push({ name: language.say("downtime"), figure: language.duration(part!.counted_down_ms), note });
    if (budget !== null) {
      const words = language.say(budget.left_ms < 0 ? "over" : "left", { ms: "" }).trim();
      const name = `${words.charAt(0).toLocaleUpperCase(language.tag)}${words.slice(1)}`;
      figures.push({ name, figure: language.duration(Math.abs(budget.left_ms)), note: "" });
    }
  }
  const { credit_minor: minor, currency } = result;
  if (minor === null || currency === null) {
    const isAgreed = parts.some((one) => clausesOf(one).credit);
    const note = isAgreed ? "" : language.say("credit.none");
    figures.push({ name: language.say("credit"), figure: language.say("nothing"), note });
  } else {
    const fee = parts.reduce((all, one) => all + (one.credit?.fee_basis_minor ?? 0), 0);
    const note = language.say("credit.owed", { fee: language.money(fee, currency) });
    figures.push({ name: language.say("credit"), figure: language.money(minor, currency), note });
  }
  return figures;
}
