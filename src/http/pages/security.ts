/**
 * Headers that go with every page and asset: nothing inline, nothing from elsewhere, no frames, no guessing of types.
 */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors ";

export const securityHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": `${policy}'none'`,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
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
