/** Lists of letters that may be long: cut where a reader would stop, saying how many follow. */
import type { LetterBlock } from "./letter.ts";
import type { MailLanguage } from "./mail-language.ts";

/** Longer lists are for the console. */
export const mostListed = 40;

/** A heading with its entries; nothing where there are none. */
export function listOf(heading: string, entries: readonly string[], say: MailLanguage["say"]): LetterBlock[] {
  return entries.length === 0
    ? []
    : [
        { kind: "heading", text: heading },
        { kind: "list", entries: entries.slice(0, mostListed) },
        ...more(entries.length, say),
      ];
}

/** Says how many are left out of so many; nothing where none is. */
export function more(count: number, say: MailLanguage["say"]): LetterBlock[] {
  return count > mostListed ? [{ kind: "text", text: say("month.more", { n: count - mostListed }) }] : [];
}
