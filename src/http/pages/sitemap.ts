/** Every page that search engines may list, each with its languages (sitemaps.org). From the list of pages to XML. */
import type { StatusBoard } from "../../domain/status/status-board.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { copiedAddresses } from "./copied-addresses.ts";
import { languagesOf } from "./site.ts";
import { escapeHtml } from "./markup.ts";

/** More than this no sitemap may hold. */
const mostPages = 50_000;

/** @param isPage whether a path is one of a page, and not of a feed or a picture */
export function sitemapOf(board: StatusBoard, address: string, isPage: (path: string) => boolean): string {
  const languages = languagesOf(board);
  const pages = copiedAddresses(board)
    .filter(({ path }) => isPage(path) && path !== "/embed" && !path.startsWith("/problems"))
    .slice(0, mostPages);
  const urls = pages.map(({ path }) => {
    const others =
      languages.length < 2
        ? []
        : languages.map(
            ({ code, tag }) =>
              `<xhtml:link rel="alternate" hreflang="${tag}" href="${escapeHtml(`${address}/${code}${path}`)}"/>`,
          );
    const changed = changedAt(path, board);
    const lastly = changed === null ? "" : `<lastmod>${isoInstant(changed)}</lastmod>`;
    return `<url><loc>${escapeHtml(`${address}${path}`)}</loc>${lastly}${others.join("")}</url>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${urls.join("")}</urlset>\n`;
}

/** When the words of a page were last changed, where it is made of words alone. */
function changedAt(path: string, board: StatusBoard): number | null {
  const [, kind, reference] = /^\/(incidents|maintenance)\/(.+)$/.exec(path) ?? [];
  if (kind === "incidents") {
    const incident = board.incidents.find((one) => one.reference === reference);
    return incident?.updates.at(-1)?.at ?? null;
  }
  const window = board.windows.find((one) => one.reference === reference);
  return window === undefined ? null : (window.updates.at(-1)?.at ?? window.announcedAt);
}
