/**
 * What a probe must say of every misbehaviour of the misbehaving server: one table, whatever platform the probe runs on. The
 * runners stand beside it.
 */

import type {
  AddressFamily,
  FailureReason,
  HttpTarget,
  Outcome,
  Phase,
  Target,
} from "../../probes/protocol.ts";
import type { MisbehavingServer } from "../support/misbehaving-server.ts";

export interface ProbeCase {
  title: string;
  target: Target;
  timeoutMs?: number;
  slowAboveMs?: number;
  family?: AddressFamily;
  outcome: Outcome;
  reason?: FailureReason;
  detail?: RegExp;
  /** Phases that must have been told; all others must be missing. */
  phases?: Phase[];
}

/** An http target with nothing special about it. */
export function httpTarget(url: string, more: Partial<HttpTarget> = {}): HttpTarget {
  return {
    kind: "http",
    url,
    method: "GET",
    headers: {},
    expectStatus: [{ from: 200, to: 299 }],
    expectHeaders: [],
    expectText: [],
    refuseText: [],
    expectJson: [],
    maxRedirects: 5,
    maxBodyBytes: 100_000,
    verifyCertificate: true,
    keepConnection: false,
    ...more,
  };
}

/** A deadline short enough for a suite; misbehaviour that never ends is met with it. */
const short = { timeoutMs: 250 };

const fails = (reason: FailureReason, detail?: RegExp) => ({
  outcome: "fail" as const,
  reason,
  ...(detail === undefined ? {} : { detail }),
});
const good = { outcome: "ok" as const };

export function casesFor(server: MisbehavingServer): ProbeCase[] {
  return [
    ...httpCases(server),
    ...bodyCases(server),
    ...redirectCases(server),
    ...certificateCases(server),
    ...tcpCases(server),
    ...dnsCases(server),
    ...websocketCases(server),
  ];
}

function httpCases({ http, ports }: MisbehavingServer): ProbeCase[] {
  const at = (path: string, more?: Partial<HttpTarget>) => httpTarget(http + path, more);
  return [
    {
      title: "an answer as expected is ok",
      target: at("/ok"),
      ...good,
      phases: ["connect", "firstByte", "total"],
    },
    {
      title: "a name is looked up first",
      target: httpTarget(`http://localhost:${new URL(http).port}/ok`),
      ...good,
      phases: ["lookup", "connect", "firstByte", "total"],
    },
    {
      title: "an answer above the threshold is slow",
      target: at("/slow?ms=80"),
      slowAboveMs: 50,
      outcome: "slow",
    },
    { title: "an answer below the threshold is ok", target: at("/ok"), slowAboveMs: 2_000, ...good },
    {
      title: "no answer in time is a timeout",
      target: at("/silent"),
      ...short,
      ...fails("timeout", /after connecting/),
    },
    { title: "a head that drips is a timeout", target: at("/drip-head"), ...short, ...fails("timeout") },
    {
      title: "a body that drips is a timeout",
      target: at("/drip-body"),
      ...short,
      ...fails("timeout", /reading/),
    },
    { title: "a reset instead of an answer", target: at("/reset"), ...fails("connection_reset") },
    { title: "a connection closed without an answer", target: at("/hang-up"), ...fails("connection_closed") },
    {
      title: "a connection closed within the head",
      target: at("/half-closed"),
      ...fails("connection_closed"),
    },
    { title: "a connection closed within the body", target: at("/cut-body"), ...fails("connection_closed") },
    { title: "an answer that is not HTTP", target: at("/invalid"), ...fails("protocol_error") },
    { title: "a head of endless length", target: at("/huge-head"), ...fails("protocol_error") },
    {
      title: "nobody listens",
      target: httpTarget(`http://127.0.0.1:${ports.closed}/`),
      ...fails("connection_refused"),
      phases: ["total"],
    },
    {
      title: "a service that does not speak HTTP",
      target: httpTarget(`http://127.0.0.1:${ports.dialogue}/`),
      ...fails("protocol_error"),
    },
    { title: "a name that cannot be", target: httpTarget("http://no-such-name.invalid/"), outcome: "fail" },
    {
      title: "no address of the wanted family",
      target: httpTarget(`http://127.0.0.1:${new URL(http).port}/ok`),
      family: "ipv6",
      ...fails("name_not_found", /IPv6/),
    },
    {
      title: "the wanted family is used",
      target: httpTarget(`http://localhost:${new URL(http).port}/ok`),
      family: "ipv4",
      ...good,
    },
    {
      title: "a status that was not expected",
      target: at("/status?code=503"),
      ...fails("unexpected_status", /503.*200–299/),
    },
    {
      title: "a status that was expected",
      target: at("/status?code=404", { expectStatus: [{ from: 404, to: 404 }] }),
      ...good,
    },
    { title: "an answer without a body", target: at("/status?code=204"), ...good },
    { title: "a head only", target: at("/ok", { method: "HEAD" }), ...good },
    {
      title: "a header as expected",
      target: at("/ok", { expectHeaders: [{ name: "X-Beacon", matches: "^lit$" }] }),
      ...good,
    },
    {
      title: "a header that says something else",
      target: at("/ok", { expectHeaders: [{ name: "X-Beacon", matches: "^dark$" }] }),
      ...fails("unexpected_header", /X-Beacon/),
    },
    {
      title: "a header that is missing",
      target: at("/ok", { expectHeaders: [{ name: "X-Other", matches: "." }] }),
      ...fails("unexpected_header", /missing/),
    },
    {
      title: "a body that is sent",
      target: at("/echo", { method: "POST", body: "héllo", expectText: ["POST <héllo>"] }),
      ...good,
    },
    {
      title: "basic credentials",
      target: at("/show-credentials", {
        basicAuth: { username: "acme", password: "s:é" },
        expectText: ["Basic YWNtZTpzOsOp"],
      }),
      ...good,
    },
    {
      title: "a bearer token",
      target: at("/show-credentials", { bearerToken: "t0ken", expectText: ["Bearer t0ken"] }),
      ...good,
    },
  ];
}

function bodyCases({ http }: MisbehavingServer): ProbeCase[] {
  const at = (path: string, more?: Partial<HttpTarget>) => httpTarget(http + path, more);
  const text = { expectText: ["Beacon is well", "Osaka. "] };
  return [
    { title: "a text that is there", target: at("/ok", text), ...good },
    {
      title: "a text that is not there",
      target: at("/ok", { expectText: ["Oslo"] }),
      ...fails("unexpected_body", /Oslo/),
    },
    {
      title: "a text that must not be there",
      target: at("/ok", { refuseText: ["quiet"] }),
      ...fails("unexpected_body", /quiet/),
    },
    { title: "a body packed with gzip", target: at("/gzip", text), ...good },
    { title: "a body packed with deflate", target: at("/deflate", text), ...good },
    { title: "a body packed with raw deflate", target: at("/raw-deflate", text), ...good },
    { title: "a body packed with brotli", target: at("/br", text), ...good },
    {
      title: "a body that is not packed as it says",
      target: at("/not-gzip", text),
      ...fails("protocol_error", /gzip/),
    },
    {
      title: "a small body that unpacks to a huge one",
      target: at("/bomb", text),
      ...fails("body_too_large"),
    },
    { title: "a body without end that nobody judges", target: at("/endless"), ...good },
    {
      title: "a body without end, the text at its start",
      target: at("/endless", { expectText: ["still more"] }),
      ...good,
    },
    {
      title: "a body without end, the text not at its start",
      target: at("/endless", { expectText: ["the end"] }),
      ...fails("body_too_large", /100000 bytes/),
    },
    {
      title: "a JSON body without end",
      target: at("/endless", { expectJson: [{ path: "$.a", exists: true }] }),
      ...fails("body_too_large"),
    },
    {
      title: "JSON as expected",
      target: at("/json", {
        expectJson: [
          { path: "$.state", equals: "green" },
          { path: "$.parts[?@.name == 'db'].up", equals: true },
          { path: "$.queue", matches: "^[0-9]$" },
          { path: "$.absent", exists: false },
        ],
      }),
      ...good,
    },
    {
      title: "JSON that says something else",
      target: at("/json", { expectJson: [{ path: "$.parts[1].up", equals: true }] }),
      ...fails("unexpected_body", /\$\.parts\[1\]\.up is false, expected true/),
    },
    {
      title: "a body that should be JSON",
      target: at("/ok", { expectJson: [{ path: "$.state", exists: true }] }),
      ...fails("unexpected_body", /not JSON/),
    },
  ];
}

function redirectCases({ http }: MisbehavingServer): ProbeCase[] {
  const at = (path: string, more?: Partial<HttpTarget>) => httpTarget(http + path, more);
  const secret = { bearerToken: "t0ken", headers: { "X-Key": "k3y" } };
  return [
    { title: "a redirect is followed", target: at("/hop", { expectText: ["Beacon"] }), ...good },
    { title: "a redirect loop ends", target: at("/loop"), ...fails("too_many_redirects", /5 redirects/) },
    {
      title: "a redirect may be the answer",
      target: at("/hop", { maxRedirects: 0, expectStatus: [{ from: 301, to: 301 }] }),
      ...good,
    },
    { title: "a redirect to another protocol", target: at("/hop-ftp"), ...fails("bad_redirect", /ftp/) },
    { title: "a redirect to nowhere", target: at("/hop-nowhere"), ...fails("bad_redirect") },
    {
      title: "credentials stay within their origin",
      target: at("/hop-near", { ...secret, expectText: ["authorization: Bearer t0ken; key: k3y"] }),
      ...good,
    },
    {
      title: "credentials do not go to another origin",
      target: at("/hop-away", { ...secret, expectText: ["authorization: none; key: none"] }),
      ...good,
    },
    {
      title: "a POST becomes a GET after 303",
      target: at("/hop-post?code=303", { method: "POST", body: "x", expectText: ["GET <>"] }),
      ...good,
    },
    {
      title: "a POST stays one after 307",
      target: at("/hop-post?code=307", { method: "POST", body: "x", expectText: ["POST <x>"] }),
      ...good,
    },
  ];
}

function certificateCases({ ports, http }: MisbehavingServer): ProbeCase[] {
  const web = (port: number, more?: Partial<HttpTarget>) => httpTarget(`https://localhost:${port}/ok`, more);
  const certificate = (port: number, more: object = {}): Target => ({
    kind: "tls",
    host: "localhost",
    port,
    serverName: "localhost",
    minDays: 7,
    warnDays: 21,
    verifyChain: true,
    ...more,
  });
  const plain = Number(new URL(http).port);
  return [
    {
      title: "HTTP over TLS",
      target: web(ports.tlsGood),
      ...good,
      phases: ["lookup", "connect", "tls", "firstByte", "total"],
    },
    {
      title: "HTTP, wrong name in the certificate",
      target: web(ports.tlsWrongName),
      ...fails("certificate_name_mismatch"),
    },
    { title: "HTTP, expired certificate", target: web(ports.tlsExpired), ...fails("certificate_expired") },
    {
      title: "HTTP, certificate of tomorrow",
      target: web(ports.tlsNotYet),
      ...fails("certificate_untrusted"),
    },
    {
      title: "HTTP, self-signed certificate",
      target: web(ports.tlsSelfSigned),
      ...fails("certificate_untrusted"),
    },
    {
      title: "HTTP, self-signed certificate that is accepted",
      target: web(ports.tlsSelfSigned, { verifyCertificate: false }),
      ...good,
    },
    { title: "TLS towards a port that does not speak it", target: web(plain), ...fails("tls_failed") },
    {
      title: "TLS towards a port that says nothing",
      target: web(ports.silent),
      ...short,
      ...fails("timeout"),
    },
    { title: "TLS towards a port that hangs up", target: web(ports.hangUp), outcome: "fail" },
    {
      title: "a certificate in order",
      target: certificate(ports.tlsGood),
      ...good,
      phases: ["lookup", "connect", "tls", "total"],
    },
    {
      title: "a certificate with few days left",
      target: certificate(ports.tlsSoon),
      outcome: "slow",
      detail: /^9 days left/,
    },
    {
      title: "a certificate with too few days left",
      target: certificate(ports.tlsSoon, { minDays: 14 }),
      ...fails("certificate_expires_soon", /9 days left.*at least 14/),
    },
    {
      title: "an expired certificate",
      target: certificate(ports.tlsExpired),
      ...fails("certificate_expired"),
    },
    {
      title: "a certificate for another name",
      target: certificate(ports.tlsWrongName),
      ...fails("certificate_name_mismatch"),
    },
    {
      title: "a self-signed certificate",
      target: certificate(ports.tlsSelfSigned),
      ...fails("certificate_untrusted"),
    },
    {
      title: "a self-signed certificate whose chain is not judged",
      target: certificate(ports.tlsSelfSigned, { verifyChain: false }),
      ...good,
    },
    { title: "no TLS there", target: certificate(plain), ...fails("tls_failed") },
    { title: "no TLS server there", target: certificate(ports.closed), ...fails("connection_refused") },
  ];
}

function tcpCases({ ports }: MisbehavingServer): ProbeCase[] {
  const at = (port: number, dialogue: { send?: string; expect?: string } = {}): Target => ({
    kind: "tcp",
    host: "127.0.0.1",
    port,
    ...dialogue,
  });
  return [
    { title: "a port that opens", target: at(ports.silent), ...good, phases: ["connect", "total"] },
    { title: "a port nobody listens on", target: at(ports.closed), ...fails("connection_refused") },
    {
      title: "a greeting",
      target: at(ports.dialogue, { expect: "^220 " }),
      ...good,
      phases: ["connect", "firstByte", "total"],
    },
    {
      title: "a question and its answer",
      target: at(ports.dialogue, { send: "PING\r\n", expect: "\\+PONG" }),
      ...good,
    },
    {
      title: "a wrong answer from a port that stays open",
      target: at(ports.dialogue, { send: "QUIT\r\n", expect: "\\+PONG" }),
      ...short,
      ...fails("timeout"),
    },
    { title: "no greeting", target: at(ports.silent, { expect: "^220" }), ...short, ...fails("timeout") },
    { title: "a port that hangs up", target: at(ports.hangUp, { expect: "^220" }), outcome: "fail" },
    {
      title: "a port that resets",
      target: at(ports.reset, { send: "PING", expect: "PONG" }),
      ...fails("connection_reset"),
    },
    {
      title: "a greeting cut off",
      target: at(ports.halfClosed, { expect: "^220 beacon" }),
      ...fails("unexpected_answer", /220 bea/),
    },
    {
      title: "an answer without end",
      target: at(ports.babble, { expect: "^220" }),
      ...fails("unexpected_answer", /xxx/),
    },
  ];
}

function dnsCases({ ports }: MisbehavingServer): ProbeCase[] {
  const at = (name: string, record = "A", expectAnswers: string[] = [], port = ports.dns) =>
    ({ kind: "dns", name, record, resolver: { host: "127.0.0.1", port }, expectAnswers }) as Target;
  return [
    { title: "an address record", target: at("beacon.test"), ...good, phases: ["firstByte", "total"] },
    {
      title: "the expected addresses",
      target: at("Beacon.test.", "A", ["192.0.2.11", "192.0.2.10"]),
      ...good,
    },
    {
      title: "an address that is missing",
      target: at("beacon.test", "A", ["192.0.2.99"]),
      ...fails("unexpected_answer", /192\.0\.2\.99 is not among 192\.0\.2\.10, 192\.0\.2\.11/),
    },
    {
      title: "an IPv6 address in another spelling",
      target: at("beacon.test", "AAAA", ["2001:DB8::1"]),
      ...good,
    },
    { title: "a mail server", target: at("beacon.test", "MX", ["10 mail.beacon.test."]), ...good },
    { title: "a text in two parts", target: at("beacon.test", "TXT", ["v=beacon1 -all"]), ...good },
    { title: "a service record", target: at("beacon.test", "SRV", ["1 2 443 a.beacon.test"]), ...good },
    {
      title: "who may issue certificates",
      target: at("beacon.test", "CAA", ['0 issue "authority.test"']),
      ...good,
    },
    { title: "the name of an address", target: at("192.0.2.10", "PTR", ["beacon.test"]), ...good },
    {
      title: "a record that is not there",
      target: at("beacon.test", "SOA"),
      ...fails("name_not_found", /no SOA/),
    },
    { title: "NXDOMAIN", target: at("missing.test"), ...fails("name_not_found", /NXDOMAIN/) },
    { title: "SERVFAIL", target: at("servfail.test"), ...fails("name_lookup_failed", /SERVFAIL/) },
    { title: "REFUSED", target: at("refused.test"), ...fails("name_lookup_failed", /REFUSED/) },
    { title: "a resolver that says nothing", target: at("silent.test"), ...short, ...fails("timeout") },
    { title: "a lost packet is sent again", target: at("lossy.test"), timeoutMs: 4_000, ...good },
    { title: "a forged answer is passed over", target: at("forged.test"), ...good },
    { title: "an answer too large for a packet", target: at("big.test", "A", ["192.0.2.10"]), ...good },
    {
      title: "no resolver there",
      target: at("beacon.test", "A", [], ports.closed),
      ...fails("connection_refused"),
    },
  ];
}

function websocketCases({ ws, wss, ports }: MisbehavingServer): ProbeCase[] {
  const at = (url: string, dialogue: { send?: string; expect?: string } = {}): Target => ({
    kind: "websocket",
    url,
    headers: {},
    verifyCertificate: true,
    ...dialogue,
  });
  const hello = { send: "hello", expect: "^you said hello$" };
  return [
    {
      title: "a WebSocket that opens",
      target: at(`${ws}/silent`),
      ...good,
      phases: ["connect", "firstByte", "total"],
    },
    { title: "a message and its answer", target: at(`${ws}/echo`, hello), ...good },
    { title: "a WebSocket over TLS", target: at(`${wss}/echo`, hello), ...good },
    {
      title: "a WebSocket that is refused",
      target: at(`${ws}/refuse`),
      ...fails("unexpected_status", /403/),
    },
    { title: "a handshake answered wrongly", target: at(`${ws}/bad-accept`), ...fails("protocol_error") },
    {
      title: "a handshake not answered",
      target: at(`${ws}/silent-handshake`),
      ...short,
      ...fails("timeout"),
    },
    { title: "a handshake met by hanging up", target: at(`${ws}/hang-up`), outcome: "fail" },
    {
      title: "closed before it answers",
      target: at(`${ws}/close`, hello),
      ...fails("connection_closed", /1011/),
    },
    {
      title: "a wrong answer",
      target: at(`${ws}/wrong`, hello),
      ...fails("unexpected_answer", /nothing of the sort/),
    },
    { title: "no answer to a message", target: at(`${ws}/silent`, hello), ...short, ...fails("timeout") },
    {
      title: "nobody listens for WebSockets",
      target: at(`ws://127.0.0.1:${ports.closed}/`),
      ...fails("connection_refused"),
    },
    {
      title: "a WebSocket with an untrusted certificate",
      target: at(`wss://localhost:${ports.tlsSelfSigned}/echo`),
      ...fails("certificate_untrusted"),
    },
  ];
}
