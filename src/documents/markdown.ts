/**
 * Markdown that people write, as HTML that can do nothing: markdown-it turns it into markup without ever passing on HTML, and sanitize-html
 * lets through only what stands in a list here. One rendering for public pages, feeds, the console and letters.
 */
import MarkdownIt, { type Token } from "markdown-it";
import sanitize from "sanitize-html";

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
  transformTags: { a: sanitize.simpleTransform("a", { rel: "nofollow noopener" }) },
};

/** The text as HTML, made anew each time. */
export function markdownHtml(text: string): string {
  const tokens = markdown.parse(text, {});
  standBelow(tokens);
  return sanitize(markdown.renderer.render(tokens, markdown.options, {}), rules).trim();
}

/** Headings of a message stand below those of the page, the largest right below them, whichever people begin with. */
function standBelow(tokens: readonly Token[]): void {
  const headings = tokens.filter(({ type }) => /^heading_(open|close)$/.test(type));
  const levelOf = ({ tag }: Token) => Number(tag.slice(1));
  const largest = Math.min(...headings.map(levelOf));
  for (const heading of headings) {
    heading.tag = `h${Math.min(6, 3 + levelOf(heading) - largest)}`;
  }
}

/** Its first paragraph as plain words, on one line: where nothing but text is shown. */
export function firstWords(text: string): string {
  const first = markdown.parse(text, {}).find(({ type }) => type === "inline");
  return (first?.children ?? [])
    .map(({ type, content }) => (/^(soft|hard)break$/.test(type) ? " " : content))
    .join("");
}
