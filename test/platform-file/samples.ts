/** Checks as a file may write them, with the target that each must become. */
import type { HttpTarget, Target } from "../../probes/protocol.ts";

const plainHttp: HttpTarget = {
  kind: "http",
  url: "https://beacon.example/",
  method: "GET",
  headers: {},
  expectStatus: [{ from: 200, to: 299 }],
  expectHeaders: [],
  expectText: [],
  refuseText: [],
  expectJson: [],
  maxRedirects: 5,
  maxBodyBytes: 1_048_576,
  verifyCertificate: true,
  keepConnection: false,
};

const hourMs = 3_600_000;

/** The short form of each kind. */
export const shorthand: [string, Target][] = [
  ["http: https://beacon.example/", plainHttp],
  ["tcp: beacon.example:25", { kind: "tcp", host: "beacon.example", port: 25 }],
  ['tcp: "[2001:db8::1]:25"', { kind: "tcp", host: "2001:db8::1", port: 25 }],
  [
    "tls: beacon.example",
    {
      kind: "tls",
      host: "beacon.example",
      port: 443,
      serverName: "beacon.example",
      minDays: 7,
      warnDays: 21,
      verifyChain: true,
    },
  ],
  [
    "tls: beacon.example:8443",
    {
      kind: "tls",
      host: "beacon.example",
      port: 8443,
      serverName: "beacon.example",
      minDays: 7,
      warnDays: 21,
      verifyChain: true,
    },
  ],
  ["dns: beacon.example", { kind: "dns", name: "beacon.example", record: "A", expectAnswers: [] }],
  ["icmp: 192.0.2.1", { kind: "icmp", host: "192.0.2.1" }],
  [
    "websocket: wss://beacon.example/",
    { kind: "websocket", url: "wss://beacon.example/", headers: {}, verifyCertificate: true },
  ],
  ["check-in: 1h", { kind: "check-in", periodMs: hourMs, graceMs: 360_000, lastCallAt: null }],
  [
    "check-in: 0 3 * * *",
    {
      kind: "check-in",
      cron: { expression: "0 3 * * *", timeZone: "Asia/Tokyo" },
      graceMs: 300_000,
      lastCallAt: null,
    },
  ],
];

/** Sections with everything that can be said. */
export const longhand: [string, Target][] = [
  [
    `http:
  url: https://beacon.example/
  method: PUT
  headers: { X-Key: "\${env:KEY}", "1": one }
  body: '{"a": "\${name}"}'
  basic_auth: { username: ops, password: "\${file:/run/secrets/ops}" }
  bearer_token: \${env:TOKEN}
  expect:
    status: [200, 204-206, 4xx]
    headers: { server: ^nginx }
    text: [fine, ready]
    no_text: trouble
    json:
      - { path: $.a, equals: null }
      - { path: $.b, matches: ^x }
      - { path: $.c, exists: false }
  redirects: 0
  max_body_bytes: 10
  verify_certificate: false
  keep_connection: true`,
    {
      kind: "http",
      url: "https://beacon.example/",
      method: "PUT",
      headers: { "X-Key": "${env:KEY}", "1": "one" },
      body: '{"a": "${name}"}',
      basicAuth: { username: "ops", password: "${file:/run/secrets/ops}" },
      bearerToken: "${env:TOKEN}",
      expectStatus: [
        { from: 200, to: 200 },
        { from: 204, to: 206 },
        { from: 400, to: 499 },
      ],
      expectHeaders: [{ name: "server", matches: "^nginx" }],
      expectText: ["fine", "ready"],
      refuseText: ["trouble"],
      expectJson: [
        { path: "$.a", equals: null },
        { path: "$.b", matches: "^x" },
        { path: "$.c", exists: false },
      ],
      maxRedirects: 0,
      maxBodyBytes: 10,
      verifyCertificate: false,
      keepConnection: true,
    },
  ],
  [
    "http: { url: https://beacon.example/, body: hello, expect: { json: { $.a: ok, '$[0]': 1 } } }",
    {
      ...plainHttp,
      method: "POST",
      body: "hello",
      expectJson: [
        { path: "$.a", equals: "ok" },
        { path: "$[0]", equals: 1 },
      ],
    },
  ],
  [
    'tcp: { host: beacon.example, port: 25, send: "EHLO acme\\r\\n", expect: ^250 }',
    { kind: "tcp", host: "beacon.example", port: 25, send: "EHLO acme\r\n", expect: "^250" },
  ],
  [
    "tls: { host: 192.0.2.1, port: 8443, server_name: beacon.example, min_days: 1, warn_days: 1, verify_chain: false }",
    {
      kind: "tls",
      host: "192.0.2.1",
      port: 8443,
      serverName: "beacon.example",
      minDays: 1,
      warnDays: 1,
      verifyChain: false,
    },
  ],
  [
    'dns: { name: _sip._tcp.beacon.example, record: SRV, resolver: "192.0.2.53:5353", expect: [a, b] }',
    {
      kind: "dns",
      name: "_sip._tcp.beacon.example",
      record: "SRV",
      resolver: { host: "192.0.2.53", port: 5353 },
      expectAnswers: ["a", "b"],
    },
  ],
  [
    'dns: { name: beacon.example, resolver: { host: "::1" }, expect: 192.0.2.1 }',
    {
      kind: "dns",
      name: "beacon.example",
      record: "A",
      resolver: { host: "::1", port: 53 },
      expectAnswers: ["192.0.2.1"],
    },
  ],
  ["icmp: { host: beacon.example }", { kind: "icmp", host: "beacon.example" }],
  [
    "websocket: { url: ws://beacon.example/, headers: { A: b }, send: hello, expect: hi, verify_certificate: false }",
    {
      kind: "websocket",
      url: "ws://beacon.example/",
      headers: { A: "b" },
      send: "hello",
      expect: "hi",
      verifyCertificate: false,
    },
  ],
  [
    "check-in: { period: 31d, grace: 0s }",
    { kind: "check-in", periodMs: 744 * hourMs, graceMs: 0, lastCallAt: null },
  ],
  [
    "check-in: { cron: '@daily', time_zone: Europe/Lisbon, grace: 1h }",
    {
      kind: "check-in",
      cron: { expression: "@daily", timeZone: "Europe/Lisbon" },
      graceMs: hourMs,
      lastCallAt: null,
    },
  ],
];
