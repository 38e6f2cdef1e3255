/**
 * A letter: what is told by mail, in order, said once and printed twice, as plain text and as HTML, so that neither can say what the other
 * does not. Mail readers know no style sheets of ours: everything that it looks like stands in it.
 */
import { markdownHtml } from "./markdown.ts";

/** A letter, ready to go. */
export interface Letter {
  subject: string;
  text: string;
  html: string;
}

/** A piece of a letter. */
export type LetterBlock =
  | { kind: "text"; text: string }
  | { kind: "heading"; text: string }
  /** What it all comes to: a word, the figure in large type, and what it is to be compared with. */
  | { kind: "verdict"; mood: "well" | "wrong" | "open"; word: string; figure: string; note: string }
  | { kind: "rows"; rows: readonly (readonly [name: string, value: string])[] }
  /** The first column is text, all others are figures, set to the right. */
  | { kind: "table"; head: readonly string[]; rows: readonly (readonly string[])[] }
  | { kind: "list"; entries: readonly string[] }
  /** `isAside`: beside the one thing that a reader would do. */
  | { kind: "link"; text: string; address: string; isAside?: boolean }
  /** Something that is typed or compared sign by sign. */
  | { kind: "code"; text: string }
  /** What somebody said in public, in Markdown, with what stands above it: when, and what it means. */
  | { kind: "said"; above: string; markdown: string; languageTag: string };

export interface LetterContents {
  /** "da-DK". */
  languageTag: string;
  /** Whom it is from, above everything. */
  sender: string;
  /** What it is, as a title. */
  title: string;
  /** One line that mail readers show beside the subject. */
  preview: string;
  blocks: readonly LetterBlock[];
  /** Why it was sent, in small type. */
  footer: readonly string[];
  /** Where its reader may have it otherwise, below that. */
  footerLinks?: readonly { text: string; address: string }[];
}

const width = 76;

/** The letter as plain text, lines separated by "\n". */
export function letterText(letter: LetterContents): string {
  const { languageTag, sender, title, blocks, footer, footerLinks = [] } = letter;
  const told = blocks.map((block) => textOf(block, languageTag)).filter((text) => text !== "");
  const links = footerLinks.map(({ text, address }) => `${withColon(text, languageTag)} ${address}`);
  const foot = [...footer.flatMap((line) => wrapped(line)), ...links].join("\n");
  return `${[sender, ...wrapped(title), "=".repeat(Math.min(width, title.length))].join("\n")}\n\n${told.join("\n\n")}\n\n-- \n${foot}\n`;
}

/** The text with the colon of its language: in French it stands apart. */
export function withColon(text: string, languageTag: string): string {
  return `${text}${/^fr\b/.test(languageTag) ? "\u00a0" : ""}:`;
}

function textOf(block: LetterBlock, languageTag: string): string {
  switch (block.kind) {
    case "text":
      return wrapped(block.text).join("\n");
    case "heading":
      return `${block.text}\n${"-".repeat(Math.min(width, block.text.length))}`;
    case "verdict":
      return wrapped([block.word, block.figure, block.note].filter((part) => part !== "").join(" · ")).join(
        "\n",
      );
    case "rows": {
      const rows = block.rows.map(([name, value]) => [withColon(name, languageTag), value] as const);
      const longest = Math.max(0, ...rows.map(([name]) => name.length));
      return rows
        .map(([name, value]) => wrapped(`${name.padEnd(longest + 1)}${value}`, longest + 1).join("\n"))
        .join("\n");
    }
    case "table": {
      const columns = block.head.map((_, i) =>
        Math.max(...[block.head, ...block.rows].map((row) => (row[i] ?? "").length)),
      );
      const line = (row: readonly string[]) =>
        row
          .map((cell, i) => (i === 0 ? cell.padEnd(columns[i]!) : cell.padStart(columns[i]!)))
          .join("  ")
          .trimEnd();
      return [line(block.head), ...block.rows.map(line)].join("\n");
    }
    case "list":
      return block.entries.map((entry) => wrapped(`- ${entry}`, 2).join("\n")).join("\n");
    case "link":
      return `${withColon(block.text, languageTag)}\n${block.address}`;
    case "code":
      return `    ${block.text}`;
    case "said":
      return [block.above, ...block.markdown.split("\n").flatMap((line) => wrapped(line))]
        .join("\n")
        .trimEnd();
  }
}

/** Lines of at most 76 signs, where words allow it; the further ones indented. */
function wrapped(text: string, indent = 0): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ (?=\S)/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Paper and ink, and what the moods look like; the second half for readers in the dark. */
const style = `
body { margin: 0; padding: 0; background: #f4f3f0; color: #1d1c1a; }
.sheet { max-width: 38rem; margin: 0 auto; padding: 24px 16px 32px; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; }
.paper { background: #ffffff; border: 1px solid #d9d6d0; padding: 24px; }
.sender { margin: 0 0 4px; font-size: 14px; color: #5d5a54; }
.sender .logo { display: inline-block; vertical-align: middle; max-width: 100%; height: auto; margin: 0 8px 6px 0; border: 0; }
.sender .by-night { display: none; }
h1 { margin: 0 0 20px; font-size: 22px; line-height: 1.25; font-weight: 650; }
h2 { margin: 28px 0 8px; font-size: 16px; font-weight: 650; }
p { margin: 0 0 12px; }
.verdict { margin: 0 0 20px; padding: 12px 16px; border-left: 4px solid #5d5a54; background: #f4f3f0; }
.verdict b { display: block; font-size: 15px; font-weight: 650; }
.verdict .figure { display: block; font-size: 34px; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; }
.verdict .note { display: block; font-size: 14px; color: #5d5a54; }
.well { border-color: #2f6b4f; } .well b { color: #2f6b4f; }
.wrong { border-color: #a8321f; } .wrong b { color: #a8321f; }
table { border-collapse: collapse; width: 100%; margin: 0 0 16px; }
th, td { padding: 6px 0; border-top: 1px solid #e5e2dc; text-align: left; vertical-align: top; font-weight: 400; }
.rows th { width: 40%; padding-right: 12px; color: #5d5a54; }
.figures { font-size: 14px; } .figures th { font-size: inherit; color: #5d5a54; border-top: 0; vertical-align: bottom; }
.figures th + th, .figures td + td { text-align: right; padding-left: 12px; white-space: nowrap; }
ul { margin: 0 0 16px; padding-left: 20px; } li { margin: 0 0 6px; }
.button { display: inline-block; margin: 4px 0 12px; padding: 10px 18px; background: #1d1c1a; color: #ffffff; text-decoration: none; font-weight: 600; }
.aside { color: inherit; }
code { display: block; margin: 0 0 12px; padding: 8px 12px; background: #f4f3f0; font: 12px/1.6 ui-monospace, "SF Mono", Consolas, monospace; overflow-wrap: anywhere; }
.said { margin: 0 0 20px; padding-left: 14px; border-left: 3px solid #d9d6d0; overflow-wrap: anywhere; }
.said .above { margin: 0 0 4px; font-size: 14px; color: #5d5a54; }
.said h3, .said h4, .said h5, .said h6 { margin: 16px 0 6px; font-size: 15px; } .said a { color: inherit; }
.said code { display: inline; margin: 0; padding: 1px 4px; } .said pre { overflow-x: auto; } .said pre code { display: block; padding: 8px 12px; }
.footer { margin: 20px 0 0; font-size: 13px; color: #5d5a54; }
.footer p { margin: 0 0 6px; } .footer a { color: inherit; }
@media (max-width: 30rem) {
.sheet { padding: 0; } .paper { border: 0; padding: 20px 16px; } .footer { padding: 0 16px 24px; }
.stacked .rows th, .stacked .rows td { display: block; width: auto; } .stacked .rows td { border-top: 0; padding-top: 0; }
.figures tr:first-child { display: none; }
.figures tr { display: block; border-top: 1px solid #e5e2dc; padding: 6px 0; }
.figures td { display: block; border: 0; padding: 0; }
.figures td + td { padding: 0; text-align: left; white-space: normal; }
.figures td + td::before { content: attr(data-name) " "; color: #5d5a54; }
}
@media (prefers-color-scheme: dark) {
body { background: #161514; color: #eceae6; }
.paper { background: #1f1e1c; border-color: #3a3835; }
.sender, .verdict .note, .rows th, .figures th, .said .above, .footer { color: #aaa69e; }
.said { border-color: #3a3835; }
.verdict, code { background: #2a2826; }
th, td, .figures tr { border-color: #3a3835; }
.figures td + td::before { color: #aaa69e; }
.well { border-color: #6fbf97; } .well b { color: #6fbf97; }
.wrong { border-color: #f08a76; } .wrong b { color: #f08a76; }
.button { background: #eceae6; color: #161514; }
.sender .plate { background: #ffffff; padding: 6px 8px; }
.sender .by-day { display: none; } .sender .by-night { display: inline-block; }
}`;

/** The letter as a whole HTML document that asks for nothing from anywhere. */
export function letterHtml(letter: LetterContents): string {
  const { languageTag, sender, title, preview, blocks, footer, footerLinks = [] } = letter;
  return `<!doctype html>
<html lang="${escaped(languageTag)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(title)}</title>
<style>${style}
</style>
</head>
<body>
<div style="display:none;max-height:0;overflow:hidden">${escaped(preview)}</div>
<div class="sheet stacked">
<div class="paper">
<p class="sender">${escaped(sender)}</p>
<h1>${escaped(title)}</h1>
${blocks.map((block) => htmlOf(block, languageTag)).join("\n")}
</div>
<div class="footer">
${footer.map((line) => `<p>${escaped(line)}</p>`).join("\n")}${linksHtml(footerLinks)}
</div>
</div>
</body>
</html>
`;
}

/** A letter's HTML in which whom it is from is told otherwise. @param tell from the name as it stands there, in HTML */
export function withSender(html: string, tell: (name: string) => string): string {
  return html.replace(/(?<=<p class="sender">)[^<]*(?=<\/p>)/, tell);
}

function linksHtml(links: readonly { text: string; address: string }[]): string {
  const told = links.map(({ text, address }) => `<a href="${escaped(address)}">${escaped(text)}</a>`);
  return told.length === 0 ? "" : `\n<p>${told.join(" · ")}</p>`;
}

function htmlOf(block: LetterBlock, languageTag: string): string {
  switch (block.kind) {
    case "text":
      return `<p>${escaped(block.text)}</p>`;
    case "heading":
      return `<h2>${escaped(block.text)}</h2>`;
    case "verdict":
      return `<p class="verdict ${block.mood}"><b>${escaped(block.word)}</b><span class="figure">${escaped(block.figure)}</span><span class="note">${escaped(block.note)}</span></p>`;
    case "rows":
      return `<table class="rows">\n${block.rows
        .map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
        .join("\n")}\n</table>`;
    case "table": {
      const head = block.head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("");
      // On a phone each row stands alone, and its figures say what they are.
      const cell = (text: string, i: number) =>
        `<td data-name="${escaped(withColon(block.head[i] ?? "", languageTag))}">${escaped(text)}</td>`;
      const rows = block.rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`);
      return `<table class="figures">\n<tr>${head}</tr>\n${rows.join("\n")}\n</table>`;
    }
    case "list":
      return `<ul>\n${block.entries.map((entry) => `<li>${escaped(entry)}</li>`).join("\n")}\n</ul>`;
    case "link":
      return `<p><a class="${block.isAside === true ? "aside" : "button"}" href="${escaped(block.address)}">${escaped(block.text)}</a></p>`;
    case "code":
      return `<code>${escaped(block.text)}</code>`;
    case "said":
      return `<div class="said"><p class="above">${escaped(block.above)}</p>\n<div lang="${escaped(block.languageTag)}">${markdownHtml(block.markdown)}</div></div>`;
  }
}

const signs: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => signs[sign]!);
}
