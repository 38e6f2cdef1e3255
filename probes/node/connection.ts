/**
 * Opens one connection for an asking and notes how long each part took: name lookup, connect, TLS. Plain net and tls, because
 * a check opens a connection each time and everything in between costs. Used by http, tcp, tls and websocket.
 */

import { Socket, connect as connectTcp, isIP } from "node:net";
import { connect as connectTls, createSecureContext } from "node:tls";
import type { SecureContext, TLSSocket } from "node:tls";
import type { AddressFamily, Timings } from "../protocol.ts";
import { lookupOf, noAddress } from "./lookup.ts";

export interface ConnectionTarget {
  /** Name or address, without brackets. */
  host: string;
  port: number;
  family: AddressFamily;
  tls?: { serverName: string; verify: boolean };
}

/** Opens it and calls back once, with the socket or the error. Phases are added to `timings` as they end. */
export function openConnection(
  target: ConnectionTarget,
  timings: Timings,
  elapsed: () => number,
  done: (error: Error | null, socket: Socket) => void,
): Socket {
  const { host, port, family } = target;
  const version = isIP(host);
  const literal = version !== 0;
  let since = elapsed();
  let settled = false;
  const basic = {
    host,
    port,
    noDelay: true,
    lookup: lookupOf(family),
    family: family === "ipv4" ? 4 : family === "ipv6" ? 6 : 0,
    autoSelectFamily: family === "any" && !literal,
  };
  const socket =
    literal && family !== "any" && family !== `ipv${version}`
      ? new Socket().destroy(noAddress(host, family))
      : target.tls === undefined
        ? connectTcp(basic)
        : startTls(basic, target.tls);
  if (!literal) {
    socket.once("lookup", () => {
      timings.lookup = -since + (since = elapsed());
    });
  }
  socket.once("connect", () => {
    timings.connect = -since + (since = elapsed());
    if (target.tls === undefined) {
      settled = true;
      done(null, socket);
    }
  });
  if (target.tls !== undefined) {
    socket.once("secureConnect", () => {
      timings.tls = elapsed() - since;
      settled = true;
      done(null, socket);
    });
  }
  // Stays for as long as the socket lives: a late error of a socket that is let go of must not end the process.
  socket.on("error", (error) => {
    if (!settled) {
      settled = true;
      done(error, socket);
    }
  });
  socket.once("close", () => {
    if (!settled) {
      settled = true;
      done(Object.assign(new Error("connection closed"), { code: "UND_ERR_SOCKET" }), socket);
    }
  });
  return socket;
}

function startTls(basic: object, { serverName, verify }: { serverName: string; verify: boolean }): TLSSocket {
  return connectTls({
    ...basic,
    secureContext: sharedContext(),
    rejectUnauthorized: verify,
    ALPNProtocols: ["http/1.1"],
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
  });
}

let context: SecureContext | undefined;

/** One for all: building it anew for each connection would load the list of trusted issuers each time. */
function sharedContext(): SecureContext {
  return (context ??= createSecureContext());
}
