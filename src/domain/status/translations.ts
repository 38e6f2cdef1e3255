/**
 * Words in several languages: written in one, and translated into some of the others. Who reads in a language that is missing gets the
 * original, marked with the language it is in.
 */
import type { Fault } from "../errors.ts";
import { tidyWords } from "./public-words.ts";

/** Texts by code of their language, the original's excepted. */
export type Translations = Readonly<Record<string, string>>;

/** Words with the language they are in. */
export interface SaidWords {
  text: string;
  language: string;
}

/** The words for a reader: in their language where there is a translation, else as they were written. */
export function wordsFor(
  reader: string,
  original: { text: string; language: string; translations: Translations },
): SaidWords {
  const translated = Object.hasOwn(original.translations, reader) ? original.translations[reader] : undefined;
  return translated === undefined || original.language === reader
    ? { text: original.text, language: original.language }
    : { text: translated, language: reader };
}

/** As they are kept: those that say nothing are left out. */
export function tidyTranslations(translations: Translations): Record<string, string> {
  return Object.fromEntries(
    Object.entries(translations)
      .map(([language, text]) => [language, tidyWords(text)] as const)
      .filter(([, text]) => text !== ""),
  );
}

/**
 * Faults of translations: of a language that the page has not, or that is the original's; and those of each text.
 *
 * @param pointer of the whole; each translation stands below it, by its language
 * @param faultsOf what a text may break by itself
 */
export function translationFaults(
  translations: Translations,
  { language, languages }: { language: string; languages: readonly string[] },
  pointer: string,
  faultsOf: (text: string, pointer: string) => Fault[],
): Fault[] {
  return Object.entries(translations).flatMap(([code, text]) => {
    const place = `${pointer}/${code}`;
    if (code === language) {
      return [{ pointer: place, detail: `"${code}" is the language it is written in.` }];
    }
    if (!languages.includes(code)) {
      return [
        { pointer: place, detail: `The page has no language "${code}"; it has ${languages.join(", ")}.` },
      ];
    }
    return text.trim() === "" ? [] : faultsOf(text, place);
  });
}
