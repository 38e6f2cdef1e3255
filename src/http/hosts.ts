/**
 * Under which names the server answers. Where BASE_URL says what it is called, whoever asks for it by another name is led there, so that no
 * page lies in a cache or a search engine under a name that somebody else gave it, and nothing of it is read through a name that was bent
 * to its address. Between the socket and the pages.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type PagesSaid, pageAtDomain } from "../domain/status/page-access.ts";
import type { PageDefinition } from "../domain/status/page-definition.ts";
import type { PageRoutes } from "./pages/routes.ts";
import { securityHeaders } from "./pages/security.ts";
import type { ReadClient } from "./proxies.ts";

/** What a request calls the server: its own name, that of one page, or one that it does not have. */
export type CalledBy = { kind: "own" } | { kind: "page"; page: PageDefinition } | { kind: "stranger" };

export type ReadHost = (request: IncomingMessage, settings: NamedPlatform) => CalledBy;

/** What the platform is called, and its pages. */
type NamedPlatform = PagesSaid & { address: string | null };

export interface HostsDeps {
  /** Null: nobody said what it is called, so any name is its own. */
  baseUrl: string | null;
  /** Names beside it, without ports: that of the server behind a Worker. */
  otherHosts: readonly string[];
  readClient: ReadClient;
}

const own: CalledBy = { kind: "own" };
const stranger: CalledBy = { kind: "stranger" };
/** Names that are remembered: whoever makes them up gets no more than this. */
const namesKept = 1_000;

export function openHosts({ baseUrl, otherHosts, readClient }: HostsDeps): ReadHost {
  const known = new Map<string, CalledBy>();
  let knownFor: NamedPlatform | undefined;

  const judge = (host: string, settings: NamedPlatform): CalledBy => {
    const page = pageAtDomain(settings, host);
    if (page !== undefined) {
      return { kind: "page", page };
    }
    const name = nameOf(host);
    const names = [nameOfUrl(baseUrl), nameOfUrl(settings.address), ...otherHosts];
    return baseUrl === null || names.includes(name) || isLoopback(name) ? own : stranger;
  };
  const lookUp = (host: string, settings: NamedPlatform): CalledBy => {
    if (knownFor !== settings || known.size >= namesKept) {
      known.clear();
      knownFor = settings;
    }
    let found = known.get(host);
    if (found === undefined) {
      found = judge(host.toLowerCase(), settings);
      known.set(host, found);
    }
    return found;
  };

  return (request, settings) => {
    const found = lookUp(request.headers.host ?? "", settings);
    if (found.kind !== "stranger") {
      return found;
    }
    // A proxy in front may ask by a name of its own, and say by which it was asked.
    const { forwardedHost } = readClient(request);
    return forwardedHost === null ? found : lookUp(forwardedHost, settings);
  };
}

/** The pages, for those alone who call the server by a name of its own; machines may call it by its address. */
export function withHosts(
  pages: PageRoutes,
  { baseUrl, hostOf, settings }: { baseUrl: string | null; hostOf: ReadHost; settings(): NamedPlatform },
): PageRoutes {
  return {
    ...pages,
    listener(request, response, url = request.url ?? "/", next) {
      if (hostOf(request, settings()).kind === "stranger" && !isForMachines(url)) {
        turnAway(request, response, `${baseUrl ?? ""}${url.startsWith("/") ? url : "/"}`);
        return true;
      }
      return pages.listener(request, response, url, next);
    },
  };
}

/** To the same page at its own name; what is sent is not sent on (RFC 9110, 15.5.20). */
function turnAway({ method }: IncomingMessage, response: ServerResponse, address: string): void {
  const isRead = method === "GET" || method === "HEAD";
  response.writeHead(isRead ? 307 : 421, {
    ...securityHeaders,
    "Cache-Control": "no-store",
    "Content-Length": "0",
    ...(isRead ? { Location: address } : {}),
  });
  response.end();
}

/** What probes, jobs and whoever looks after a server ask for, each with a proof of its own or nothing to hide. */
export function isForMachines(url: string): boolean {
  return /^\/(healthz|readyz|metrics|check-in|schema|api\/v1)([/?]|$)/.test(url);
}

/** Without port, and without the dot that ends a whole name. */
function nameOf(host: string): string {
  return host.replace(/:\d{1,5}$/, "").replace(/\.$/, "");
}

function nameOfUrl(address: string | null): string | null {
  return address === null ? null : nameOf(new URL(address).host);
}

/** No name server leads such a name anywhere else (RFC 6761). */
function isLoopback(name: string): boolean {
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(name)
  );
}
