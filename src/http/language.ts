/**
 * The words of pages: one JSON file a language in views/locales, read once; rooms with many words of their own keep them in a folder
 * there. A text is a string or, where it counts something, one string for each plural form of the language. Between the view models and
 * what a reader reads.
 */
import { readdirSync, readFileSync } from "node:fs";
import type words from "../../views/locales/en.json";
import type consoleWords from "../../views/locales/console/en.json";
import type portalWords from "../../views/locales/portal/en.json";

/** Words of the public page, which every other room may use, too. */
export type WordKey = keyof typeof words;
export type ConsoleWordKey = WordKey | keyof typeof consoleWords;
export type PortalWordKey = WordKey | keyof typeof portalWords;
/** Folders in views/locales beside the words of the public page. */
export type WordRoom = "console" | "portal";
export type Parameters = Readonly<Record<string, string | number>>;
type Text = string | Readonly<Record<string, string>>;
type Texts = Readonly<Record<string, Text>>;

export interface Language<Key extends string = WordKey> {
  /** "en": the name of its file and its place in addresses. */
  code: string;
  /** "en-GB": how dates and numbers are written. */
  tag: string;
  /** Its own name for itself. */
  name: string;
  decimalMark: string;
  /** The text of a key; `{name}` is replaced by the parameter, `n` chooses the plural form. */
  say(key: Key, parameters?: Parameters): string;
}

export type Languages<Key extends string = WordKey> = ReadonlyMap<string, Language<Key>>;

const localesFolder = new URL("../../views/locales/", import.meta.url);

/** Every language there is a file for, by code; with the words of a room beside those of the public page. */
export function readLanguages(): Languages;
export function readLanguages(room: "console"): Languages<ConsoleWordKey>;
export function readLanguages(room: "portal"): Languages<PortalWordKey>;
export function readLanguages(room?: WordRoom): Languages<never> {
  return languagesIn(localesFolder, room);
}

/**
 * The same of another folder. A language that has words for the public page alone is one of the page; rooms that have none for it are told
 * in others.
 */
export function languagesIn(folder: URL, room?: WordRoom): Languages<never> {
  const codesIn = (place: string) =>
    readdirSync(new URL(place, folder))
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -".json".length));
  const inRoom = room === undefined ? null : new Set(codesIn(`${room}/`));
  const codes = codesIn("./").filter((code) => inRoom === null || inRoom.has(code));
  const read = (path: string) =>
    JSON.parse(readFileSync(new URL(path, folder), "utf8"), (_, value: unknown) =>
      typeof value === "string" ? withBoundSigns(value) : value,
    ) as Texts;
  return new Map(
    codes.map((code) => [
      code,
      toLanguage(code, {
        ...read(`${code}.json`),
        ...(room === undefined ? {} : read(`${room}/${code}.json`)),
      }),
    ]),
  );
}

/** Signs that stand apart from their words, as French sets them, neither begin a line nor end one. */
function withBoundSigns(text: string): string {
  return text.replace(/(?<=\S) (?=[;:!?»])|(?<=«) /g, "\u00a0");
}

function toLanguage(code: string, texts: Texts): Language<string> {
  const tag = String(texts["language.tag"]);
  const plural = new Intl.PluralRules(tag);
  const number = new Intl.NumberFormat(tag);
  const decimalMark = number.formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";
  const print = (value: string | number): string => (typeof value === "number" ? numberOf(value) : value);
  const pluralOf = remembered((n) => plural.select(n));
  const numberOf = remembered((n) => number.format(n));
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
        typeof text === "string" ? text : (text[pluralOf(Number(parameters["n"]))] ?? text["other"]!);
      return form.includes("{")
        ? form.replace(/\{(\w+)\}/g, (_, name: string) => print(parameters[name] ?? `{${name}}`))
        : form;
    },
  };
}

/** What is made of numbers, of which pages hold the same few again and again. */
function remembered(make: (n: number) => string): (n: number) => string {
  const made = new Map<number, string>();
  return (n) => {
    const known = made.get(n);
    if (known !== undefined) {
      return known;
    }
    const fresh = make(n);
    if (made.size < 1_000) {
      made.set(n, fresh);
    }
    return fresh;
  };
}
