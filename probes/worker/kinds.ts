/** Which function asks which kind of check on Workers, and which checks are turned away because a Worker would ask something else. */

import { whyNot } from "../abilities.ts";
import { ProbeFailure } from "../failure.ts";
import type { ProbeFunction, ProbeTable } from "../prober.ts";
import type { Target } from "../protocol.ts";
import { dnsProbe } from "./dns.ts";
import { httpProbe } from "./http.ts";
import { tcpProbe } from "./tcp.ts";
import { tlsProbe } from "./tls.ts";
import { websocketProbe } from "./websocket.ts";

/** The table. `resolverUrl` speaks DNS over HTTPS: for dns checks that name no resolver, and to find out why a name fails. */
export function kindsOf(resolverUrl: string): ProbeTable {
  return {
    http: able(httpProbe(resolverUrl)),
    tcp: able(tcpProbe(resolverUrl)),
    tls: able(tlsProbe(resolverUrl)),
    dns: able(dnsProbe(resolverUrl)),
    websocket: able(websocketProbe(resolverUrl)),
  };
}

/** A check that cannot be asked as it is meant says nothing of its target. */
function able<T extends Target>(ask: ProbeFunction<T>): ProbeFunction<T> {
  return async (asking) => {
    const reason = whyNot("workers", asking.target, asking.assignment.family);
    if (reason !== null) {
      throw new ProbeFailure("probe_failed", reason);
    }
    return ask(asking);
  };
}
