/**
 * What a page of the copy says of itself: that it is one, and of which instant. It is true without scripts; scripts, and the Worker that
 * serves the copy when the server does not answer, add how old that is (views/assets/copy.js, probes/worker/copied-page.ts).
 */
import type { Instant } from "../../domain/time/interval.ts";
import { linkMarkup, sayMarkup, timeMarkup, type PageContext } from "./markup.ts";

/** Says of which instant the latest copy is, for pages that stayed the same since an earlier one. */
export const copiedAtName = "copied.json";

/**
 * The banner as HTML.
 *
 * @param at nothing that happened later is on the page
 * @param live address of the page itself; null: not known
 */
export function copyBanner(at: Instant, live: string | null, context: PageContext): string {
  const { language, timeZone } = context;
  const made = sayMarkup(language, "copy.made", {
    at: { html: `${copiedAt(at, context)}<span class="age" hidden></span>` },
  });
  const since =
    live === null
      ? ""
      : ` <span class="live">${sayMarkup(language, "copy.live", { page: linkMarkup(language.say("copy.page"), live) }).html}</span>`;
  const away = `<span class="away" hidden>${sayMarkup(language, "copy.away").html} </span>`;
  return (
    `<p class="warning copy" id="copy" data-lang="${language.tag}" data-zone="${timeZone}" data-latest="/${copiedAtName}">` +
    `${away}${made.html}${since}</p>`
  );
}

/** The instant, as the banner says it. */
export function copiedAt(at: Instant, context: PageContext): string {
  return timeMarkup(at, "full", context).html;
}

/** Where a page itself is, for whoever reads a copy of it; null: not known. `path`: null: it has no address of its own. */
export function liveAddress(
  address: string | null,
  path: string | null,
  { base }: Pick<PageContext, "base">,
): string | null {
  return address === null ? null : `${address}${path === null ? "/" : `${base}${path}`}`;
}
