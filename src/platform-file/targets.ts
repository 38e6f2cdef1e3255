/**
 * Makes targets (probes/protocol.ts) of what the file says of each kind, with the defaults that described-kinds.ts promises.
 */
import type {
  CheckInTarget,
  CheckKind,
  DnsTarget,
  HttpTarget,
  IcmpTarget,
  JsonExpectation,
  Target,
  TcpTarget,
  TlsTarget,
  WebsocketTarget,
} from "../../probes/protocol.ts";
import { describedKinds } from "./described-kinds.ts";
import type { ValueOf } from "./shapes.ts";

type Kinds = typeof describedKinds;
/** What the file says of one kind: the short form or the section. */
type Said<K extends keyof Kinds> = ValueOf<Kinds[K]["value"]>;
export type SaidOfKinds = { [K in keyof Kinds]?: Said<K> };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Its target, or null where too little of it could be read; the mistakes are noted already. */
export function toTarget(kind: CheckKind, said: SaidOfKinds, platformTimeZone: string): Target | null {
  switch (kind) {
    case "http":
      return said.http === undefined ? null : toHttp(said.http);
    case "tcp":
      return said.tcp === undefined ? null : toTcp(said.tcp);
    case "tls":
      return said.tls === undefined ? null : toTls(said.tls);
    case "dns":
      return said.dns === undefined ? null : toDns(said.dns);
    case "icmp":
      return said.icmp === undefined ? null : toIcmp(said.icmp);
    case "websocket":
      return said.websocket === undefined ? null : toWebsocket(said.websocket);
    case "check-in":
      return said["check-in"] === undefined ? null : toCheckIn(said["check-in"], platformTimeZone);
  }
}

function toHttp(said: Said<"http">): HttpTarget | null {
  const http = typeof said === "string" ? { url: said } : said;
  const { url, body, basic_auth: basic, bearer_token: bearerToken, expect = {} } = http;
  if (url === undefined) {
    return null;
  }
  return {
    kind: "http",
    url,
    method: http.method ?? (body === undefined ? "GET" : "POST"),
    headers: toRecord(http.headers),
    ...(body === undefined ? {} : { body }),
    ...(basic?.username === undefined || basic.password === undefined
      ? {}
      : { basicAuth: { username: basic.username, password: basic.password } }),
    ...(bearerToken === undefined ? {} : { bearerToken }),
    expectStatus: toList(expect.status ?? { from: 200, to: 299 }),
    expectHeaders: Object.entries(toRecord(expect.headers)).map(([name, matches]) => ({ name, matches })),
    expectText: toList(expect.text),
    refuseText: toList(expect.no_text),
    expectJson: toJsonExpectations(expect.json),
    maxRedirects: http.redirects ?? 5,
    maxBodyBytes: http.max_body_bytes ?? 1_048_576,
    verifyCertificate: http.verify_certificate ?? true,
    keepConnection: http.keep_connection ?? false,
  };
}

type SaidJson = NonNullable<Exclude<Said<"http">, string>["expect"]>["json"];

function toJsonExpectations(said: SaidJson): JsonExpectation[] {
  if (said instanceof Map) {
    return [...said].flatMap(([path, equals]) => (equals === undefined ? [] : [{ path, equals }]));
  }
  return (said ?? []).flatMap(({ path, ...expectation }) =>
    path === undefined ? [] : [{ path, ...expectation }],
  );
}

function toTcp({ host, port, ...said }: Said<"tcp">): TcpTarget | null {
  if (host === undefined || port === undefined) {
    return null;
  }
  return { kind: "tcp", host, port, ...dialogue(said) };
}

function toTls(said: Said<"tls">): TlsTarget | null {
  const { host, port = 443 } = said;
  if (host === undefined) {
    return null;
  }
  const more =
    "server_name" in said || "min_days" in said || "warn_days" in said || "verify_chain" in said ? said : {};
  return {
    kind: "tls",
    host,
    port,
    serverName: more.server_name ?? host,
    minDays: more.min_days ?? 7,
    warnDays: more.warn_days ?? 21,
    verifyChain: more.verify_chain ?? true,
  };
}

function toDns(said: Said<"dns">): DnsTarget | null {
  const dns = typeof said === "string" ? { name: said } : said;
  const { name, record = "A", resolver, expect } = dns;
  if (name === undefined) {
    return null;
  }
  return {
    kind: "dns",
    name,
    record,
    ...(resolver?.host === undefined ? {} : { resolver: { host: resolver.host, port: resolver.port ?? 53 } }),
    expectAnswers: toList(expect),
  };
}

function toIcmp(said: Said<"icmp">): IcmpTarget | null {
  const host = typeof said === "string" ? said : said.host;
  return host === undefined ? null : { kind: "icmp", host };
}

function toWebsocket(said: Said<"websocket">): WebsocketTarget | null {
  const websocket = typeof said === "string" ? { url: said } : said;
  const { url, headers, verify_certificate: verifyCertificate = true } = websocket;
  if (url === undefined) {
    return null;
  }
  return { kind: "websocket", url, headers: toRecord(headers), ...dialogue(websocket), verifyCertificate };
}

function toCheckIn(said: Said<"check-in">, platformTimeZone: string): CheckInTarget | null {
  const periodMs = "periodMs" in said ? said.periodMs : "period" in said ? said.period : undefined;
  const { cron } = said as { cron?: string };
  const { time_zone: timeZone = platformTimeZone, grace } = said as { time_zone?: string; grace?: number };
  if (periodMs !== undefined) {
    const tenth = Math.min(hourMs, Math.max(minuteMs, Math.floor(periodMs / 10)));
    return { kind: "check-in", periodMs, graceMs: grace ?? tenth, lastCallAt: null };
  }
  if (cron !== undefined) {
    const graceMs = grace ?? 5 * minuteMs;
    return { kind: "check-in", cron: { expression: cron, timeZone }, graceMs, lastCallAt: null };
  }
  return null;
}

function dialogue({ send, expect }: { send?: string; expect?: string }): { send?: string; expect?: string } {
  return { ...(send === undefined ? {} : { send }), ...(expect === undefined ? {} : { expect }) };
}

function toList<T>(said: T | T[] | undefined): T[] {
  return said === undefined ? [] : Array.isArray(said) ? said : [said];
}

/** Entries that could be read. */
function toRecord(said: Map<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(
    [...(said ?? [])].filter(([, value]) => (value as string | undefined) !== undefined),
  );
}
