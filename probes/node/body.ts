/** From the bytes of a body, as far as they were read, to the text that is judged: content encodings, within a bound. */

import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { ProbeFailure } from "../failure.ts";

/** Text of at most `maxBytes`; `cut` when the body, packed or unpacked, was longer. */
export function decodeBody(
  chunks: Buffer[],
  encoding: string | undefined,
  maxBytes: number,
  cut: boolean,
): { text: string; cut: boolean } {
  let bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  // Applied in the order listed (RFC 9110, 8.4), so undone from the last on.
  for (const name of (encoding ?? "").toLowerCase().split(",").reverse()) {
    const unpacked = unpack(name.trim(), bytes, maxBytes);
    cut ||= unpacked.cut;
    bytes = unpacked.bytes;
  }
  return { text: bytes.toString("utf8"), cut };
}

function unpack(name: string, bytes: Buffer, maxBytes: number): { bytes: Buffer; cut: boolean } {
  const bounds = { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH };
  try {
    switch (name) {
      case "":
      case "identity":
        return { bytes, cut: false };
      case "gzip":
      case "x-gzip":
        return { bytes: gunzipSync(bytes, bounds), cut: false };
      case "deflate":
        // Some servers send the raw stream under this name; the low bits of the first byte tell (RFC 1950).
        return {
          bytes: ((bytes[0] ?? 0) & 0x0f) === 8 ? inflateSync(bytes, bounds) : inflateRawSync(bytes, bounds),
          cut: false,
        };
      case "br":
        return {
          bytes: brotliDecompressSync(bytes, {
            maxOutputLength: maxBytes,
            finishFlush: constants.BROTLI_OPERATION_FLUSH,
          }),
          cut: false,
        };
      default:
        throw new ProbeFailure("protocol_error", `content encoding ${name} was not asked for`);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      return { bytes: Buffer.alloc(0), cut: true };
    }
    throw error instanceof ProbeFailure
      ? error
      : new ProbeFailure("protocol_error", `the body is not valid ${name}`);
  }
}
