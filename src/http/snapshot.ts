/**
 * Finished answers kept in memory: bytes, each compression of them made once, a strong ETag, 304. A page is rendered once
 * after a change, never on the next requests; where rendering fails, the last good one goes on being served. Between the pages and
 * the socket; written on node:http alone, because here the price of a framework would be most of the price (see repeated-answer.ts).
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from "node:zlib";
import { type Repeated, sendRepeated } from "./repeated-answer.ts";

const encodings = ["zstd", "br", "gzip"] as const;
type Encoding = (typeof encodings)[number] | "identity";

/** One answer, immutable. */
export interface Snapshot {
  status: number;
  body: Buffer;
  etag: string;
  /** Name and value in turn; without length, encoding and tag. */
  headers: readonly string[];
  variants: Map<Encoding, Variant>;
}

interface Variant extends Repeated {
  tag: string;
}

/** Bodies smaller than this do not gain by compression. */
const compressFrom = 600;

/** An answer from its bytes. Headers are name → value. */
export function toSnapshot(
  content: string | Buffer,
  headers: Readonly<Record<string, string>>,
  status = 200,
): Snapshot {
  const body = typeof content === "string" ? Buffer.from(content) : content;
  const etag = createHash("sha256").update(body).digest("base64url").slice(0, 22);
  return { status, body, etag, headers: Object.entries(headers).flat(), variants: new Map() };
}

/** Sends the answer in the best encoding the reader takes, or 304 when the reader has it already. */
export function sendSnapshot(snapshot: Snapshot, request: IncomingMessage, response: ServerResponse): void {
  const variant = variantOf(snapshot, encodingFor(request.headers["accept-encoding"]));
  const known = request.headers["if-none-match"];
  if (known !== undefined && snapshot.status === 200 && matches(known, variant.tag)) {
    response.writeHead(304, withoutLength(variant.headers));
    response.end();
    return;
  }
  sendRepeated(variant, request, response);
}

/** Makes what another was sent as ahead of being asked for. */
export function compressAs(snapshot: Snapshot, { variants }: Pick<Snapshot, "variants">): void {
  for (const encoding of variants.keys()) {
    variantOf(snapshot, encoding);
  }
}

/** Keeps one snapshot a key. */
export interface Snapshots {
  /**
   * The snapshot of a key, rendered anew when the version is another one or the last is older than `maxAgeMs`. When rendering throws
   * and there is an earlier one, that is given (and the error told); otherwise it throws.
   */
  take(key: string, version: string, now: number, render: () => Snapshot): Snapshot;
}

/** `limit` bounds how many keys are kept; the one not asked for longest goes first. */
export function keepSnapshots(options: {
  maxAgeMs: number;
  limit: number;
  onError: (error: unknown) => void;
}): Snapshots {
  const kept = new Map<string, { version: string; renderedAt: number; snapshot: Snapshot }>();
  return {
    take(key, version, now, render) {
      const entry = kept.get(key);
      if (entry !== undefined && entry.version === version && now - entry.renderedAt < options.maxAgeMs) {
        return entry.snapshot;
      }
      try {
        const fresh = render();
        const snapshot = entry !== undefined && isSame(entry.snapshot, fresh) ? entry.snapshot : fresh;
        kept.delete(key);
        kept.set(key, { version, renderedAt: now, snapshot });
        if (kept.size > options.limit) {
          kept.delete(kept.keys().next().value!);
        }
        return snapshot;
      } catch (error) {
        if (entry === undefined) {
          throw error;
        }
        options.onError(error);
        // Not tried again on every request: the failed version counts as rendered until it ages or changes.
        kept.set(key, { ...entry, version, renderedAt: now });
        return entry.snapshot;
      }
    },
  };
}

/** What was compressed already goes on being sent where nothing of it would be another. */
function isSame(one: Snapshot, other: Snapshot): boolean {
  return one.etag === other.etag && one.headers.join("\n") === other.headers.join("\n");
}

function variantOf(snapshot: Snapshot, wanted: Encoding): Variant {
  const encoding = snapshot.body.length < compressFrom ? "identity" : wanted;
  let variant = snapshot.variants.get(encoding);
  if (variant === undefined) {
    const body = compress[encoding](snapshot.body);
    const tag = encoding === "identity" ? `"${snapshot.etag}"` : `"${snapshot.etag}-${encoding}"`;
    const headers = [...snapshot.headers, "ETag", tag, "Content-Length", String(body.length)];
    if (encoding !== "identity") {
      headers.push("Content-Encoding", encoding);
    }
    variant = { status: snapshot.status, headers, body, tag };
    snapshot.variants.set(encoding, variant);
  }
  return variant;
}

/** Levels at which a page of 300 kB takes a few milliseconds: it is compressed once a change, not once a year. */
const compress: Record<Encoding, (body: Buffer) => Buffer> = {
  identity: (body) => body,
  gzip: (body) => gzipSync(body, { level: 7 }),
  br: (body) =>
    brotliCompressSync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 5,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  zstd: (body) =>
    zstdCompressSync(body, {
      params: { [constants.ZSTD_c_compressionLevel]: 9, [constants.ZSTD_c_windowLog]: 18 },
    }),
};

/** Browsers send one of very few values; each is understood once. */
const understood = new Map<string, Encoding>();

function encodingFor(accepted: string | undefined): Encoding {
  if (accepted === undefined) {
    return "identity";
  }
  let encoding = understood.get(accepted);
  if (encoding === undefined) {
    encoding = bestEncoding(accepted);
    if (understood.size < 500) {
      understood.set(accepted, encoding);
    }
  }
  return encoding;
}

/** RFC 9110 12.5.3: a coding with weight 0 is refused. */
function bestEncoding(accepted: string): Encoding {
  const taken = new Set<string>();
  for (const part of accepted.toLowerCase().split(",")) {
    const [coding = "", ...settings] = part.trim().split(";");
    if (!settings.some((one) => /^\s*q=0(\.0*)?\s*$/.test(one))) {
      taken.add(coding.trim());
    }
  }
  return encodings.find((encoding) => taken.has(encoding)) ?? "identity";
}

function matches(known: string, tag: string): boolean {
  return (
    known === tag ||
    known.trim() === "*" ||
    known.split(",").some((one) => one.trim().replace(/^W\//, "") === tag)
  );
}

function withoutLength(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== "Content-Length") {
      kept.push(headers[i]!, headers[i + 1]!);
    }
  }
  return kept;
}
