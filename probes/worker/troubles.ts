/**
 * What went wrong, on a platform that hardly says it: fetch and connect fail with one or two sentences for everything. The outcome is
 * theirs; for the reason the way to the target is tried once more, step by step: name, connection, TLS.
 */

import { addressVersion } from "../address.ts";
import { fail } from "../expectations.ts";
import type { Answer } from "../expectations.ts";
import { ProbeFailure } from "../failure.ts";
import type { Asking } from "../prober.ts";
import type { FailureReason } from "../protocol.ts";
import { isEdgeAddress } from "./edge-addresses.ts";
import { addressesOf } from "./resolver.ts";
import { closed, openSocket } from "./sockets.ts";
import type { Place } from "./sockets.ts";

/** Trying the way once more may take so long, and never longer than the asking has left. */
const findOutWithinMs = 2_000;

/**
 * The failure behind what fetch threw. What is no trouble of the network stays as it is: a fault of our own must not become an outage.
 */
export async function failureOfFetch(
  error: unknown,
  place: Place,
  secure: boolean,
  asking: Asking,
  resolverUrl: string,
): Promise<unknown> {
  const lost = messageOf(error) === "Network connection lost.";
  if (!lost && !messageOf(error).startsWith("internal error")) {
    return error;
  }
  const found = await inTime(asking, findOut(place, secure, resolverUrl));
  // Where no socket is permitted, sockets tell nothing of what fetch met.
  if (found !== null && found !== notPermitted) {
    return found;
  }
  return lost
    ? new ProbeFailure("connection_closed", "connection closed or reset before the answer was complete")
    : new ProbeFailure("protocol_error", "the answer cannot be read, more is not told to a Worker");
}

/** The failure behind a socket that did not open, with TLS or without. */
export async function failureOfSocket(
  place: Place,
  secure: boolean,
  asking: Asking,
  resolverUrl: string,
): Promise<ProbeFailure> {
  const found = await inTime(
    asking,
    secure ? findOut(place, false, resolverUrl) : findOutAddress(place, resolverUrl),
  );
  return found ?? (secure ? handshakeFailed : notOpened);
}

const notOpened = new ProbeFailure(
  "connection_refused",
  "no connection could be opened: refused, or not reachable",
);

const notPermitted = new ProbeFailure(
  "probe_failed",
  "a Worker may not open a socket to Cloudflare's own addresses, behind which this target stands: ask by http, or from Node",
);

const handshakeFailed = new ProbeFailure(
  "tls_failed",
  "the TLS handshake failed or the certificate is not trusted for this name, more is not told to a Worker",
);

/** The first step that fails; null when all of them go well now. */
async function findOut(place: Place, secure: boolean, resolverUrl: string): Promise<ProbeFailure | null> {
  if (!(await opens(place, false))) {
    return (await findOutAddress(place, resolverUrl)) ?? notOpened;
  }
  return secure && !(await opens(place, true)) ? handshakeFailed : null;
}

async function opens(place: Place, secure: boolean): Promise<boolean> {
  const socket = openSocket(place, secure);
  try {
    await socket.opened;
    return true;
  } catch {
    return false;
  } finally {
    closed(socket);
  }
}

/** Whether the place itself is why no connection opens. */
async function findOutAddress({ host }: Place, resolverUrl: string): Promise<ProbeFailure | null> {
  const addresses = addressVersion(host) === 0 ? await addressesOf(host, resolverUrl) : [host];
  if (addresses.length === 0) {
    return new ProbeFailure("name_not_found", "the name has no address");
  }
  return addresses.every(isEdgeAddress) ? notPermitted : null;
}

/** Null when it is not known in time, or not at all. */
async function inTime<T>(asking: Asking, finding: Promise<T | null>): Promise<T | null> {
  const left = Math.min(findOutWithinMs, asking.deadline - asking.elapsed() - 50);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), Math.max(0, left))));
  try {
    return await Promise.race([finding.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Statuses by which Cloudflare, in the place of the target, tells that it did not reach it. */
const edgeStatuses = new Map<number, { reason: FailureReason; words: string }>([
  [520, { reason: "protocol_error", words: "the answer could not be read" }],
  [521, { reason: "connection_refused", words: "connection refused" }],
  [522, { reason: "timeout", words: "no connection in time" }],
  [523, { reason: "network_unreachable", words: "not reachable" }],
  [524, { reason: "timeout", words: "no answer in time" }],
  [525, { reason: "tls_failed", words: "the TLS handshake failed" }],
  [526, { reason: "certificate_untrusted", words: "the certificate is not trusted" }],
  [530, { reason: "name_not_found", words: "the name has no address" }],
]);

/** What a status that was not expected stands for, when it is Cloudflare's own; null when it is the target's. */
export function judgeEdgeStatus(status: number, server: string | null): Answer | null {
  const known = server?.toLowerCase() === "cloudflare" ? edgeStatuses.get(status) : undefined;
  return known === undefined
    ? null
    : fail(known.reason, `${known.words}: Cloudflare answered ${status} instead`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
