/**
 * How a registered probe signs what it asks of the server besides delivering batches, and how the server checks it: one text, made by
 * both sides from the request. Web standards only.
 */

import { digestOf, utf8 } from "./batch.ts";

/** Names of the headers that probe and server exchange. */
export const headerNames = {
  probe: "Fournines-Probe",
  /** On a signed request: the server's time, as far as the probe knows it. On a batch: the probe's own clock. Epoch ms. */
  sentAt: "Fournines-Sent-At",
  signature: "Fournines-Signature",
  /** On every answer to a probe: the server's clock, epoch ms. */
  time: "Fournines-Time",
} as const;

/** A request whose time of sending is further from the server's clock than this is refused as `request_expired`. */
export const requestValidMs = 5 * 60_000;

/** What is asked: `path` begins with "/" and includes the query, exactly as sent. */
export interface ProbeRequest {
  method: string;
  path: string;
  /** Empty when the request has no body. */
  body: Uint8Array<ArrayBuffer>;
}

/** What the headers of a signed request say; not checked yet. */
export interface RequestSignature {
  probe: string;
  /** Epoch ms. */
  sentAt: number;
  signature: Uint8Array<ArrayBuffer>;
}

/** The headers that make a request of it; to be sent with exactly this method, path and body. */
export async function signRequest(
  request: ProbeRequest,
  probe: string,
  sentAt: number,
  privateKey: CryptoKey,
): Promise<Record<string, string>> {
  const signature = await crypto.subtle.sign("Ed25519", privateKey, await textToSign(request, sentAt));
  return {
    [headerNames.probe]: probe,
    [headerNames.sentAt]: String(sentAt),
    [headerNames.signature]: new Uint8Array(signature).toBase64(),
  };
}

/** The three headers, read; null when one is missing or not of its form. */
export function readRequestSignature(
  header: (name: string) => string | null | undefined,
): RequestSignature | null {
  const probe = header(headerNames.probe) ?? "";
  const sentAt = header(headerNames.sentAt) ?? "";
  const signature = fromBase64(header(headerNames.signature) ?? "");
  const isWhole = probe !== "" && /^\d{1,15}$/.test(sentAt) && signature?.length === 64;
  return isWhole ? { probe, sentAt: Number(sentAt), signature: signature! } : null;
}

/** Whether the request was signed with the private half of this key. */
export async function verifyRequest(
  request: ProbeRequest,
  { sentAt, signature }: RequestSignature,
  publicKey: CryptoKey,
): Promise<boolean> {
  return crypto.subtle.verify("Ed25519", publicKey, signature, await textToSign(request, sentAt));
}

/** Whether a request sent then is too old, or too far ahead, to be answered now (both by the server's clock). */
export function isExpired(sentAt: number, now: number): boolean {
  return Math.abs(now - sentAt) > requestValidMs;
}

/** The text under a signature: of the request, and of when it was sent. */
export async function textToSign(
  { method, path, body }: ProbeRequest,
  sentAt: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return utf8(`${method}\n${path}\n${sentAt}\n${await digestOf(body)}`);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return null;
  }
}
