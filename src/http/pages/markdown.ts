/**
 * Markdown that people write, as HTML that can do nothing: markdown-it turns it into markup without ever passing on HTML, and sanitize-html
 * lets through only what stands in a list here. One rendering for public pages, feeds and the console.
 */
import MarkdownIt from "markdown-it";
import sanitize from "sanitize-html";
import type { SaidWords } from "../../domain/status/translations.ts";
import { escapeHtml, type Markup } from "./markup.ts";

/** Line breaks are kept as they were typed; pictures would be fetched from elsewhere, so there are none. */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true }).disable("image");
// Only what says its scheme is a link: "node.js" is none.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

const rules: sanitize.IOptions = {
  allowedTags: [
    ...["p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"],
    ...["h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"],
  ],
  allowedAttributes: { a: ["href", "rel"], ol: ["start"] },
  allowedSchemes: ["http", "https", "mailto"],
  allowProtocolRelative: false,
  // Headings of a message stand below those of the page.
  transformTags: {
    h1: "h3",
    h2: "h4",
    h3: "h5",
    h4: "h6",
    h5: "h6",
    a: sanitize.simpleTransform("a", { rel: "nofollow noopener" }),
  },
};

const kept = new Map<string, Markup>();
const keptLimit = 2_000;

/** The text as markup; the same text is rendered once. */
export function markdownMarkup(text: string): Markup {
  let markup = kept.get(text);
  if (markup === undefined) {
    markup = { html: sanitize(markdown.render(text), rules).trim() };
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
