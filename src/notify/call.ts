/**
 * One call to a receiver over HTTP, and what its answer means: taken, not now, or never. Redirects are not followed, private networks are
 * closed unless they were opened, and no word of an answer repeats a secret. What all channels over HTTP stand on.
 */
import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, fetch, type Headers } from "undici";
import { ChannelFailure, channelFailure } from "./channel.ts";
import { fit } from "./fit.ts";
import { isPrivateAddress } from "./private-address.ts";

export interface Call {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers: Record<string, string>;
  /** Null: none. */
  body: string | null;
}

export interface CallRules {
  /** Whether it may lead into a private network. */
  isInternal: boolean;
  /** What no words may repeat: keys, tokens, addresses that are secrets. */
  secrets?: readonly string[];
  /** An answer takes no longer; 15 s when left out. */
  patienceMs?: number;
  /** How long to wait, in s, where a service says it in its answer and not in a header. */
  waitIn?(answer: unknown): unknown;
}

const patienceMs = 15_000;
const largestAnswerBytes = 16 * 1024;
const shownOfAnswer = 200;
/** Whoever wants to be left alone for longer is asked again after this: it may have been a slip. */
const longestWaitMs = 3_600_000;

const anywhere = new Agent({ connect: { timeout: 10_000 } });
const publicOnly = new Agent({ connect: { timeout: 10_000, lookup: publicLookup() } });

/**
 * Makes the call; what was answered, in a few words.
 *
 * @throws ChannelFailure not taken; for good where the answer says that it never will be
 */
export async function call({ method, url, headers, body }: Call, rules: CallRules): Promise<string> {
  try {
    refusePrivate(url, rules);
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: { "user-agent": "Fournines", ...headers },
      ...(body === null ? {} : { body }),
      dispatcher: rules.isInternal ? anywhere : publicOnly,
      signal: AbortSignal.timeout(rules.patienceMs ?? patienceMs),
    });
    const text = await readSome(response.body);
    const { status } = response;
    const answer = answerWords(status, text, rules.secrets ?? []);
    if (status >= 200 && status < 300) {
      return answer;
    }
    throw refusal(status, answer, waitOf(response.headers, text, rules));
  } catch (error) {
    throw channelFailure(error);
  }
}

/** JSON to a receiver, with POST. */
export function postJson(
  url: string,
  value: unknown,
  rules: CallRules,
  headers: Record<string, string> = {},
): Promise<string> {
  const body = JSON.stringify(value);
  return call(
    { method: "POST", url, headers: { "content-type": "application/json", ...headers }, body },
    rules,
  );
}

/** Too many, too early, a conflict that passes: try again. Anything else that is refused with 4xx is refused for good. */
function refusal(status: number, answer: string, waitMs: number | null): ChannelFailure {
  if (status >= 300 && status < 400) {
    return new ChannelFailure(
      `the receiver answered ${status}: it leads elsewhere, which is not followed`,
      true,
    );
  }
  const isForNow = status >= 500 || [408, 409, 423, 425, 429].includes(status);
  return new ChannelFailure(`the receiver answered ${answer}`, !isForNow, waitMs);
}

/** `Retry-After` as seconds, or as a date by the receiver's own clock (RFC 9110, 10.2.3), or what a service says in its own way. */
function waitOf(headers: Headers, text: string, { waitIn }: CallRules): number | null {
  const said = headers.get("retry-after")?.trim() ?? String(waitIn?.(jsonOf(text)) ?? "");
  const ms = /^\d+(\.\d+)?$/.test(said)
    ? Number(said) * 1000
    : Date.parse(said) - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, Math.ceil(ms)), longestWaitMs);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** "202 {"status":"success"}": pages of HTML say nothing to anybody, and secrets are taken out. */
function answerWords(status: number, text: string, secrets: readonly string[]): string {
  const plain = text.trimStart().startsWith("<") ? "" : text.replace(/[\p{Cc}\s]+/gu, " ").trim();
  const clean = secrets
    .filter((secret) => secret.length > 3)
    .reduce((words, secret) => words.replaceAll(secret, "…"), plain);
  return `${status} ${fit(clean, shownOfAnswer)}`.trim();
}

/** The beginning of an answer; whoever sends more than that is not listened to any longer. */
async function readSome(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    parts.push(part);
    bytes += part.length;
    if (bytes >= largestAnswerBytes) {
      break;
    }
  }
  return new TextDecoder().decode(Buffer.concat(parts).subarray(0, largestAnswerBytes));
}

/**
 * An address that is written as a number is never looked up, so it is looked at here.
 *
 * @throws ChannelFailure final, where it is one of a private network and none is open
 */
function refusePrivate(url: string, { isInternal }: CallRules): void {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new ChannelFailure("its address is not an http:// or https:// address", true);
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  if (!isInternal && isIP(host) !== 0 && isPrivateAddress(host)) {
    throw privateRefusal();
  }
}

/** Looks names up and refuses those that lead into a private network, at the moment of connecting: what was right before may have changed. */
function publicLookup(): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      const open = (addresses ?? []).filter(({ address }) => !isPrivateAddress(address));
      const [first] = open;
      if (error !== null) {
        done(error, "", 4);
      } else if (first === undefined) {
        done(privateRefusal(), "", 4);
      } else if (options.all === true) {
        done(null, open);
      } else {
        done(null, first.address, first.family);
      }
    });
  };
}

function privateRefusal(): ChannelFailure {
  return new ChannelFailure(
    "it leads into a private network; `internal: true` on the channel allows that",
    true,
  );
}
