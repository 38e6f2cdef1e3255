/** Reads what comes in pieces up to a bound, so that nobody can make the Worker hold more than it was told of. */

/** All of it; null: it is more than `mostBytes`. */
export async function readWithin(
  body: ReadableStream<Uint8Array> | null,
  mostBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = body?.getReader();
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    if (done) {
      break;
    }
    size += value.length;
    if (size > mostBytes) {
      await reader?.cancel();
      return null;
    }
    parts.push(value);
  }
  const all = new Uint8Array(size);
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}

/** What gzip packed; null: it is no gzip, or unpacks to more than `mostBytes`. */
export async function unpackedWithin(
  gzip: Uint8Array<ArrayBuffer>,
  mostBytes: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const unpacking = new DecompressionStream("gzip");
  const writer = unpacking.writable.getWriter();
  // What is wrong with the stream is told to the reader.
  writer.write(gzip).catch(() => {});
  writer.close().catch(() => {});
  try {
    return await readWithin(unpacking.readable as ReadableStream<Uint8Array>, mostBytes);
  } catch {
    return null;
  }
}
