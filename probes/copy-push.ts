/**
 * How the server hands its copy of the page to the Worker that serves it when the server does not answer: first the sealed manifest, then
 * in packs those files that the Worker does not have. Both sides make every request from the same text, signed by the key that seals.
 * Web standards only.
 */

import { importPublicKey } from "./batch.ts";
import { isDigest, MalformedCopy } from "./page-copy.ts";
import { headerNames, isExpired, type ProbeRequest, textToSign } from "./request.ts";

/** Where the Worker takes them. */
export const pushPaths = { manifest: "/edge/copy", files: "/edge/files" } as const;

/** What the Worker answers: whether the copy is the one it serves, and digests of the files it still wants. */
export interface PushAnswer {
  isKept: boolean;
  wanted: string[];
}

/** Bounds of a request; the server stays well below. */
export const largestManifestBytes = 24 * 1024 * 1024;
export const largestPackBytes = 16 * 1024 * 1024;

/** A file on its way: its bytes compressed with gzip, by the digest of what they unpack to. */
export interface PackedFile {
  sha256: string;
  gzip: Uint8Array<ArrayBuffer>;
}

/** Files as one body: a line of JSON that says what follows, then their bytes. */
export function encodePack(files: readonly PackedFile[]): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(
    `${JSON.stringify(files.map(({ sha256, gzip }) => [sha256, gzip.length]))}\n`,
  );
  const size = files.reduce((sum, { gzip }) => sum + gzip.length, head.length);
  const pack = new Uint8Array(size);
  pack.set(head);
  let place = head.length;
  for (const { gzip } of files) {
    pack.set(gzip, place);
    place += gzip.length;
  }
  return pack;
}

/** @throws MalformedCopy when it is no pack */
export function decodePack(pack: Uint8Array<ArrayBuffer>): PackedFile[] {
  const end = pack.indexOf(10);
  let place = end + 1;
  const files = headOf(pack.subarray(0, Math.max(end, 0))).map(([sha256, size]): PackedFile => {
    const gzip = pack.subarray(place, place + size);
    place += size;
    return { sha256, gzip };
  });
  if (place !== pack.length) {
    throw new MalformedCopy("a pack is as long as its first line says");
  }
  return files;
}

function headOf(line: Uint8Array): [sha256: string, size: number][] {
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder().decode(line));
  } catch {
    throw new MalformedCopy("a pack begins with a line of JSON");
  }
  if (!Array.isArray(head) || !head.every(isEntry)) {
    throw new MalformedCopy("a pack names its files as digest and length");
  }
  return head;
}

function isEntry(entry: unknown): entry is [string, number] {
  return (
    Array.isArray(entry) &&
    entry.length === 2 &&
    isDigest(entry[0]) &&
    Number.isSafeInteger(entry[1]) &&
    entry[1] >= 0
  );
}

/** The headers that make a push of it. `sign`: an Ed25519 signature over bytes, base64. */
export async function signPush(
  request: ProbeRequest,
  sentAt: number,
  sign: (bytes: Uint8Array) => string,
): Promise<Record<string, string>> {
  return {
    [headerNames.sentAt]: String(sentAt),
    [headerNames.signature]: sign(await textToSign(request, sentAt)),
  };
}

/** Why a push is not one of the server with this key, sent lately; null: it is. */
export async function pushFault(
  request: ProbeRequest,
  header: (name: string) => string | null,
  publicKey: string,
  now: number,
): Promise<string | null> {
  const sentAt = header(headerNames.sentAt) ?? "";
  if (!/^\d{1,15}$/.test(sentAt)) {
    return "the request is not signed";
  }
  if (isExpired(Number(sentAt), now)) {
    return "the request was signed too long ago, or a clock is wrong";
  }
  try {
    const signature = Uint8Array.fromBase64(header(headerNames.signature) ?? "");
    const key = await importPublicKey(publicKey);
    const text = await textToSign(request, Number(sentAt));
    return (await crypto.subtle.verify("Ed25519", key, signature, text))
      ? null
      : "the request is signed by another key than PAGE_KEY";
  } catch {
    return "the request is not signed";
  }
}
