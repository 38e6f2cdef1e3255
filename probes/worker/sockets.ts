/** Sockets of a Worker: opened, secured and let go of. The tables of errors are elsewhere: a socket itself tells next to nothing. */

import { connect } from "cloudflare:sockets";
import { addressVersion } from "../address.ts";
import { ProbeFailure } from "../failure.ts";
import type { AddressFamily } from "../protocol.ts";

/** Where a target stands, for a connection. */
export interface Place {
  host: string;
  port: number;
}

/**
 * Opens a connection; `opened` of the socket tells whether it did, and with `secure` whether the handshake went well and the
 * certificate is trusted for the host. The upgrade of an open socket is not used: it says it is open before its handshake.
 */
export function openSocket({ host, port }: Place, secure: boolean): Socket {
  const hostname = addressVersion(host) === 6 ? `[${host}]` : host;
  const socket = connect(
    { hostname, port },
    { secureTransport: secure ? "on" : "off", allowHalfOpen: false },
  );
  // A socket's end is told by promises that nobody may be waiting for.
  socket.closed.catch(() => {});
  socket.opened.catch(() => {});
  return socket;
}

/** Ends it, whatever state it is in. */
export function closed(socket: Socket): void {
  socket.close().catch(() => {});
}

/** An address of the other family than the check asks for is no address for it. Names never come so far (abilities.ts). */
export function demandFamily(host: string, family: AddressFamily): void {
  if (family !== "any" && `ipv${addressVersion(host)}` !== family) {
    const wanted = family === "ipv4" ? "IPv4" : "IPv6";
    throw new ProbeFailure("name_not_found", `${host} has no ${wanted} address`);
  }
}
