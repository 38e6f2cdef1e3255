/** Markdown that people write, as markup of pages: rendered once (documents/markdown.ts), and marked with the language it is in. */
import { markdownHtml } from "../../documents/markdown.ts";
import type { SaidWords } from "../../domain/status/translations.ts";
import { escapeHtml, type Markup } from "./markup.ts";

const kept = new Map<string, Markup>();
const keptLimit = 2_000;

/** The text as markup; the same text is rendered once. */
export function markdownMarkup(text: string): Markup {
  let markup = kept.get(text);
  if (markup === undefined) {
    markup = { html: markdownHtml(text) };
    if (kept.size >= keptLimit) {
      kept.clear();
    }
    kept.set(text, markup);
  }
  return markup;
}

/** Words for a reader, marked with their language where it is another one than the page's. */
export function saidMarkup({ text, language }: SaidWords, reader: string): Markup {
  const lang = language === reader ? "" : ` lang="${escapeHtml(language)}"`;
  return { html: `<div class="said"${lang}>${markdownMarkup(text).html}</div>` };
}
