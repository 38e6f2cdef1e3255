/**
 * Badges: a word and a figure as a small picture, for readmes and intranets. State is told by words and by the mark's fourth stroke, not
 * by colour alone; figures are truncated like everywhere else.
 */
import type { ShownState } from "../domain/status/service.ts";
import { escapeHtml } from "./pages/markup.ts";

export interface Badge {
  /** What it is of: "Sign-in". */
  label: string;
  /** What it says: "running", "99.992 %". */
  text: string;
  /** Its colour and its stroke; null: a figure without a judgement. */
  state: ShownState | null;
}

const height = 22;
const padding = 8;
/** The mean advance of a character at 11 px: text is set to the width computed from it, so every program draws the same. */
const characterWidth = 6.4;

const colours: Record<ShownState, string> = {
  operational: "#2f6f6b",
  degraded_performance: "#96590a",
  partial_outage: "#a93d0c",
  major_outage: "#b01e1b",
  under_maintenance: "#2c56b0",
  unknown: "#5f636d",
};

/** Of a figure, which says neither that all is well nor that it is not. */
const figureColour = "#3a4a5e";

/** What the fourth stroke does: it stands, is short, leans, lies, is cut, is hollow. */
const strokes: Record<ShownState, string> = {
  operational: '<path d="M15 6v10"/>',
  degraded_performance: '<path d="M15 11v5"/>',
  partial_outage: '<path d="M13.500 16l3-9"/>',
  major_outage: '<path d="M12.500 15.500h5"/>',
  under_maintenance: '<path d="M15 6v10" stroke-dasharray="2 2"/>',
  unknown: '<path d="M14.250 6.500h1.500v9h-1.500z" stroke-width="0.750"/>',
};

export function badgeSvg({ label, text, state }: Badge): string {
  const markWidth = state === null ? 0 : 16;
  const labelWidth = widthOf(label) + 2 * padding;
  const textWidth = widthOf(text) + 2 * padding + markWidth;
  const width = labelWidth + textWidth;
  const name = escapeHtml(`${label}: ${text}`);
  const mark =
    state === null
      ? ""
      : `<g transform="translate(${labelWidth + padding - 5} 0)" stroke="#fff" stroke-width="1.500" fill="none"><path d="M6 6v10M9 6v10M12 6v10"/>${strokes[state]}</g>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" aria-label="${name}">` +
    `<title>${name}</title>` +
    `<rect width="${width}" height="${height}" rx="2" fill="#23262e"/>` +
    `<path d="M${labelWidth} 0h${textWidth - 2}a2 2 0 0 1 2 2v${height - 4}a2 2 0 0 1-2 2h-${textWidth - 2}z" fill="${state === null ? figureColour : colours[state]}"/>` +
    mark +
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">` +
    textAt(padding, label) +
    textAt(labelWidth + padding + markWidth, text) +
    "</g></svg>"
  );
}

function textAt(x: number, text: string): string {
  return `<text x="${x}" y="15" textLength="${widthOf(text)}" lengthAdjust="spacingAndGlyphs">${escapeHtml(text)}</text>`;
}

function widthOf(text: string): number {
  return Math.ceil([...text].length * characterWidth);
}
