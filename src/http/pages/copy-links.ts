/**
 * Addresses of a page that is served from a folder: each leads, seen from the page's own place, to the file that holds what it named, so
 * that the copy works wherever it lies. What is not in the copy leads to the page itself, or nowhere where that is not known.
 */

/** Attributes that hold addresses, the style's and the scripts' included. */
const addressed = /(\s)(href|src|srcset|action|data-library|data-latest)="(\/(?!\/)[^"]*)"/g;

/**
 * The page with its addresses from the root made relative.
 *
 * @param place name of the file that the page becomes
 * @param fileOf the file that holds what an address names, without query and fragment; undefined: none does
 * @param live address of the page itself, without a slash at the end; null: not known
 */
export function relativeLinks(
  html: string,
  place: string,
  fileOf: (address: string) => string | undefined,
  live: string | null,
): string {
  return html.replace(addressed, (_, space: string, attribute: string, address: string) => {
    const end = address.search(/[?#]/);
    const [path, rest] = end === -1 ? [address, ""] : [address.slice(0, end), address.slice(end)];
    const file = fileOf(path);
    if (file !== undefined) {
      return `${space}${attribute}="${relativeTo(place, file)}${rest}"`;
    }
    return live === null ? "" : `${space}${attribute}="${live}${address}"`;
  });
}

/** `services/beacon/index.html` seen from `da/index.html`: `../services/beacon/index.html`. */
export function relativeTo(place: string, file: string): string {
  const from = place.split("/").slice(0, -1);
  const to = file.split("/");
  let shared = 0;
  while (shared < from.length && shared < to.length - 1 && from[shared] === to[shared]) {
    shared++;
  }
  return [...from.slice(shared).map(() => ".."), ...to.slice(shared)].join("/");
}
