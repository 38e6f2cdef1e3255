/** From the fee to the credit in the customer's language, step by step. Paper and page tell it alike. */
import { floor, printDecimal, product } from "../domain/sla/figures/exact.ts";
import { currencyDecimals } from "../domain/sla/figures/money.ts";
import type { CreditReport, CreditStepReport, PartReport } from "../domain/sla/report/report-part.ts";
import { type ExactJson, readExact } from "../domain/sla/report/report-values.ts";
import type { ReportLanguage } from "./report-language.ts";

export interface ToldCredit {
  steps: { name: string; amount: string }[];
  /** Why nothing is owed; "": something is. */
  note: string;
  issued: string;
}

export function toldCredit(
  { steps, currency, issued_minor: issued }: CreditReport,
  verdict: PartReport["verdict"],
  language: ReportLanguage,
): ToldCredit {
  return {
    steps: steps.map((step) => {
      const [name, amount] = creditLine(step, currency, language);
      return { name, amount };
    }),
    note: verdict === "breached" ? "" : language.say("money.notOwed"),
    issued: language.money(issued, currency),
  };
}

/** A step by its name and what is left of the money after it. */
function creditLine(step: CreditStepReport, currency: string, language: ReportLanguage): [string, string] {
  const minor = (key: string) => language.money(Number(step[key]), currency);
  const exact = (key: string) => exactMoney(step[key] as ExactJson, currency, language);
  const ms = (key: string) => language.duration(step[key] as ExactJson);
  const decimal = (key: string) =>
    language.number(trimmed(printDecimal(readExact(step[key] as ExactJson), 6)));
  const rounding = () => language.name("rounding", String(step["rounding"]));
  switch (step.step) {
    case "fee":
      return [language.say("money.fee"), minor("minor")];
    case "proration": {
      const words = { active: ms("active_ms"), full: ms("full_cycle_ms"), exact: exact("exact") };
      return [language.say("money.proration", words), minor("minor")];
    }
    case "band": {
      const below = step["below"] as string | null;
      const words = { below: language.percent(below), percent: language.percent(String(step["percent"])) };
      return [
        below === null ? language.say("money.band.none") : language.say("money.band", words),
        exact("exact"),
      ];
    }
    case "proportional": {
      const words = {
        multiplier: decimal("multiplier"),
        affected: decimal("affected_ratio"),
        down: ms("down_ms"),
        eligible: ms("eligible_ms"),
      };
      return [language.say("money.proportional", words), exact("exact")];
    }
    case "cap":
      return [language.name("money.cap", String(step["cap"])), exact("exact")];
    case "rounding":
      return [language.say("money.rounding", { rounding: rounding() }), minor("minor")];
    case "minimum":
      return [language.say("money.minimum", { amount: minor("above_minor") }), minor("minor")];
  }
}

/** An amount that is not rounded yet: four more decimals than the currency has, cut off; "…" where more follow. */
function exactMoney(minor: ExactJson, currency: string, language: ReportLanguage): string {
  const decimals = currencyDecimals(currency);
  const value = product(readExact(minor), { numerator: 1n, denominator: 10n ** BigInt(decimals) });
  const scaled = product(value, { numerator: 10n ** BigInt(decimals + 4), denominator: 1n });
  const more = floor(scaled) * scaled.denominator === scaled.numerator ? "" : "\u2026";
  const printed = printDecimal(value, decimals + 4).replace(/0{1,4}$/, "");
  return `${language.number(printed.replace(/\.$/, ""))}${more}\u00a0${currency}`;
}

/** "1.5" from "1.500000". */
function trimmed(decimal: string): string {
  return decimal.replace(/\.?0+$/, "") || "0";
}
