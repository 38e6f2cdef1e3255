/**
 * The batch on its way, on disk: two files taken in turn, so that a crash while one is written leaves the other. Their space is taken
 * beforehand, because a disk that is full must not stop what is there from being delivered. Part of the disk spool.
 */

import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Outgoing } from "../spool.ts";
import { writeAll } from "./durable.ts";
import { readRecord, writeRecord } from "./records.ts";

/** Hardly any batch is larger. */
const reservedBytes = 256 * 1024;
const signatureBytes = 64;
/** turn, from, through, samples, sequence */
const numbers = 5;

export interface OutgoingSlots {
  /** The one written last; null = none ever. */
  last(): Outgoing | null;
  write(outgoing: Outgoing): Promise<void>;
}

export async function openOutgoingSlots(folder: string): Promise<OutgoingSlots> {
  const paths = [0, 1].map((slot) => join(folder, `outgoing.${slot}`));
  let turn = 0;
  let last: Outgoing | null = null;
  for (const path of paths) {
    const found = await readSlot(path);
    if (found !== null && found.turn > turn) {
      ({ turn, outgoing: last } = found);
    }
  }
  return {
    last: () => last,
    async write(outgoing) {
      const { from, through, samples, sequence, signed } = outgoing;
      const bytes = Buffer.concat([signed.signature, signed.bytes]);
      const record = writeRecord({ numbers: [turn + 1, from, through, samples, sequence], bytes });
      const file = await open(paths[(turn + 1) % 2]!, "r+");
      try {
        await writeAll(file, record, 0);
        await file.datasync();
      } finally {
        await file.close();
      }
      turn++;
      last = outgoing;
    },
  };
}

async function readSlot(path: string): Promise<{ turn: number; outgoing: Outgoing } | null> {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      return null;
    }
    throw error;
  });
  if (content === null || content.length < reservedBytes) {
    await reserve(path, content?.length ?? 0);
  }
  const record = content === null ? null : readRecord(content, 0, numbers);
  if (record === null) {
    return null;
  }
  const [turn, from, through, samples, sequence] = record.numbers as [number, number, number, number, number];
  const signature = Uint8Array.from(record.bytes.subarray(0, signatureBytes));
  const bytes = Uint8Array.from(record.bytes.subarray(signatureBytes));
  return { turn, outgoing: { from, through, samples, sequence, signed: { bytes, signature } } };
}

async function reserve(path: string, from: number): Promise<void> {
  const file = await open(path, from === 0 ? "w" : "r+", 0o600);
  try {
    await writeAll(file, Buffer.alloc(reservedBytes - from), from);
    await file.sync();
  } finally {
    await file.close();
  }
}
