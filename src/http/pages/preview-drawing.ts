/**
 * The picture of a page for chats, 1200 by 630: whose it is, what it says in large words, its last days as bars. SVG made of the same shapes
 * as the page, in the embedded type, with nothing in it that moves by itself: the same words and days are the same drawing.
 */
import { faceName, widthOfText, type Weight } from "../../documents/type-face.ts";
import type { ShownState } from "../../domain/status/service.ts";
import { type BarKind, kindShapes, pitch } from "./bars.ts";
import { mark } from "./mark.ts";
import { escapeHtml } from "./markup.ts";
import type { Preview } from "./preview.ts";

export const pictureSize = { width: 1200, height: 630 };

/** Whose page it is. */
export interface PreviewOwner {
  platform: string;
  /** A logo for light pages; null: the mark. */
  logo: { data: string; width: number; height: number; withName: boolean } | null;
}

const margin = 80;
const content = pictureSize.width - 2 * margin;
/** Largest first; the last takes what no other could. */
const headlineSizes = [76, 64, 54];
const headlineLines = 3;
const summarySize = 30;

const paper = "#fbfaf7";
const ink = "#1e2129";
const soft = "#565a64";
const rule = "#dedbd5";

const stateColours: Record<ShownState, string> = {
  operational: ink,
  degraded_performance: "#a86500",
  partial_outage: "#c04800",
  major_outage: "#c40f18",
  under_maintenance: "#3564b0",
  unknown: "#7b7f88",
};

const bar: Partial<Record<BarKind, string>> = {
  up: 'fill="none" stroke="#65918e" stroke-width="28" stroke-dasharray="5 2"',
  before: 'fill="none" stroke="#7b7f88" stroke-width="2" stroke-dasharray="5 2"',
  rest: 'fill="#65918e"',
  degraded: 'fill="#b9770e"',
  dented: 'fill="#c40f18"',
  down: 'fill="#c40f18"',
  maintenance: 'stroke="#3564b0" stroke-width="5" stroke-dasharray="4 2"',
  part: 'fill="#7b7f88"',
  hollow: 'fill="#7b7f88" fill-rule="evenodd"',
};

/** The drawing. */
export function drawPreview(preview: Preview, owner: PreviewOwner): string {
  const { state, headline, summary, days, span } = preview;
  const headlineAt = (size: number) => wrapped(headline, "strong", size, content);
  const hasDays = days.length > 0;
  const size = headlineSizes.find((one) => headlineAt(one).length <= 2) ?? headlineSizes.at(-1)!;
  const lines = balanced(headlineAt(size), (width) => wrapped(headline, "strong", size, width));
  const told = clipped(
    wrapped(summary, "text", summarySize, content),
    hasDays ? 4 - lines.length : 4,
    ...(["text", summarySize] as const),
  );
  const top = 190 + size * 0.74;
  const below = top + (lines.length - 1) * size * 1.14 + 58;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pictureSize.width}" height="${pictureSize.height}" font-family="${faceName}">`,
    `<rect width="100%" height="100%" fill="${paper}"/>`,
    `<rect width="100%" height="12" fill="${stateColours[state]}"/>`,
    ownerAt(owner, state),
    ...lines.map((line, i) =>
      textAt(line, {
        x: margin,
        y: top + i * size * 1.14,
        size,
        weight: "strong",
        fill: ink,
        spacing: -size * 0.02,
      }),
    ),
    ...told.map((line, i) =>
      textAt(line, { x: margin, y: below + i * 42, size: summarySize, weight: "text", fill: soft }),
    ),
    ...(hasDays ? [stripOf(preview), ...spanOf(span)] : []),
    "</svg>",
  ].join("");
}

function ownerAt({ platform, logo }: PreviewOwner, state: ShownState): string {
  const [y, high] = [62, 64];
  const wide = logo === null ? high : Math.min(520, (logo.width / logo.height) * high);
  const sign =
    logo === null
      ? markAt(state, margin, y, high)
      : `<image x="${margin}" y="${y}" width="${wide}" height="${high}" preserveAspectRatio="xMinYMid" href="${logo.data}"/>`;
  const withName = logo === null || logo.withName;
  const [name = ""] = clipped(wrapped(platform, "strong", 34, content - wide - 200), 1, "strong", 34);
  return [
    sign,
    ...(withName
      ? [textAt(name, { x: margin + wide + 22, y: y + 44, size: 34, weight: "strong", fill: ink })]
      : []),
    // The mark stands where the eye ends, so that a logo never takes the place of the state.
    ...(logo === null ? [] : [markAt(state, pictureSize.width - margin - high, y, high)]),
  ].join("");
}

function markAt(state: ShownState, x: number, y: number, side: number): string {
  return mark(state)
    .replace("<svg ", `<svg x="${x}" y="${y}" width="${side}" height="${side}" color="${ink}" `)
    .replaceAll('class="odd"', `stroke="${stateColours[state]}"`);
}

/** The strip fills the width; the shapes are those of the page. */
function stripOf({ days }: Preview): string {
  const across = content / (days.length * pitch - 2);
  const shapes = kindShapes(days).map(({ kind, path }) => `<path ${bar[kind] ?? ""} d="${path}"/>`);
  return `<g transform="translate(${margin} 462) scale(${across.toFixed(4)} 2.6)">${shapes.join("")}</g>`;
}

function spanOf({ from, to }: Preview["span"]): string[] {
  const style = { y: 578, size: 24, weight: "text" as const, fill: soft };
  return [
    `<path d="M${margin} 545h${content}" stroke="${rule}" stroke-width="2"/>`,
    textAt(from, { x: margin, ...style }),
    textAt(to, { x: pictureSize.width - margin, anchor: "end", ...style }),
  ];
}

interface TextPlace {
  x: number;
  y: number;
  size: number;
  weight: Weight;
  fill: string;
  spacing?: number;
  anchor?: "end";
}

function textAt(text: string, { x, y, size, weight, fill, spacing, anchor }: TextPlace): string {
  const more = [
    weight === "strong" ? ' font-weight="600"' : "",
    spacing === undefined ? "" : ` letter-spacing="${spacing.toFixed(2)}"`,
    anchor === undefined ? "" : ` text-anchor="${anchor}"`,
  ].join("");
  return `<text x="${x}" y="${Math.round(y)}" font-size="${size}" fill="${fill}"${more}>${escapeHtml(text)}</text>`;
}

/** Lines that fit a width; a word that is wider than that is broken. */
function wrapped(text: string, weight: Weight, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => broken(one, weight, size, width))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && widthOfText(longer, weight, size) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === "" ? lines : [...lines, line];
}

function broken(word: string, weight: Weight, size: number, width: number): string[] {
  const parts: string[] = [];
  let rest = [...word];
  while (rest.length > 1 && widthOfText(rest.join(""), weight, size) > width) {
    let taken = Math.max(1, Math.floor((rest.length * width) / widthOfText(rest.join(""), weight, size)));
    while (taken > 1 && widthOfText(rest.slice(0, taken).join(""), weight, size) > width) {
      taken--;
    }
    parts.push(rest.slice(0, taken).join(""));
    rest = rest.slice(taken);
  }
  return [...parts, rest.join("")];
}

/** As many lines of about one length; of more than a headline may have, the first. */
function balanced(lines: readonly string[], wrapAt: (width: number) => string[]): string[] {
  if (lines.length > headlineLines) {
    return clipped(lines, headlineLines, "strong", headlineSizes.at(-1)!);
  }
  let best = [...lines];
  for (let width = content - 20; width > content / 2; width -= 20) {
    const narrower = wrapAt(width);
    if (narrower.length > lines.length) {
      break;
    }
    best = narrower;
  }
  return best;
}

/** So many lines; the last of them says that there were more, within the same width. */
function clipped(lines: readonly string[], most: number, weight: Weight, size: number): string[] {
  if (lines.length <= most) {
    return [...lines];
  }
  let last = lines[most - 1]!.replace(/[\s,;:.]+$/, "");
  while (widthOfText(`${last} …`, weight, size) > content) {
    last = last.includes(" ") ? last.replace(/\s\S*$/, "") : last.slice(0, -1);
  }
  return [...lines.slice(0, most - 1), `${last} …`];
}
