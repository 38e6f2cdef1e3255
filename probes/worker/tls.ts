/**
 * Asks for a TLS handshake: whether the runtime trusts the certificate for the name. The certificate itself is never shown to a
 * Worker, so that a check that counts days is refused (abilities.ts).
 */

import { ok } from "../expectations.ts";
import type { ProbeFunction } from "../prober.ts";
import type { TlsTarget } from "../protocol.ts";
import { closed, demandFamily, openSocket } from "./sockets.ts";
import { failureOfSocket } from "./troubles.ts";

/** Probe function of the kind `tls`. Lookup, connection and handshake come as one, so that only the total is known. */
export function tlsProbe(resolverUrl: string): ProbeFunction<TlsTarget> {
  return async (asking) => {
    const { target, assignment } = asking;
    demandFamily(target.host, assignment.family);
    const socket = openSocket(target, true);
    asking.cancel = () => closed(socket);
    try {
      await socket.opened;
      return ok;
    } catch {
      throw await failureOfSocket(target, true, asking, resolverUrl);
    } finally {
      closed(socket);
    }
  };
}
