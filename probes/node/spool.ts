/**
 * The spool of a probe on a disk: what it has taken survives `kill -9` at any byte and the loss of power, the end of the process and of
 * the server. Bounded; what is there is the older evidence and stays, what is new is refused when there is no room.
 *
 * A sample is in it when its parcel was synced. What was collected and not closed by then is lost with the process: samples of at most
 * 10 s, of at most 1 s while something is changing (collecting.ts).
 */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { SpoolFull } from "../spool.ts";
import type { Outgoing, Spool } from "../spool.ts";
import { replaceFile } from "./durable.ts";
import { openOutgoingSlots } from "./outgoing-slots.ts";
import { type Damage, openSegments } from "./segments.ts";

export interface DiskSpoolOptions {
  /** Made where it does not exist. One process at a time: whoever opens it holds the lock (folder-lock.ts). */
  folder: string;
  /** 256 MiB unless told: months of a quiet probe, days of one with a thousand checks. */
  maxBytes?: number;
  /** 20 million unless told. */
  maxSamples?: number;
  /** Something on the disk cannot be read any more. */
  onDamage: (damage: Damage) => void;
}

export interface DiskSpool extends Spool {
  close(): Promise<void>;
}

const largestSegmentBytes = 4 * 1024 * 1024;

export async function openDiskSpool(options: DiskSpoolOptions): Promise<DiskSpool> {
  const { folder, onDamage, maxBytes = 256 * 1024 * 1024, maxSamples = 20_000_000 } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const slots = await openOutgoingSlots(folder);
  const last = slots.last();
  const segmentBytes = Math.min(largestSegmentBytes, Math.ceil(maxBytes / 8));
  // A batch is put on its way only when everything before it was acknowledged.
  const segments = await openSegments(folder, segmentBytes, last === null ? 0 : last.from - 1, onDamage);
  // Its parcels are gone: so it was acknowledged.
  let outgoing: Outgoing | null = last !== null && segments.has(last.through) ? last : null;
  const lastId = Math.max(segments.lastId(), last?.through ?? 0);

  return {
    lastId: () => Math.max(lastId, segments.lastId()),
    async append(parcel) {
      if (segments.samples() + parcel.samples > maxSamples) {
        throw new SpoolFull(`the spool in ${folder} has ${segments.samples()} samples, and no room for more`);
      }
      if (segments.size() + parcel.bytes.length > maxBytes) {
        throw new SpoolFull(`the spool in ${folder} has ${maxBytes} bytes, and no room for more`);
      }
      await segments.append(parcel);
    },
    oldest: (samples) => segments.oldest(samples),
    outgoing: () => outgoing,
    async putOutgoing(next) {
      await slots.write(next);
      outgoing = next;
    },
    async release(through) {
      await segments.release(through);
      if (outgoing !== null && outgoing.through <= through) {
        outgoing = null;
      }
    },
    async setAside({ sequence, samples, signed }, why) {
      const aside = join(folder, "set-aside");
      await mkdir(aside, { recursive: true, mode: 0o700 });
      const story = { why, sequence, samples, signature: signed.signature.toBase64() };
      await replaceFile(join(aside, `${sequence}.batch`), signed.bytes);
      await replaceFile(join(aside, `${sequence}.json`), `${JSON.stringify(story)}\n`);
    },
    samples: () => segments.samples(),
    oldestAt: () => segments.oldestAt(),
    close: () => segments.close(),
  };
}
