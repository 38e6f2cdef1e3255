/**
 * The public page as a signed copy, as it travels between the server that makes it and whoever serves it when that is gone: a manifest
 * that names every file with its digest, and the seal over it. Its parsers trust nothing. Web standards only: Node and Workers alike.
 */

import { digestOf, importPublicKey, utf8, verifyBatch } from "./batch.ts";

/** One file of the copy. */
export interface CopiedFile {
  /** Where it lies, seen from the root of the page: "services/beacon/index.html". */
  name: string;
  /** Its Content-Type. */
  type: string;
  bytes: number;
  /** SHA-256 of its bytes, 64 hex digits. */
  sha256: string;
  /** The instant that it tells its readers it is of, epoch ms; absent: it tells none. What did not change since keeps it. */
  at?: number;
  /** What goes with this one in the place of, or beside, what goes with every answer; absent: nothing. */
  headers?: Record<string, string>;
}

/** What a copy holds. */
export interface CopyManifest {
  /** When the page was read, epoch ms: nothing that happened later is in it. */
  at: number;
  platform: string;
  /** Address of the page itself, without a slash at the end; null: not known. */
  address: string | null;
  /** Codes; the first one stands at the root, every one also in a folder of its name where there are several. */
  languages: string[];
  /** What goes with every answer, name → value, for hosts that can send headers. */
  headers: Record<string, string>;
  /** None: the copies before are withdrawn, and nothing is served in their place. */
  files: CopiedFile[];
}

/** Whether a copy says that there is none any more. */
export function isWithdrawal({ files }: Pick<CopyManifest, "files">): boolean {
  return files.length === 0;
}

/** What stands beside a sealed text; the same as beside reports. */
export interface CopySeal {
  algorithm: "Ed25519";
  /** The 32 raw bytes, base64. */
  public_key: string;
  /** SHA-256 of the manifest's UTF-8 bytes, hex. */
  sha256: string;
  /** Over the 32 bytes of the digest, base64. */
  signature: string;
}

/** The file that holds the manifest and the seal over it, and that no manifest lists. */
export const manifestName = "copy.json";

/** Bounds of what is taken from elsewhere: a page of 2,000 services in four languages stays below. */
export const mostFiles = 120_000;
export const largestFileBytes = 32 * 1024 * 1024;

/** It is no manifest, or no seal: which rule it breaks. */
export class MalformedCopy extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedCopy";
  }
}

const format = { format: "fournines-page", format_version: 1 } as const;

/** The text that is sealed: the same manifest gives the same text. */
export function printManifest({ at, platform, address, languages, headers, files }: CopyManifest): string {
  const printed = files.map((file) => ({
    name: file.name,
    type: file.type,
    bytes: file.bytes,
    sha256: file.sha256,
    ...(file.at === undefined ? {} : { at: new Date(file.at).toISOString() }),
    ...(file.headers === undefined ? {} : { headers: file.headers }),
  }));
  const head = { ...format, at: new Date(at).toISOString(), platform, address, languages, headers };
  const lines = printed.map((file) => JSON.stringify(file)).join(",\n");
  return `${JSON.stringify(head).slice(0, -1)},"files":[\n${lines}\n]}\n`;
}

/**
 * A manifest read.
 *
 * @throws MalformedCopy when it is not of the known form, or names a file outside the copy's folder
 */
export function parseManifest(text: string): CopyManifest {
  const said = parseJson(text, "the manifest");
  demand(
    said.format === format.format && said.format_version === format.format_version,
    "the manifest is of no known version",
  );
  const { platform, address, languages, files } = said;
  const headers = parseHeaders(said.headers);
  demand(typeof platform === "string" && platform.length <= 1_000, "platform: a name");
  demand(
    address === null || (typeof address === "string" && address.length <= 1_000),
    "address: one or null",
  );
  demand(
    Array.isArray(languages) && languages.length > 0 && languages.every(isLanguage),
    "languages: codes of two letters",
  );
  demand(Array.isArray(files) && files.length <= mostFiles, `files: at most ${mostFiles}`);
  const names = new Set<string>();
  return {
    at: parseInstant(said.at, "at"),
    platform,
    address,
    languages,
    headers,
    files: files.map((one: unknown): CopiedFile => {
      const { name, type, bytes, sha256, at, headers: own } = parseObject(one, "a file");
      demand(typeof name === "string" && isCopyName(name) && !names.has(name), "name: a path of its own");
      names.add(name);
      demand(typeof type === "string" && /^[\x20-\x7e]{1,200}$/.test(type), "type: a media type");
      demand(
        typeof bytes === "number" && Number.isInteger(bytes) && bytes >= 0 && bytes <= largestFileBytes,
        `bytes: 0 to ${largestFileBytes}`,
      );
      demand(isDigest(sha256), "sha256: 64 hex digits");
      return {
        ...{ name, type, bytes, sha256 },
        ...(at === undefined ? {} : { at: parseInstant(at, "at") }),
        ...(own === undefined ? {} : { headers: parseHeaders(own) }),
      };
    }),
  };
}

/** A manifest and its seal as one JSON text: whoever replaces the one replaces the other. */
export interface SealedManifest {
  manifest: CopyManifest;
  /** The manifest, exactly as it was sealed. */
  text: string;
  seal: CopySeal;
}

export function printSealed({ text, seal }: Pick<SealedManifest, "text" | "seal">): string {
  return `{"seal":${JSON.stringify(seal)},"manifest":\n${text}}\n`;
}

/**
 * Both, read. Whether the seal holds is asked apart.
 *
 * @throws MalformedCopy when it is not of the known form
 */
export function parseSealed(written: string): SealedManifest {
  const [, seal, text] = /^\{"seal":(\{[^\n]*\}),"manifest":\n([^]*)\}\n$/.exec(written) ?? [];
  demand(seal !== undefined && text !== undefined, "a line with the seal, then the manifest");
  return { manifest: parseManifest(text), text, seal: parseSeal(seal) };
}

function parseSeal(text: string): CopySeal {
  const { algorithm, public_key, sha256, signature } = parseJson(text, "the seal");
  demand(algorithm === "Ed25519", "algorithm: Ed25519");
  demand(typeof public_key === "string" && public_key.length <= 200, "public_key: base64");
  demand(isDigest(sha256), "sha256: 64 hex digits");
  demand(typeof signature === "string" && signature.length <= 200, "signature: base64");
  return { algorithm, public_key, sha256, signature };
}

/** What is wrong with a seal over a manifest; null: it holds. Whose key it is, is for whoever asks to compare. */
export async function copySealFault(text: string, seal: CopySeal): Promise<string | null> {
  const found = await digestOf(utf8(text));
  if (found !== seal.sha256) {
    return `its digest is ${found}, and the seal is over ${seal.sha256}`;
  }
  try {
    const key = await importPublicKey(seal.public_key);
    const signature = Uint8Array.fromBase64(seal.signature) as Uint8Array<ArrayBuffer>;
    const bytes = Uint8Array.fromHex(found) as Uint8Array<ArrayBuffer>;
    return (await verifyBatch({ bytes, signature }, key)) ? null : "the signature is not of this key";
  } catch {
    return "the seal holds no key and signature of the known form";
  }
}

/** Whether a file of a copy may be called so: a path that leads nowhere else, in letters that every system can write. */
export function isCopyName(name: string): boolean {
  const parts = name.split("/");
  return (
    name.length <= 400 &&
    parts.every((part) => /^[\w.-]{1,150}$/.test(part) && !/^\.{1,2}$/.test(part)) &&
    name !== manifestName &&
    !parts[0]!.startsWith(".copy-")
  );
}

export function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function parseHeaders(said: unknown): Record<string, string> {
  const headers = parseObject(said, "headers");
  demand(Object.entries(headers).every(isHeader), "headers: names and values");
  return headers as Record<string, string>;
}

function isHeader([name, value]: [string, unknown]): boolean {
  return (
    /^[A-Za-z][A-Za-z-]{0,60}$/.test(name) && typeof value === "string" && /^[\x20-\x7e]{1,2000}$/.test(value)
  );
}

function isLanguage(value: unknown): value is string {
  return typeof value === "string" && /^[a-z]{2}$/.test(value);
}

/** The latest instant that a Date can tell. */
const maxInstant = 8.64e15;

function parseInstant(value: unknown, place: string): number {
  const at = typeof value === "string" && value.length <= 40 ? Date.parse(value) : NaN;
  demand(Number.isFinite(at) && at >= 0 && at <= maxInstant, `${place}: an instant`);
  return at;
}

function parseJson(text: string, what: string): Record<string, unknown> {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw new MalformedCopy(`${what} is not JSON`);
  }
  return parseObject(said, what);
}

function parseObject(said: unknown, what: string): Record<string, unknown> {
  demand(typeof said === "object" && said !== null && !Array.isArray(said), `${what}: an object`);
  return said as Record<string, unknown>;
}

function demand(holds: boolean, rule: string): asserts holds {
  if (!holds) {
    throw new MalformedCopy(rule);
  }
}
