/**
 * Packing old evidence: batches of one chain that follow each other become one text, which compresses far better than each by itself. A
 * batch names the digest of the one before it; inside a pack that digest can be computed, so it is left out and put back on reading.
 * The last signature vouches for the last batch, that names the one before, and so on: nothing in a pack can be changed unnoticed.
 */
import { digestOf } from "../../probes/batch.ts";

const chainField = /"previous":"[0-9a-f]{64}"/;
const emptyField = '"previous":""';

/** Bytes of consecutive batches, in order, as one text; the first keeps what it names as the one before. */
export function packBatches(batches: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const lines = batches.map((bytes, i) => {
    const text = decoder.decode(bytes);
    return i === 0 ? text : text.replace(chainField, emptyField);
  });
  // A batch is canonical JSON: it holds no line break.
  return new TextEncoder().encode(lines.join("\n"));
}

/** The exact bytes of every batch of a pack, with the digest of each. */
export async function unpackBatches(
  pack: Uint8Array,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; digest: string }[]> {
  const batches: { bytes: Uint8Array<ArrayBuffer>; digest: string }[] = [];
  for (const line of new TextDecoder().decode(pack).split("\n")) {
    const before = batches.at(-1);
    const text = before === undefined ? line : line.replace(emptyField, `"previous":"${before.digest}"`);
    const bytes = new TextEncoder().encode(text);
    batches.push({ bytes, digest: await digestOf(bytes) });
  }
  return batches;
}
