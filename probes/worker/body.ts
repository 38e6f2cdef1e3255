/**
 * From the body of a response to the text that is judged, within a bound. The runtime itself unpacks gzip and brotli; what else may be
 * packed (deflate) is unpacked here.
 */

import { ProbeFailure } from "../failure.ts";

/** Text of at most `maxBytes`; `cut` when the body, unpacked, was longer. */
export async function readBody(
  response: Response,
  maxBytes: number,
): Promise<{ text: string; cut: boolean }> {
  const encoding = (response.headers.get("content-encoding") ?? "").trim().toLowerCase();
  const body = response.body as ReadableStream<Uint8Array> | null;
  if (body === null) {
    return { text: "", cut: false };
  }
  const reader = body.getReader();
  try {
    switch (encoding) {
      case "":
      case "identity":
      case "gzip":
      case "br":
        return decoded(await readUpTo(reader, maxBytes));
      case "deflate": {
        const packed = await readUpTo(reader, maxBytes);
        return packed.cut ? decoded(packed) : decoded(await inflated(packed.bytes, maxBytes));
      }
      default:
        throw new ProbeFailure("protocol_error", `content encoding ${encoding} was not asked for`);
    }
  } catch (error) {
    const unpacking = error instanceof Error && /decompress|inflate|brotli/i.test(error.message);
    throw unpacking ? new ProbeFailure("protocol_error", `the body is not valid ${encoding}`) : error;
  } finally {
    reader.cancel().catch(() => {});
  }
}

interface Bytes {
  bytes: Uint8Array<ArrayBuffer>;
  cut: boolean;
}

async function readUpTo(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return { bytes: joined(chunks, size), cut: false };
    }
    const left = maxBytes - size;
    chunks.push(value.subarray(0, left));
    size += Math.min(value.length, left);
    if (value.length > left) {
      return { bytes: joined(chunks, size), cut: true };
    }
  }
}

/** Some servers send the raw stream under the name deflate; the low bits of the first byte tell (RFC 1950). */
async function inflated(packed: Uint8Array<ArrayBuffer>, maxBytes: number): Promise<Bytes> {
  const format = ((packed[0] ?? 0) & 0x0f) === 8 ? "deflate" : "deflate-raw";
  const unpacking = new DecompressionStream(format);
  const writer = unpacking.writable.getWriter();
  // What is wrong with the stream is told to the reader.
  writer.write(packed).catch(() => {});
  writer.close().catch(() => {});
  const reader = unpacking.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  try {
    return await readUpTo(reader, maxBytes);
  } finally {
    reader.cancel().catch(() => {});
  }
}

function decoded({ bytes, cut }: Bytes): { text: string; cut: boolean } {
  return { text: new TextDecoder().decode(bytes), cut };
}

function joined(chunks: Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
