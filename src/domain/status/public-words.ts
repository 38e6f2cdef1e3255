/**
 * The words people publish: titles and messages, plain text, bounded, so that every page, feed and message can carry them whole.
 * Incidents and maintenance windows both speak through it.
 */
import { InvalidInput, type Fault } from "../errors.ts";

/** Longest title and message, in characters as a person counts them (Unicode code points). */
export const titleLimit = 150;
export const messageLimit = 5_000;

/** Faults of a title: one line, not empty. */
export function titleFaults(title: string, pointer: string): Fault[] {
  if (title.trim() === "") {
    return [{ pointer, detail: "A title is needed." }];
  }
  if (lengthOf(title) > titleLimit) {
    return [{ pointer, detail: `A title has at most ${titleLimit} characters, not ${lengthOf(title)}.` }];
  }
  if (/[\p{Cc}\u2028\u2029]/u.test(title)) {
    return [{ pointer, detail: "A title is one line without control characters." }];
  }
  return strayFaults(title, pointer);
}

/** Faults of a message: lines of plain text, not empty. */
export function messageFaults(message: string, pointer: string): Fault[] {
  return wordsFaults(message, { pointer, what: "A message", limit: messageLimit });
}

/** The same of any text of several lines, by what it is and how many characters it may have. */
export function wordsFaults(
  text: string,
  { pointer, what, limit }: { pointer: string; what: string; limit: number },
): Fault[] {
  if (text.trim() === "") {
    return [{ pointer, detail: `${what} is needed.` }];
  }
  if (lengthOf(text) > limit) {
    return [{ pointer, detail: `${what} has at most ${limit} characters, not ${lengthOf(text)}.` }];
  }
  if (/[^\P{Cc}\n\r\t]/u.test(text)) {
    return [{ pointer, detail: `${what} is plain text without control characters.` }];
  }
  return strayFaults(text, pointer);
}

/** As it is kept: no space around it, lines ended alike. */
export function tidyWords(words: string): string {
  return words.replace(/\r\n?/g, "\n").trim();
}

/** Refuses all faults at once. */
export function refuseFaults(code: string, message: string, faults: readonly Fault[]): void {
  if (faults.length > 0) {
    throw new InvalidInput(code, message, faults);
  }
}

function lengthOf(words: string): number {
  return [...words].length;
}

/** Half a surrogate pair cannot be stored, and a reordering mark can make words read as others than they are. */
function strayFaults(words: string, pointer: string): Fault[] {
  if (!words.isWellFormed()) {
    return [{ pointer, detail: "The text is not valid Unicode." }];
  }
  if (/[\u202a-\u202e\u2066-\u2069]/.test(words)) {
    return [{ pointer, detail: "Marks that reorder text (U+202A–U+202E, U+2066–U+2069) may not be used." }];
  }
  return [];
}
