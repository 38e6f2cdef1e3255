/**
 * Bytes that somebody else sent us, to be saved and never shown: whatever they claim to be, no browser runs or draws them here.
 */
import { privateHeaders } from "./pages/security.ts";

/** @param name as its sender calls it */
export function attachmentHeaders(name: string): Record<string, string> {
  const plain = name.replace(/[^\w.-]/g, "_");
  // RFC 8187: what it is called in any script, beside what old programs can read.
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return {
    ...privateHeaders,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Content-Type": "application/octet-stream",
    "Content-Disposition": `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
  };
}
