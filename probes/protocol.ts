/**
 * The wire between a probe and a server: what a probe is asked (Assignment) and the one sample it returns (Observation).
 * First stage of the street. Instants are epoch milliseconds, durations milliseconds. Fields are only ever added.
 */

/** Version of the shapes in this file; a server refuses a batch of a version it does not know. */
export const protocolVersion = 1;

export const checkKinds = ["http", "tcp", "tls", "dns", "icmp", "websocket", "check-in"] as const;
export type CheckKind = (typeof checkKinds)[number];

/** Which family of addresses a check may use; `any` takes what the resolver offers first. */
export type AddressFamily = "any" | "ipv4" | "ipv6";

/** A condition on one value inside a JSON body, addressed by an RFC 9535 path. */
export interface JsonExpectation {
  path: string;
  /** Exactly one of these is given; `exists: true` asks only that the path finds something. */
  equals?: string | number | boolean | null;
  matches?: string;
  exists?: boolean;
}

/** Inclusive range of status codes, e.g. 200–299. */
export interface StatusRange {
  from: number;
  to: number;
}

export interface HttpTarget {
  kind: "http";
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
  basicAuth?: { username: string; password: string };
  bearerToken?: string;
  expectStatus: StatusRange[];
  expectHeaders: { name: string; matches: string }[];
  /** Texts the body must contain, and texts it must not contain. */
  expectText: string[];
  refuseText: string[];
  expectJson: JsonExpectation[];
  /** 0 = a redirect is an answer like any other. */
  maxRedirects: number;
  /** At most this many bytes of the body are read and judged. */
  maxBodyBytes: number;
  /** Whether an untrusted or mismatching certificate is a failure. */
  verifyCertificate: boolean;
  /** False (the default): every asking opens a connection of its own, as a visitor does. */
  keepConnection: boolean;
}

export interface TcpTarget {
  kind: "tcp";
  host: string;
  port: number;
  /** Sent after connecting; escapes already resolved. */
  send?: string;
  /** Regular expression that the answer (first 4 KiB) must match. */
  expect?: string;
}

export interface TlsTarget {
  kind: "tls";
  host: string;
  port: number;
  serverName: string;
  /** Fewer days left than this fail; fewer than `warnDays` are slow (degraded). */
  minDays: number;
  warnDays: number;
  verifyChain: boolean;
}

export type DnsRecordType = "A" | "AAAA" | "CNAME" | "MX" | "NS" | "TXT" | "SOA" | "SRV" | "CAA" | "PTR";

export interface DnsTarget {
  kind: "dns";
  name: string;
  record: DnsRecordType;
  /** Asked directly; without it, the resolver of the machine's own configuration. */
  resolver?: { host: string; port: number };
  /** Every one of these must be among the answers; empty = any answer will do. */
  expectAnswers: string[];
}

export interface IcmpTarget {
  kind: "icmp";
  host: string;
}

export interface WebsocketTarget {
  kind: "websocket";
  url: string;
  headers: Record<string, string>;
  send?: string;
  expect?: string;
  verifyCertificate: boolean;
}

/** A job that calls us. It is late when `graceMs` have passed after the call was due. */
export interface CheckInTarget {
  kind: "check-in";
  /** Exactly one of the two: a fixed period, or a cron expression with its zone. */
  periodMs?: number;
  cron?: { expression: string; timeZone: string };
  graceMs: number;
  /** When the job last called, as far as the server knows; null = never. */
  lastCallAt: number | null;
  /** What the job said of itself then; absent = ok. */
  lastCallResult?: "ok" | "fail";
}

export type Target =
  HttpTarget | TcpTarget | TlsTarget | DnsTarget | IcmpTarget | WebsocketTarget | CheckInTarget;

/** What a probe is asked: one check, as this location is to ask it. */
export interface Assignment {
  /** Number of the check: short, unique in one installation, never used again. */
  check: number;
  /** `service/check`, for people who read logs. */
  key: string;
  intervalMs: number;
  timeoutMs: number;
  /** An answer that takes longer than this is slow; null = never. */
  slowAboveMs: number | null;
  family: AddressFamily;
  /** Rounds that settle a reading (sla-semantics 3): until they are reached, the probe asks at the short interval. */
  confirmDown: number;
  confirmUp: number;
  target: Target;
}

/** What one location says of one asking (sla-semantics 3). `probe_error` = could not ask, says nothing of the target. */
export const outcomes = ["ok", "slow", "fail", "probe_error"] as const;
export type Outcome = (typeof outcomes)[number];

/** How long each part of an asking took, as far as its kind can tell them apart. A missing phase did not happen. */
export const phases = ["lookup", "connect", "tls", "firstByte", "total"] as const;
export type Phase = (typeof phases)[number];
export type Timings = Partial<Record<Phase, number>>;

/** One sample: a check was asked at an instant, and this came of it. */
export interface Observation {
  check: number;
  /** When the asking began, by the probe's clock. */
  at: number;
  outcome: Outcome;
  timings: Timings;
  /** Why it failed or could not be asked: a word of the closed list in failure.ts. Absent when ok or slow. */
  reason?: FailureReason;
  /** What was seen, for a person: at most 200 characters, never a secret. */
  detail?: string;
}

/** The closed list of reasons (failure.ts maps raw errors to them). */
export const failureReasons = [
  "name_not_found",
  "name_lookup_failed",
  "connection_refused",
  "connection_reset",
  "connection_closed",
  "network_unreachable",
  "timeout",
  "tls_failed",
  "certificate_expired",
  "certificate_expires_soon",
  "certificate_untrusted",
  "certificate_name_mismatch",
  "protocol_error",
  "too_many_redirects",
  "bad_redirect",
  "unexpected_status",
  "unexpected_header",
  "unexpected_body",
  "body_too_large",
  "unexpected_answer",
  "check_in_late",
  "check_in_failed",
  "not_asked_yet",
  "probe_overloaded",
  "probe_failed",
  "network_lost",
] as const;
export type FailureReason = (typeof failureReasons)[number];

/** Header of a batch: who delivers, which one in the chain. */
export interface BatchHeader {
  version: number;
  probe: string;
  location: string;
  /** 1, 2, 3 … without holes in one chain. */
  sequence: number;
  /** SHA-256 of the bytes of the batch before, hex; 64 zeros for the first. */
  previous: string;
  /** When the batch was closed, by the probe's clock. */
  closedAt: number;
  /** The probe's clock minus the server's, in ms: as measured at the last exchange, and jumps since. Absent = never measured. */
  skewMs?: number;
  /** Samples that could not be held since the batch before, so that they are in no batch. Absent = none. */
  refused?: number;
}

/** A batch, decoded. Observations are in order of `at`, then `check`. */
export interface Batch extends BatchHeader {
  observations: Observation[];
}

/** A batch as it travels and as it is stored: the exact bytes and the Ed25519 signature over them. */
export interface SignedBatch {
  bytes: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
}

/** What a location's probe is asked, and how it is to behave: the answer to its poll. */
export interface AssignmentList {
  version: number;
  probe: string;
  location: string;
  /** Ask again after so long: within it a change takes effect, and within three of it another probe takes over. */
  pollAfterMs: number;
  /** Targets that nobody here owns: when all of them fail too, it is the probe's own network that is lost. Empty = not checked. */
  selfCheck: Target[];
  assignments: Assignment[];
}

/** What runs a probe: the server itself, a Node process, a Worker. */
export const probeEngines = ["server", "node", "workers"] as const;
export type ProbeEngine = (typeof probeEngines)[number];

/** What a probe says of itself, on change and from time to time. Instants by its own clock. */
export interface ProbeState {
  kinds: CheckKind[];
  /** Since when its own network has been lost; null = it is not. */
  networkLostSince: number | null;
  /** Samples it holds that nobody has acknowledged, and the oldest of them; null = none. */
  held: number;
  oldestHeldAt: number | null;
  /** Samples it could not hold, since it started. */
  refused: number;
  /** Its clock minus the server's; null = not measured yet. */
  skewMs: number | null;
}
