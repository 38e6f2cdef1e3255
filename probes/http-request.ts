/**
 * What exactly is sent for a target, and what after a redirect: method, path and headers, and where the credentials end. The same
 * for every platform that asks over HTTP.
 */

import { ProbeFailure } from "./failure.ts";
import { judgesBody } from "./expectations.ts";
import type { HttpTarget } from "./protocol.ts";

/** Up to this size a body is read to its end though nobody judges it: whether it arrives whole is worth knowing. */
export const smallBodyBytes = 16_384;

export interface HttpRequest {
  /** Scheme, host and port, as undici's client wants it. */
  origin: string;
  url: URL;
  host: string;
  port: number;
  secure: boolean;
  path: string;
  method: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** The first request of an asking. Refuses what is not http or https. */
export function firstRequest(target: HttpTarget): HttpRequest {
  const headers: Record<string, string> = {
    "user-agent": "Fournines-Probe/1",
    accept: "*/*",
    ...(judgesBody(target) ? { "accept-encoding": "gzip, deflate, br" } : {}),
  };
  const url = parse(target.url, undefined);
  if (url.username !== "" || url.password !== "") {
    headers.authorization = basic(decodeURIComponent(url.username), decodeURIComponent(url.password));
  }
  if (target.basicAuth !== undefined) {
    headers.authorization = basic(target.basicAuth.username, target.basicAuth.password);
  }
  if (target.bearerToken !== undefined) {
    headers.authorization = `Bearer ${target.bearerToken}`;
  }
  for (const [name, value] of Object.entries(target.headers)) {
    headers[name.toLowerCase()] = value;
  }
  return assemble(url, target.method.toUpperCase(), headers, target.body);
}

/**
 * The request after a redirect (RFC 9110, 15.4). To another origin only harmless headers go along: what was configured may be a
 * secret of the first.
 */
export function redirected(
  before: HttpRequest,
  status: number,
  location: string,
  configured: Record<string, string>,
): HttpRequest {
  const url = parse(location, before.url);
  let { method, body } = before;
  const headers = { ...before.headers };
  const becomesGet =
    (status === 303 && method !== "HEAD") || ((status === 301 || status === 302) && method === "POST");
  if (becomesGet) {
    method = "GET";
    body = undefined;
    delete headers["content-type"];
    delete headers["content-length"];
  }
  if (url.origin !== before.url.origin) {
    for (const name of ["authorization", "cookie", "host", ...Object.keys(configured)]) {
      if (!harmless.has(name.toLowerCase())) {
        delete headers[name.toLowerCase()];
      }
    }
  }
  return assemble(url, method, headers, body);
}

/** Whether an answer sends the asker on (RFC 9110, 15.4), when it also says where to. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

const harmless = new Set(["accept", "accept-language", "accept-encoding", "user-agent", "content-type"]);

function assemble(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
): HttpRequest {
  const secure = url.protocol === "https:";
  return {
    origin: url.origin,
    url,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    secure,
    path: url.pathname + url.search,
    method,
    headers,
    body,
  };
}

function parse(text: string, base: URL | undefined): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) {
    throw base === undefined
      ? new ProbeFailure("probe_failed", `${text} is not a URL`)
      : new ProbeFailure("bad_redirect", "redirected to something that is not a URL");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    const detail = `redirected to ${url.protocol}, only http and https are followed`;
    throw base === undefined
      ? new ProbeFailure("probe_failed", `cannot ask ${url.protocol} over HTTP`)
      : new ProbeFailure("bad_redirect", detail);
  }
  return url;
}

function basic(username: string, password: string): string {
  return `Basic ${new TextEncoder().encode(`${username}:${password}`).toBase64()}`;
}
