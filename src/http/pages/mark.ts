/**
 * The mark: four upright strokes, the four nines. One is short when something is degraded, leans when it is down for some, lies when it
 * is down, is cut into pieces during maintenance, hollow when nothing is known. Drawn inline and served as the favicon.
 */
import type { ShownState } from "../../domain/status/service.ts";

const upright = '<path d="M6 4v24M13 4v24M20 4v24"/>';

const fourth: Record<ShownState, string> = {
  operational: '<path d="M27 4v24"/>',
  degraded_performance: '<path class="odd" d="M27 16v12"/>',
  partial_outage: '<path class="odd" d="M23 27l7-16"/>',
  major_outage: '<path class="odd" d="M4 30h24" transform="translate(0 -1)"/>',
  under_maintenance: '<path class="odd" d="M27 4v24" stroke-dasharray="4 4"/>',
  unknown: '<path class="odd" d="M25.5 4.75h3v22.5h-3z" stroke-width="1.5" fill="none"/>',
};

/** The mark as an element of a page; colours come from the page's style. */
export function mark(state: ShownState): string {
  const strokes = state === "major_outage" ? '<path d="M6 2v21M13 2v21M20 2v21"/>' : upright;
  return `<svg class="mark" data-state="${state}" viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="4">${strokes}${fourth[state]}</svg>`;
}

/** The mark as a file of its own, with colours for light and dark windows. */
export function markFile(state: ShownState): string {
  const style =
    "svg{color:#23262e}.odd{color:#23262e}@media(prefers-color-scheme:dark){svg{color:#eceae4}}" +
    `path{stroke:currentColor}.odd{color:${oddColours[state]};stroke:${oddColours[state]}}`;
  return mark(state)
    .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    .replace(">", `><style>${style}</style>`);
}

const oddColours: Record<ShownState, string> = {
  operational: "#23262e",
  degraded_performance: "#c9780a",
  partial_outage: "#d9480f",
  major_outage: "#d6221f",
  under_maintenance: "#3b6fd4",
  unknown: "#8b8f98",
};
