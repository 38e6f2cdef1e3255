/**
 * The self-check of a location: addresses that nobody here owns, as the file writes them, each a target whose every answer will do. What
 * matters is that it can be reached at all.
 */
import type { HttpTarget, Target, TcpTarget } from "../../probes/protocol.ts";
import { either, text, turned } from "./scalars.ts";
import { list } from "./shapes.ts";
import { hostAndPort, httpUrl, hostPortPattern } from "./words.ts";

const what = 'an address like "https://example.com" or "tcp://192.0.2.1:53"';
const scheme = "tcp://";
const address = hostAndPort(true);

const tcp = turned<string, Target>(
  text({ what, pattern: `${scheme}${hostPortPattern}`, max: 270 }),
  (written) => {
    const value = written.slice(scheme.length);
    const reading = address.read({ value, source: value, escaped: false });
    return "wrong" in reading ? reading : { value: tcpTarget(reading.value.host, reading.value.port!) };
  },
);

const http = turned<string, Target>(httpUrl, (url) => ({ value: httpTarget(url) }));

/** A list of them; an empty one turns the self-check off. */
export const selfCheck = list(
  "a list of addresses",
  either<Target, Target>(what, http, tcp, ({ value }) => typeof value === "string" && /^https?:/.test(value)),
);

/** Any status is an answer; the body is not asked for, for the owner of the address owes us nothing. */
function httpTarget(url: string): HttpTarget {
  return {
    kind: "http",
    url,
    method: "HEAD",
    headers: {},
    expectStatus: [{ from: 100, to: 599 }],
    expectHeaders: [],
    expectText: [],
    refuseText: [],
    expectJson: [],
    maxRedirects: 0,
    maxBodyBytes: 65_536,
    verifyCertificate: true,
    keepConnection: false,
  };
}

function tcpTarget(host: string, port: number): TcpTarget {
  return { kind: "tcp", host, port };
}
