/** The words of letters, in the languages customers have chosen: one JSON file a language in views/locales/mail; figures are spelled as in reports. */
import da from "../../views/locales/mail/da.json" with { type: "json" };
import en from "../../views/locales/mail/en.json" with { type: "json" };
import fr from "../../views/locales/mail/fr.json" with { type: "json" };
import nb from "../../views/locales/mail/nb.json" with { type: "json" };
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import { type ReportLanguage, reportLanguage } from "./report-language.ts";

export type MailWord = keyof typeof en;

const texts: Record<CustomerLanguage, Record<MailWord, string>> = { en, da, nb, fr };

export interface MailLanguage {
  /** Words and spellings of reports. */
  report: ReportLanguage;
  /** The text of a key, `{name}` replaced by the parameter. */
  say(key: MailWord, parameters?: Readonly<Record<string, string | number>>): string;
}

export function mailLanguage(code: CustomerLanguage): MailLanguage {
  return {
    report: reportLanguage(code),
    say: (key, parameters = {}) =>
      texts[code][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole)),
  };
}
