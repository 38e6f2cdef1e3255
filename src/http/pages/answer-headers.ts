/**
 * What goes with the answers of pages and of what programs read of them: who may keep them, for how long, and from where they may be read.
 */
import { openHeaders, privateHeaders } from "./security.ts";

type Headers = Readonly<Record<string, string>>;

/** Nobody is shown an older page while a newer one is fetched: who loads it anew wants to know what is true now. */
const htmlHeaders: Headers = {
  ...openHeaders,
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "public, max-age=0, stale-if-error=86400",
  Vary: "Accept-Encoding, Accept-Language",
};

/** Read by programs wherever they run, also that there is nothing; a picture in a page of somebody else's is one of them. */
export const readAnywhere: Headers = {
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

const faceHeaders: Headers = {
  ...openHeaders,
  ...readAnywhere,
  "Cache-Control": "public, max-age=30, stale-while-revalidate=60, stale-if-error=86400",
  Vary: "Accept-Encoding, Accept-Language",
};

/** What may be asked of them from there (WHATWG Fetch, 3.3.3): reading, with any header that holds no credentials. */
export const preflightHeaders: Headers = {
  "Access-Control-Allow-Methods": "GET, HEAD",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Max-Age": "86400",
};

/** Those of a page, and of a face for programs. */
export function answerHeaders(isPrivate: boolean): { page: Headers; face: Headers } {
  return isPrivate
    ? { page: { ...privateHeaders, "Content-Type": htmlHeaders["Content-Type"]! }, face: privateHeaders }
    : { page: htmlHeaders, face: faceHeaders };
}
