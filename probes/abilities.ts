/**
 * What a probe can ask, by what runs it: the kinds it registers with, and the options of a check that it could only pass over in
 * silence. The server refuses such a check with the reason; a probe that is asked all the same says that it could not ask.
 */

import { addressVersion } from "./address.ts";
import type { AddressFamily, CheckKind, HttpTarget, ProbeEngine, Target } from "./protocol.ts";

/** The kinds a probe on an engine can ask at all. Only a server hears the jobs that call it. */
export const kindsOfEngine: Readonly<Record<ProbeEngine, readonly CheckKind[]>> = {
  server: ["http", "tcp", "tls", "dns", "icmp", "websocket", "check-in"],
  node: ["http", "tcp", "tls", "dns", "icmp", "websocket"],
  workers: ["http", "tcp", "tls", "dns", "websocket"],
};

/** Why a probe on an engine cannot ask a target exactly as it is meant, in words for whoever wrote the check; null = it can. */
export function whyNot(engine: ProbeEngine, target: Target, family: AddressFamily): string | null {
  if (!kindsOfEngine[engine].includes(target.kind)) {
    return `a probe on ${engineNames[engine]} cannot ask ${target.kind} checks`;
  }
  return engine === "workers" ? whyNotOnWorkers(target, family) : null;
}

const engineNames: Readonly<Record<ProbeEngine, string>> = {
  server: "the server",
  node: "Node",
  workers: "Workers",
};

function whyNotOnWorkers(target: Target, family: AddressFamily): string | null {
  const host = hostOf(target);
  if (family !== "any" && host !== null && addressVersion(host) === 0) {
    return `a Worker cannot choose between IPv4 and IPv6 for the name ${host}`;
  }
  switch (target.kind) {
    case "http":
      return whyNotHttp(target);
    case "websocket":
      return target.url.startsWith("wss:") && !target.verifyCertificate ? untrusted : null;
    case "tcp":
      return target.port === 25 ? "a Worker may not connect to port 25" : null;
    case "tls":
      if (target.minDays > 0 || target.warnDays > 0) {
        return "a Worker does not see how many days a certificate has left (min_days and warn_days would have to be 0)";
      }
      if (target.serverName !== target.host) {
        return "a Worker asks for the certificate of the host alone, not of another server_name";
      }
      return target.verifyChain ? null : untrusted;
    default:
      return null;
  }
}

const untrusted = "a Worker cannot accept a certificate that is not trusted";

function whyNotHttp({ url, method, body, headers, verifyCertificate }: HttpTarget): string | null {
  if (url.startsWith("https:") && !verifyCertificate) {
    return untrusted;
  }
  const verb = method.toUpperCase();
  if (verb === "CONNECT" || verb === "TRACE" || verb === "TRACK") {
    return `a Worker may not send ${verb}`;
  }
  if (body !== undefined && (verb === "GET" || verb === "HEAD")) {
    return `a Worker may not send a body with ${verb}`;
  }
  const fixed = Object.keys(headers).find((name) => name.toLowerCase() === "host");
  return fixed === undefined ? null : "a Worker cannot send a Host header of its own choice";
}

/** The host a connection would be opened to; null where none is, or where the runtime's own resolver is asked. */
function hostOf(target: Target): string | null {
  switch (target.kind) {
    case "http":
    case "websocket":
      return URL.parse(target.url)?.hostname.replace(/^\[|\]$/g, "") ?? null;
    case "dns":
      return target.resolver?.host ?? null;
    case "check-in":
      return null;
    default:
      return target.host;
  }
}
