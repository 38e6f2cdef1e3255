/**
 * Headers that go with pages and files: nothing inline, nothing from elsewhere, no frames, no guessing of types.
 */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors ";

/** Of every page and file, also of those that are open to everybody. */
export const openHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": `${policy}'none'`,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
};

/**
 * The same of a room that knows who is in it: no page that opened it holds on to its window. A browser begins a process of its own for that,
 * half of the time until something is seen; a page that is the same for everybody has nothing to keep from whoever opened it.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  ...openHeaders,
  "Cross-Origin-Opener-Policy": "same-origin",
};

/** The same of what only some may see: kept by nobody between, and found by no search engine. */
export const privateHeaders: Readonly<Record<string, string>> = {
  ...securityHeaders,
  "Cache-Control": "private, no-cache",
  Vary: "Cookie, Accept-Encoding, Accept-Language",
  "X-Robots-Tag": "noindex",
};

/** The same for a page that may be shown within pages of these origins, "*": of all. */
export function framedWithin(origins: readonly string[]): Record<string, string> {
  return { "Content-Security-Policy": policy + (origins.join(" ") || "'none'") };
}
