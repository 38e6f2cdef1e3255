/** Which function asks which kind of check on Node: a kind is one file and one line here. */

import type { ProbeTable } from "../prober.ts";
import { checkInProbe } from "./check-in.ts";
import type { Calls } from "./check-in.ts";
import { askDns } from "./dns.ts";
import { askHttp } from "./http.ts";
import { askIcmp } from "./icmp.ts";
import { askTcp } from "./tcp.ts";
import { askTls } from "./tls.ts";
import { askWebsocket } from "./websocket.ts";

/** The table; `calls` is where whoever runs the probe notes check-ins as they come. */
export function kindsOf(calls: Calls): ProbeTable {
  return {
    http: askHttp,
    tcp: askTcp,
    tls: askTls,
    dns: askDns,
    icmp: askIcmp,
    websocket: askWebsocket,
    "check-in": checkInProbe(calls),
  };
}
