/** Reports' own words on pages of the console: in the reader's language, spelled as in the reports themselves, so that a figure reads alike everywhere. */
import { type ReportLanguage, type ReportWord, reportLanguage } from "../../documents/report-language.ts";
import { type CustomerLanguage, customerLanguages } from "../../domain/sla/promise/customer.ts";
import type { Verdict } from "../../domain/sla/measure/availability.ts";
import { type ConsoleContext, consoleLanguages } from "./room.ts";

export type { ReportWord };

/** The words of reports in the language of the page. */
export function reportWords({ language }: Pick<ConsoleContext, "language">): ReportLanguage {
  return reportLanguage(customerLanguages.find((code) => code === language.code) ?? "en");
}

const verdictWords = {
  met: "verdict.met",
  breached: "verdict.breached",
  no_data: "verdict.no_data",
  no_target: "verdict.no_target",
  on_track: "verdict.on_track",
} as const satisfies Record<Verdict, string>;

/** A verdict in a word, short enough for a cell. */
export function verdictWord(verdict: string, { language }: Pick<ConsoleContext, "language">): string {
  return language.say(verdictWords[verdict as Verdict]);
}

/** A language by its own name for itself. */
export function languageName(code: CustomerLanguage): string {
  return consoleLanguages.get(code)?.name ?? code;
}
