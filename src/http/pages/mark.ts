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

/**
 * An icon of the platform's own as a file; while something is not as it should be, with what the fourth stroke does in its corner, on a
 * ground that lets it be seen on any icon.
 *
 * @param icon its picture as a data: address
 */
export function markOnIcon(state: ShownState, icon: string): string {
  const corner =
    state === "operational"
      ? ""
      : `<g transform="translate(15 15)"><rect width="17" height="17" rx="4" fill="#fff"/><rect x="1" y="1" width="15" height="15" rx="3" fill="${oddColours[state]}"/><g transform="translate(.5 .5) scale(.5)" stroke="#fff" stroke-width="4.5" fill="none">${onIcon[state]}</g></g>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><image width="32" height="32" href="${icon}"/>${corner}</svg>`;
}

/** The fourth stroke alone, in the middle. */
const onIcon: Record<Exclude<ShownState, "operational">, string> = {
  degraded_performance: '<path d="M16 15v11"/>',
  partial_outage: '<path d="M12 26l7-19"/>',
  major_outage: '<path d="M5 25h22"/>',
  under_maintenance: '<path d="M16 5v22" stroke-dasharray="5 3"/>',
  unknown: '<path d="M13.500 6h5v20h-5z" stroke-width="2"/>',
};

const oddColours: Record<ShownState, string> = {
  operational: "#23262e",
  degraded_performance: "#c9780a",
  partial_outage: "#d9480f",
  major_outage: "#d6221f",
  under_maintenance: "#3b6fd4",
  unknown: "#8b8f98",
};
