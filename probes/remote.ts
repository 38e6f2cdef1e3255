/**
 * The way from a probe to a server elsewhere, over HTTP: joining, asking for assignments, delivering, saying how it is. Every answer
 * also tells the server's time (clock-skew.ts). Web standards only: Node and Workers alike.
 */

import { utf8 } from "./batch.ts";
import type { Clock } from "./clock.ts";
import type { ClockSkew } from "./clock-skew.ts";
import type { NextKey } from "./key-endorsement.ts";
import type {
  Assignment,
  AssignmentList,
  CheckKind,
  ProbeEngine,
  ProbeState,
  SignedBatch,
} from "./protocol.ts";
import { headerNames, signRequest } from "./request.ts";
import type { ChainEnd } from "./sealing.ts";

/** How the server is reached. */
export interface Way {
  /** Address of the server, with or without a slash at the end. */
  server: string;
  clock: Clock;
  /** Learns from every answer, and corrects the times in requests. */
  skew: ClockSkew;
  /** Default: the platform's own. */
  fetch?: typeof globalThis.fetch;
  /** No answer by then counts as none; 30 s unless told. */
  answerWithinMs?: number;
}

/** Who a registered probe is. */
export interface Identity {
  probe: string;
  /** The key that signs requests now. */
  privateKey: () => CryptoKey;
}

/** What a probe says of itself when it joins. */
export interface Introduction {
  /** 32 raw bytes, base64. */
  publicKey: string;
  kinds: readonly CheckKind[];
  engine: ProbeEngine;
}

/** The server answered, and it was a refusal. */
export class RefusedByServer extends Error {
  readonly status: number;
  /** The `code` of its problem+json; `not_fournines` when somebody else answered. */
  readonly code: string;
  /** How long it asks to be left alone, if it does. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.name = "RefusedByServer";
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** No answer came: nobody listens, the line is cut, it took too long. `code`: `server_away`. */
export class ServerAway extends Error {
  readonly code = "server_away";

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = "ServerAway";
  }
}

/** An answer to a poll; `etag` is to be sent with the next. */
export type Polled =
  | { changed: false }
  /** `unreadable`: entries that are no assignments this version knows how to ask; they are not in the list. */
  | { changed: true; etag: string | null; list: AssignmentList; unreadable: number };

/** A server, as a registered probe talks to it. Everything rejects with RefusedByServer or ServerAway. */
export interface RemoteServer {
  /** Asks what to ask. Also renews the probe's leases: to be called again after `pollAfterMs`. */
  fetchAssignments(etag: string | null): Promise<Polled>;
  readChain(): Promise<ChainEnd>;
  deliver(signed: SignedBatch): Promise<{ acknowledged: number }>;
  putState(state: ProbeState): Promise<void>;
  /** To be called while requests are still signed by the old key. */
  putKey(next: NextKey, endorsement: string): Promise<void>;
}

/** Who a probe is from now on. */
export interface Registered {
  probe: string;
  location: string;
  /** What the location is asked and this probe cannot ask, a sentence each. */
  warnings: string[];
}

/** Joins with an invitation (`fnp_…`). The same key with the same invitation is answered the same, so a lost answer is harmless. */
export async function registerProbe(
  way: Way,
  invitation: string,
  { publicKey, kinds, engine }: Introduction,
): Promise<Registered> {
  const { answer } = await exchange(
    way,
    "POST",
    "/api/v1/probes",
    jsonBody({ public_key: publicKey, kinds, engine }),
    {
      Authorization: `Bearer ${invitation}`,
      ...jsonType,
    },
  );
  const { probe, location, warnings } = (answer ?? {}) as Partial<Registered>;
  if (typeof probe !== "string" || typeof location !== "string") {
    throw notFournines(way, 201);
  }
  return { probe, location, warnings: Array.isArray(warnings) ? warnings : [] };
}

export function remoteServer(way: Way, { probe, privateKey }: Identity): RemoteServer {
  const base = `/api/v1/probes/${encodeURIComponent(probe)}`;

  /** Signs and asks; a request that was too old by the server's clock is asked once more, by that clock. */
  async function ask(
    method: string,
    path: string,
    body: Bytes,
    headers: Record<string, string>,
  ): Promise<Answered> {
    const once = async () => {
      const sentAt = way.skew.serverTime();
      const signed = await signRequest({ method, path, body }, probe, sentAt, privateKey());
      return exchange(way, method, path, body, { ...headers, ...signed });
    };
    try {
      return await once();
    } catch (error) {
      if (error instanceof RefusedByServer && error.code === "request_expired") {
        return once();
      }
      throw error;
    }
  }

  return {
    async fetchAssignments(etag) {
      const headers: Record<string, string> = etag === null ? {} : { "If-None-Match": etag };
      const { status, answer, response } = await ask("GET", `${base}/assignments`, nothing, headers);
      if (status === 304) {
        return { changed: false };
      }
      const list = answer as AssignmentList;
      if (!Array.isArray(list?.assignments) || !Array.isArray(list.selfCheck) || !(list.pollAfterMs > 0)) {
        throw notFournines(way, status);
      }
      const assignments = list.assignments.filter(isAssignment);
      return {
        changed: true,
        etag: response.headers.get("ETag"),
        list: { ...list, assignments },
        unreadable: list.assignments.length - assignments.length,
      };
    },
    async readChain() {
      const { status, answer } = await ask("GET", `${base}/chain`, nothing, {});
      const { sequence, previous } = (answer ?? {}) as Partial<ChainEnd>;
      if (!Number.isSafeInteger(sequence) || typeof previous !== "string") {
        throw notFournines(way, status);
      }
      return { sequence: sequence!, previous };
    },
    async deliver({ bytes, signature }) {
      const { status, answer, time, asked } = await exchange(way, "POST", "/api/v1/batches", bytes, {
        "Content-Type": "application/octet-stream",
        [headerNames.signature]: signature.toBase64(),
        [headerNames.sentAt]: String(way.clock.now()),
      });
      const { acknowledged, receivedAt } = (answer ?? {}) as Record<string, unknown>;
      if (!Number.isSafeInteger(acknowledged)) {
        throw notFournines(way, status);
      }
      if (time !== null && typeof receivedAt === "number" && receivedAt <= time) {
        way.skew.learn(asked, time, receivedAt);
      }
      return { acknowledged: acknowledged as number };
    },
    async putState(state) {
      await ask("PUT", `${base}/state`, jsonBody(state), jsonType);
    },
    async putKey({ fromSequence, publicKey }, endorsement) {
      const body = jsonBody({ public_key: publicKey, from_sequence: fromSequence, endorsement });
      await ask("PUT", `${base}/key`, body, jsonType);
    },
  };
}

/** What planning and asking rely on. What a kind needs besides, it finds out by asking: a probe never fails over it. */
function isAssignment(entry: Partial<Assignment> | null): boolean {
  const { check, intervalMs, timeoutMs, target } = entry ?? {};
  const isTime = (ms: unknown) => typeof ms === "number" && Number.isFinite(ms) && ms >= 1;
  const isNumbered = Number.isSafeInteger(check) && check! >= 1;
  return isNumbered && isTime(intervalMs) && isTime(timeoutMs) && typeof target?.kind === "string";
}

type Bytes = Uint8Array<ArrayBuffer>;

interface Answered {
  status: number;
  /** The body, parsed; undefined when there was none. */
  answer: unknown;
  response: Response;
  /** The server's clock when it answered, if it told. */
  time: number | null;
  /** `elapsed()` when the request was sent. */
  asked: number;
}

const nothing: Bytes = new Uint8Array(0);
const jsonType = { "Content-Type": "application/json" };
const jsonBody = (value: unknown): Bytes => utf8(JSON.stringify(value));

/** Sends, waits for the whole answer, learns the time from it. A redirect is not followed: nobody is to be told of our samples by mistake. */
async function exchange(
  way: Way,
  method: string,
  path: string,
  body: Bytes,
  headers: Record<string, string>,
): Promise<Answered> {
  const { clock, skew } = way;
  const send = way.fetch ?? globalThis.fetch;
  const ending = new AbortController();
  const within = way.answerWithinMs ?? 30_000;
  const callOff = clock.after(within, () => ending.abort(new Error(`no answer within ${within} ms`)));
  try {
    const asked = clock.elapsed();
    const response = await send(addressOf(way, path), {
      method,
      headers: { Accept: "application/json", ...headers },
      redirect: "manual",
      signal: ending.signal,
      ...(method === "GET" ? {} : { body }),
    });
    const told = response.headers.get(headerNames.time) ?? "";
    const time = /^\d{1,15}$/.test(told) ? Number(told) : null;
    if (time !== null) {
      skew.learn(asked, time);
    }
    const text = await response.text();
    const { status } = response;
    if (response.ok || status === 304) {
      return { status, answer: parsed(text), response, time, asked };
    }
    throw refusal(way, response, parsed(text));
  } catch (error) {
    throw error instanceof RefusedByServer ? error : new ServerAway(wordsOf(error), error);
  } finally {
    callOff();
  }
}

function refusal(way: Way, { status, headers }: Response, problem: unknown): RefusedByServer {
  const { code, detail, title } = (problem ?? {}) as Record<string, unknown>;
  const seconds = Number(headers.get("Retry-After") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
  if (typeof code !== "string") {
    return notFournines(way, status, retryAfterMs);
  }
  return new RefusedByServer(status, code, String(detail ?? title ?? code), retryAfterMs);
}

function notFournines(way: Way, status: number, retryAfterMs?: number): RefusedByServer {
  const message = `${way.server} answers ${status}, and not as Fournines does`;
  return new RefusedByServer(status, "not_fournines", message, retryAfterMs);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a request could not get through for: the innermost cause, where platforms put it. */
function wordsOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) {
    innermost = innermost.cause;
  }
  const { code, message } = innermost as { code?: unknown; message?: unknown };
  const words = typeof message === "string" && message !== "" ? message : String(innermost);
  return typeof code === "string" && !words.includes(code) ? `${words} (${code})` : words;
}

function addressOf({ server }: Way, path: string): string {
  return `${server.replace(/\/+$/, "")}${path}`;
}
