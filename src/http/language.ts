/**
 * The page's words: one JSON file a language in views/locales, read once. A text is a string or, where it counts something, one string
 * for each plural form of the language. Between the view models and what a reader reads.
 */
import { readdirSync, readFileSync } from "node:fs";
import type words from "../../views/locales/en.json";

export type WordKey = keyof typeof words;
export type Parameters = Readonly<Record<string, string | number>>;
type Text = string | Readonly<Record<string, string>>;

export interface Language {
  /** "en": the name of its file and its place in addresses. */
  code: string;
  /** "en-GB": how dates and numbers are written. */
  tag: string;
  /** Its own name for itself. */
  name: string;
  decimalMark: string;
  /** The text of a key; `{name}` is replaced by the parameter, `n` chooses the plural form. */
  say(key: WordKey, parameters?: Parameters): string;
}

export type Languages = ReadonlyMap<string, Language>;

const localesFolder = new URL("../../views/locales/", import.meta.url);

/** Every language there is a file for, by code. */
export function readLanguages(folder: URL = localesFolder): Languages {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(
    files.map((name) => {
      const code = name.slice(0, -".json".length);
      return [code, toLanguage(code, JSON.parse(readFileSync(new URL(name, folder), "utf8")))];
    }),
  );
}

function toLanguage(code: string, texts: Readonly<Record<string, Text>>): Language {
  const tag = String(texts["language.tag"]);
  const plural = new Intl.PluralRules(tag);
  const number = new Intl.NumberFormat(tag);
  const decimalMark = number.formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";
  const print = (value: string | number): string =>
    typeof value === "number" ? number.format(value) : value;
  return {
    code,
    tag,
    name: String(texts["language.name"]),
    decimalMark,
    say(key, parameters = {}) {
      const text = texts[key];
      if (text === undefined) {
        throw new Error(`The language "${code}" has no text "${key}".`);
      }
      const form =
        typeof text === "string" ? text : (text[plural.select(Number(parameters["n"]))] ?? text["other"]!);
      return form.includes("{")
        ? form.replace(/\{(\w+)\}/g, (_, name: string) => print(parameters[name] ?? `{${name}}`))
        : form;
    },
  };
}

/** The first offered language that a reader accepts, by the Accept-Language header's weights; else the first offered. */
export function chooseLanguage(accepted: string | undefined, offered: readonly Language[]): Language {
  const wanted = (accepted ?? "")
    .slice(0, 200)
    .split(",")
    .map((part) => {
      const [range = "", ...settings] = part.trim().toLowerCase().split(";");
      const weight = settings.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find((one) => one !== undefined);
      return { range, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ range, weight }) => range !== "" && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { range } of wanted) {
    const code = synonyms[range.split("-")[0]!] ?? range.split("-")[0];
    const found = range === "*" ? offered[0] : offered.find((language) => language.code === code);
    if (found !== undefined) {
      return found;
    }
  }
  return offered[0]!;
}

/** Norwegian without further word is read in bokmål. */
const synonyms: Readonly<Record<string, string>> = { no: "nb", nn: "nb" };
