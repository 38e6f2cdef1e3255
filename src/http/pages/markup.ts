/**
 * Finished HTML apart from plain text, so that a sentence may hold a time or a link without a template being able to confuse the two.
 * Between the words of a language and the view models.
 */
import type { Instant } from "../../domain/time/interval.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { formatInstant, type InstantStyle } from "../format.ts";
import type { Language, WordKey } from "../language.ts";
import type { FeedReader } from "./feed-reader.ts";

/** HTML that is safe to print as it is. */
export interface Markup {
  html: string;
}

/** What every page is made for: a language, an address prefix, a zone and an instant. */
export interface PageContext {
  language: Language;
  /** "" or "/da": stands before every address of a page. */
  base: string;
  timeZone: string;
  now: Instant;
  /** Who reads a feed by a key; absent: whoever may see the page. */
  feedReader?: FeedReader;
}

/** Plain text as HTML. */
export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (char) => entities[char]!) : text;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Markup as plain text, for where no markup can stand: paragraphs and line ends become spaces. */
export function textOfMarkup({ html }: Markup): string {
  return html
    .replace(/<[^>]*>/g, " ")
    .replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return name === undefined ? String.fromCodePoint(Math.min(code, 0x10ffff)) : (named[name] ?? whole);
    })
    .replace(/\s+/g, (space) => (space.endsWith("\u00a0") ? "\u00a0" : " "))
    .replace(/ (?=[.,;:)])/g, "")
    .trim();
}

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** A text of the language whose parameters may be markup; everything else in it is escaped. */
export function sayMarkup<Key extends string = WordKey>(
  language: Language<Key>,
  key: NoInfer<Key>,
  parameters: Readonly<Record<string, string | number | Markup>> = {},
): Markup {
  const plain: Record<string, string | number> = {};
  const held = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters)) {
    if (typeof value === "object") {
      // Private-use characters stand in for markup while the words around it are escaped.
      const place = `\uE000${held.size}\uE001`;
      held.set(place, value.html);
      plain[name] = place;
    } else {
      plain[name] = value;
    }
  }
  const html = escapeHtml(language.say(key, plain));
  return { html: html.replace(/\uE000\d+\uE001/g, (place) => held.get(place) ?? "") };
}

/**
 * An instant as `<time>`: written in the platform's zone with the whole of it in the title; the page's script writes it in the reader's.
 */
export function timeMarkup(at: Instant, style: InstantStyle, { language, timeZone }: PageContext): Markup {
  const words = escapeHtml(formatInstant(at, style, timeZone, language));
  const whole = escapeHtml(formatInstant(at, "full", timeZone, language));
  return {
    html: `<time datetime="${isoInstant(at)}" data-as="${style}" title="${whole}">${words}</time>`,
  };
}

/** An instant as short as it can be said today: the time of day, day and time, or both with the year when that is another one. */
export function shortTimeMarkup(at: Instant, context: PageContext): Markup {
  return timeMarkup(at, shortStyle(at, context), context);
}

/** The same inside a sentence: some languages say a day or a time of day otherwise there, and of long ago the day is enough. */
export function spokenTimeMarkup(at: Instant, context: PageContext): Markup {
  const style = shortStyle(at, context);
  const time = timeMarkup(at, style === "dated" ? "date" : style, context);
  return style === "time"
    ? sayMarkup(context.language, "time.spoken", { time })
    : sayMarkup(context.language, "time.spokenDay", { day: time });
}

/** An instant with its day, whichever day it is. */
export function momentMarkup(at: Instant, context: PageContext): Markup {
  return timeMarkup(at, momentStyle(at, context), context);
}

function shortStyle(at: Instant, context: PageContext): "time" | "moment" | "dated" {
  const { language, timeZone, now } = context;
  const day = (instant: Instant) => formatInstant(instant, "date", timeZone, language);
  return day(at) === day(now) ? "time" : momentStyle(at, context);
}

/** A day says its year where that is another one, or could be. */
function momentStyle(at: Instant, { now }: PageContext): "moment" | "dated" {
  return Math.abs(now - at) < 300 * 86_400_000 ? "moment" : "dated";
}

/** A link to a page of ours. */
export function linkMarkup(words: string, address: string): Markup {
  return { html: `<a href="${escapeHtml(address)}">${escapeHtml(words)}</a>` };
}

/** Markup as a list in words. */
export function joinMarkup(parts: readonly Markup[], language: Language): Markup {
  const places = parts.map((_, i) => `\uE000${i}\uE001`);
  const html = escapeHtml(joinNames(places, language));
  return { html: html.replace(/\uE000(\d+)\uE001/g, (_, i: string) => parts[Number(i)]!.html) };
}

/** Names as a list in words: "Sign-in, Search and Files". */
export function joinNames(names: readonly string[], language: Language): string {
  let format = listFormats.get(language.tag);
  if (format === undefined) {
    format = new Intl.ListFormat(language.tag, { type: "conjunction" });
    listFormats.set(language.tag, format);
  }
  return format.format(names);
}

const listFormats = new Map<string, Intl.ListFormat>();
