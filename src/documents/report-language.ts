/**
 * The words and spellings of reports, in the languages customers have chosen: one JSON file a language in views/locales/reports. Digits come
 * from the report and are never changed here, only spelled as there.
 */
import da from "../../views/locales/reports/da.json" with { type: "json" };
import en from "../../views/locales/reports/en.json" with { type: "json" };
import fr from "../../views/locales/reports/fr.json" with { type: "json" };
import nb from "../../views/locales/reports/nb.json" with { type: "json" };
import type { CustomerLanguage } from "../domain/sla/promise/customer.ts";
import { floor } from "../domain/sla/figures/exact.ts";
import { printAmount } from "../domain/sla/figures/money.ts";
import { type ExactJson, readExact } from "../domain/sla/report/report-values.ts";
import { printLocalTime } from "../domain/time/local-time.ts";

export type ReportWord = keyof typeof en;

const texts: Record<CustomerLanguage, Record<ReportWord, string>> = { en, da, nb, fr };

/** No line break between a number and its unit. */
const joiner = "\u00a0";
const minus = "\u2212";

export class ReportLanguage {
  readonly code: CustomerLanguage;
  /** "en-GB". */
  readonly tag: string;
  readonly decimalMark: string;
  readonly #formatters = new Map<string, Intl.DateTimeFormat>();
  readonly #words: Record<ReportWord, string>;
  readonly #whole: Intl.NumberFormat;

  constructor(code: CustomerLanguage) {
    this.code = code;
    this.#words = texts[code];
    this.tag = this.#words.tag;
    this.#whole = new Intl.NumberFormat(this.tag);
    this.decimalMark = this.#whole.formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";
  }

  /** The text of a key, `{name}` replaced by the parameter. */
  say(key: ReportWord, parameters: Readonly<Record<string, string | number>> = {}): string {
    return this.#words[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
  }

  /** Whether there is a text of this key: for keys made of a value. */
  has(key: string): key is ReportWord {
    return Object.hasOwn(this.#words, key);
  }

  /** The text of a key made of a value; the value itself where there is none. */
  name(prefix: string, value: string): string {
    const key = `${prefix}.${value}`;
    return this.has(key) ? this.say(key) : value.replaceAll("_", " ");
  }

  /** "1,234.50" as it is spelled there, from "1234.50". */
  number(decimal: string): string {
    const [whole = "0", decimals] = decimal.replace("-", "").split(".");
    const grouped = this.#whole.format(BigInt(whole)).replaceAll("\u202f", joiner);
    const sign = decimal.startsWith("-") ? minus : "";
    return `${sign}${grouped}${decimals === undefined ? "" : `${this.decimalMark}${decimals}`}`;
  }

  /** "99.990 %"; "–" where there is none. */
  percent(decimal: string | null): string {
    return decimal === null ? this.say("nothing") : `${this.number(decimal)}${joiner}%`;
  }

  /** "99.988 %" from "99.988784": cut off, never rounded. */
  shortPercent(decimal: string | null): string {
    return this.percent(decimal && decimal.replace(/(\.\d{3})\d+$/, "$1"));
  }

  money(minor: number, currency: string): string {
    return `${this.number(printAmount(minor, currency))}${joiner}${currency}`;
  }

  /** "1 h 4 min 40.250 s", exact to the ms; a fraction of a ms is cut off. */
  duration(exact: ExactJson): string {
    const value = readExact(exact);
    const ms = typeof value === "number" ? value : Number(floor(value));
    const length = Math.abs(ms);
    const [hours, minutes] = [Math.floor(length / 3_600_000), Math.floor(length / 60_000) % 60];
    const thousandths = length % 60_000;
    const seconds =
      thousandths % 1_000 === 0
        ? String(thousandths / 1_000)
        : `${Math.floor(thousandths / 1_000)}${this.decimalMark}${String(thousandths % 1_000).padStart(3, "0")}`;
    const parts = [
      ...(hours > 0 ? [`${this.number(String(hours))}${joiner}${this.say("unit.h")}`] : []),
      ...(minutes > 0 ? [`${minutes}${joiner}${this.say("unit.min")}`] : []),
      ...(thousandths > 0 || length < 60_000 ? [`${seconds}${joiner}${this.say("unit.s")}`] : []),
    ];
    return `${ms < 0 ? minus : ""}${parts.join(joiner)}`;
  }

  /** "9 July 2026, 16:02:10", in a zone; "–" where there is none. */
  moment(instant: string | null, timeZone: string): string {
    return this.#format(instant, timeZone, {
      day: "numeric",
      month: "long",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  }

  /** "9 Jul, 16:02:10": where the year is plain. */
  shortMoment(instant: string | null, timeZone: string): string {
    return this.#format(instant, timeZone, {
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  }

  /** "9 July 2026, 16:02". */
  minute(instant: string | null, timeZone: string): string {
    return this.#format(instant, timeZone, {
      day: "numeric",
      month: "long",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    });
  }

  date(instant: string | null, timeZone: string): string {
    return this.#format(instant, timeZone, { day: "numeric", month: "long", year: "numeric" });
  }

  /** "July 2026". */
  month(instant: string, timeZone: string): string {
    return this.#format(instant, timeZone, { month: "long", year: "numeric" });
  }

  #format(instant: string | null, timeZone: string, options: Intl.DateTimeFormatOptions): string {
    if (instant === null) {
      return this.say("nothing");
    }
    const key = `${timeZone} ${Object.values(options).join()} ${Object.keys(options).length}`;
    let formatter = this.#formatters.get(key);
    if (formatter === undefined) {
      formatter = new Intl.DateTimeFormat(this.tag, { ...options, timeZone, hourCycle: "h23" });
      this.#formatters.set(key, formatter);
    }
    return formatter.format(Date.parse(instant)).replaceAll("\u202f", joiner);
  }
}

/** Wall time as spreadsheets read it: "2026-07-09 16:02:10". */
export function localStamp(instant: string | null, timeZone: string): string {
  return instant === null ? "" : printLocalTime(Date.parse(instant), timeZone);
}

const languages = new Map<CustomerLanguage, ReportLanguage>();

/** A language; formatters are dear to make, so each is made once. */
export function reportLanguage(code: CustomerLanguage): ReportLanguage {
  const language = languages.get(code) ?? new ReportLanguage(code);
  languages.set(code, language);
  return language;
}
