/**
 * An evidence file as lines: decompressed as it is read, whatever it is compressed with, one line in memory at a time. Never throws for
 * what a file holds: it says where and why it cannot be read on.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline, type Readable, Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { longestLineBytes } from "./format.ts";

export type ReadLine =
  /** `digest` is the SHA-256 of everything before this line. */
  | { text: string; number: number; digest: () => string }
  /** The line is there and is no text. */
  | { undecodable: string; number: number }
  /** Nothing can be read from here on. */
  | { broken: string; number: number };

/** Lines of a file, which must be there: what the system says when it is not, is thrown. */
export async function* readLines(path: string): AsyncGenerator<ReadLine> {
  const hash = createHash("sha256");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;

  function finished(): ReadLine {
    const bytes = Buffer.concat(parts, length);
    parts = [];
    length = 0;
    number++;
    // The digest is asked for, if at all, before the next line is read.
    const before = hash.copy();
    hash.update(bytes);
    hash.update("\n");
    try {
      return { text: decoder.decode(bytes), number, digest: () => before.digest("hex") };
    } catch {
      return { undecodable: "it is not UTF-8", number };
    }
  }

  const stream = await decompressed(path);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        parts.push(chunk.subarray(from, at));
        length += at - from;
        from = at + 1;
        if (length > longestLineBytes) {
          yield tooLong();
          return;
        }
        yield finished();
      }
      parts.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > longestLineBytes) {
        yield tooLong();
        return;
      }
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EISDIR" || code === "EIO") {
      throw error;
    }
    yield { broken: wordsOf(code, message), number: number + 1 };
    return;
  } finally {
    stream.destroy();
  }
  if (length > 0) {
    yield { broken: "the file ends in the middle of a line", number: number + 1 };
  }

  function tooLong(): ReadLine {
    const most = longestLineBytes / 1024 / 1024;
    return { broken: `it has more than ${most} MiB, which no line of evidence has`, number: number + 1 };
  }
}

function wordsOf(code: string | undefined, message: string): string {
  return code === "Z_BUF_ERROR" || /unexpected end|truncated/i.test(message)
    ? "the file ends too early: a part of it is missing"
    : `the compressed text is damaged (${message})`;
}

/** By the first bytes: gzip, zstd, or plain text. */
async function decompressed(path: string): Promise<Readable> {
  const file = await open(path);
  const start = Buffer.alloc(4);
  try {
    await file.read(start, 0, 4, 0);
  } finally {
    await file.close();
  }
  const source = createReadStream(path);
  const transform =
    start.readUInt16BE(0) === 0x1f8b
      ? createGunzip()
      : start.readUInt32LE(0) === 0xfd2fb528
        ? createZstdDecompress()
        : null;
  // Errors reach whoever reads the last stream.
  return transform === null ? source : (pipeline(source, transform as Transform, () => {}) as Readable);
}
