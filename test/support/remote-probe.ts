/** A probe as a server sees it over HTTP: it joins, signs what it asks and delivers batches, as well or as badly as a test wants. */
import {
  digestOf,
  encodeBatch,
  exportPublicKey,
  generateKeys,
  noPrevious,
  signBatch,
} from "../../probes/batch.ts";
import { endorseKey } from "../../probes/key-endorsement.ts";
import type { CheckKind, Observation } from "../../probes/protocol.ts";
import { protocolVersion } from "../../probes/protocol.ts";
import { headerNames, signRequest } from "../../probes/request.ts";

export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

export interface RemoteProbe {
  id: string;
  location: string;
  /** Raw, base64. */
  publicKey: string;
  keys: { privateKey: CryptoKey; publicKey: CryptoKey };
  /** Asks something signed; `over` puts other headers in the place of the right ones. */
  ask(method: string, path: string, body?: unknown, over?: Record<string, string>): Promise<Response>;
  poll(etag?: string | null): Promise<Response>;
  /** The next batch of its chain. */
  batch(
    observations: Observation[],
    over?: BatchOver,
  ): Promise<{ bytes: Uint8Array<ArrayBuffer>; signature: string }>;
  deliver(batch: { bytes: Uint8Array<ArrayBuffer>; signature: string }, sentAt?: number): Promise<Response>;
  /** Asks for another key from a batch on; the probe goes on with the old one unless told. */
  rotate(fromSequence: number, next: { privateKey: CryptoKey; publicKey: CryptoKey }): Promise<Response>;
}

export interface BatchOver {
  sequence?: number;
  previous?: string;
  closedAt?: number;
  privateKey?: CryptoKey;
  probe?: string;
}

/** Joins with an invitation. */
export async function joinRemotely(
  ask: Ask,
  token: string,
  now: () => number,
  kinds: readonly CheckKind[] = ["http", "tcp"],
  engine: "node" | "workers" = "node",
): Promise<RemoteProbe> {
  const keys = await generateKeys();
  const publicKey = await exportPublicKey(keys.publicKey);
  const response = await registerWith(ask, token, { public_key: publicKey, kinds, engine });
  if (response.status !== 201) {
    throw new Error(`not joined: ${await response.text()}`);
  }
  const { probe, location } = (await response.json()) as { probe: string; location: string };
  return remoteProbe(ask, { id: probe, location, publicKey, keys }, now);
}

/** The request by which a probe joins. */
export function registerWith(ask: Ask, token: string, body: unknown): Promise<Response> {
  return ask("/api/v1/probes", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
  });
}

export function remoteProbe(
  ask: Ask,
  { id, location, publicKey, keys }: Pick<RemoteProbe, "id" | "location" | "publicKey" | "keys">,
  now: () => number,
): RemoteProbe {
  let sequence = 0;
  let previous = noPrevious;
  const base = `/api/v1/probes/${encodeURIComponent(id)}`;
  const self: RemoteProbe = {
    id,
    location,
    publicKey,
    keys,
    async ask(method, path, body, over = {}) {
      const bytes = new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body));
      const signed = await signRequest({ method, path, body: bytes }, id, now(), self.keys.privateKey);
      return ask(path, {
        method,
        headers: {
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...signed,
          ...over,
        },
        ...(body === undefined ? {} : { body: bytes }),
      });
    },
    poll: (etag = null) =>
      self.ask("GET", `${base}/assignments`, undefined, etag === null ? {} : { "If-None-Match": etag }),
    async batch(observations, over = {}) {
      const header = {
        version: protocolVersion,
        probe: over.probe ?? id,
        location,
        sequence: over.sequence ?? sequence + 1,
        previous: over.previous ?? previous,
        closedAt: over.closedAt ?? now(),
      };
      const bytes = encodeBatch(header, observations);
      const { signature } = await signBatch(bytes, over.privateKey ?? self.keys.privateKey);
      if (Object.keys(over).every((name) => name === "closedAt")) {
        sequence++;
        previous = await digestOf(bytes);
      }
      return { bytes, signature: signature.toBase64() };
    },
    deliver: ({ bytes, signature }, sentAt) =>
      ask("/api/v1/batches", {
        method: "POST",
        body: bytes,
        headers: {
          "Content-Type": "application/octet-stream",
          [headerNames.signature]: signature,
          ...(sentAt === undefined ? {} : { [headerNames.sentAt]: String(sentAt) }),
        },
      }),
    async rotate(fromSequence, next) {
      const key = await exportPublicKey(next.publicKey);
      const endorsement = await endorseKey({ probe: id, fromSequence, publicKey: key }, self.keys.privateKey);
      return self.ask("PUT", `${base}/key`, { public_key: key, from_sequence: fromSequence, endorsement });
    },
  };
  return self;
}
