/**
 * Parcels on disk: files that are only appended to, synced before a parcel counts as held, and removed as a whole when all of their
 * parcels were released. What a killed process left half written is cut off at the next start. Part of the disk spool.
 */

import { type FileHandle, open, readdir, readFile, truncate, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Parcel } from "../spool.ts";
import { syncFolder, writeAll } from "./durable.ts";
import { type Gap, readRecord, readRecords, writeRecord } from "./records.ts";

/** id, samples, oldestAt */
const numbers = 3;

/** Where a parcel lies. */
interface Place {
  id: number;
  samples: number;
  oldestAt: number;
  offset: number;
  length: number;
}

interface Segment {
  path: string;
  /** Bytes of whole records and of what lies between them. */
  size: number;
  lastId: number;
  /** Not released yet, oldest first, from `next` on. */
  places: Place[];
  next: number;
}

/** Something on the disk that was a parcel once cannot be read any more. */
export type Damage = { kind: "damaged"; path: string; bytes: number; samples: number | null };

export interface Segments {
  lastId(): number;
  append(parcel: Parcel): Promise<void>;
  oldest(samples: number): Promise<Parcel[]>;
  has(id: number): boolean;
  release(through: number): Promise<void>;
  samples(): number;
  oldestAt(): number | null;
  /** Bytes on disk. */
  size(): number;
  close(): Promise<void>;
}

/** @param released parcels up to this one were acknowledged before */
export async function openSegments(
  folder: string,
  segmentBytes: number,
  released: number,
  onDamage: (damage: Damage) => void,
): Promise<Segments> {
  const segments: Segment[] = [];
  let samples = 0;
  let lastId = released;
  /** The last segment, while it can be appended to. */
  let file: FileHandle | null = null;

  for (const name of (await readdir(folder)).filter((one) => one.endsWith(".segment")).sort()) {
    const segment = await readSegment(join(folder, name));
    segments.push(segment);
    lastId = Math.max(lastId, segment.lastId);
    samples += segment.places.reduce((sum, place) => sum + place.samples, 0);
  }
  await release(released);

  async function readSegment(path: string): Promise<Segment> {
    const content = await readFile(path);
    const { records, gaps } = readRecords(content, numbers);
    const places: Place[] = [];
    let last = Math.max(0, segments.at(-1)?.lastId ?? 0);
    for (const { numbers: told, offset, length } of records) {
      const [id, many, oldestAt] = told as [number, number, number];
      // A parcel that was written, could not be synced, and was written once more.
      if (id > last) {
        places.push({ id, samples: many, oldestAt, offset, length });
        last = id;
      }
    }
    const size = await withoutTornTail(path, content.length, gaps);
    return { path, size, lastId: last, places, next: 0 };
  }

  /** What was being written when the process was killed was never held. Anything else that is broken is told. */
  async function withoutTornTail(path: string, length: number, gaps: Gap[]): Promise<number> {
    const tail = gaps.at(-1);
    const isTorn = tail !== undefined && tail.offset + tail.length === length;
    for (const { length: bytes } of isTorn ? gaps.slice(0, -1) : gaps) {
      onDamage({ kind: "damaged", path, bytes, samples: null });
    }
    if (!isTorn) {
      return length;
    }
    await truncate(path, tail.offset);
    return tail.offset;
  }

  async function append(parcel: Parcel): Promise<void> {
    const { id, samples: many, oldestAt, bytes } = parcel;
    const record = writeRecord({ numbers: [id, many, oldestAt], bytes });
    if (file !== null && segments.at(-1)!.size + record.length > segmentBytes) {
      await close();
    }
    if (file === null) {
      file = await begin(id);
    }
    const segment = segments.at(-1)!;
    try {
      await writeAll(file, record, segment.size);
      await file.datasync();
    } catch (error) {
      await undo(file, segment);
      throw error;
    }
    segment.places.push({ id, samples: many, oldestAt, offset: segment.size, length: record.length });
    segment.size += record.length;
    segment.lastId = id;
    lastId = Math.max(lastId, id);
    samples += many;
  }

  async function begin(id: number): Promise<FileHandle> {
    const path = join(folder, `${String(id).padStart(16, "0")}.segment`);
    const begun = await open(path, "w", 0o600);
    try {
      await syncFolder(folder);
    } catch (error) {
      await begun.close();
      throw error;
    }
    segments.push({ path, size: 0, lastId: id - 1, places: [], next: 0 });
    return begun;
  }

  /** Takes back what was written in part; where even that fails, the rest goes into another file. */
  async function undo(begun: FileHandle, segment: Segment): Promise<void> {
    try {
      await begun.truncate(segment.size);
    } catch {
      await close();
    }
    if (segment.size === 0) {
      await close();
      segments.pop();
      await unlink(segment.path).catch(() => {});
    }
  }

  async function oldest(most: number): Promise<Parcel[]> {
    const parcels: Parcel[] = [];
    let sum = 0;
    for (const segment of segments) {
      const wanted: Place[] = [];
      for (let i = segment.next; i < segment.places.length; i++) {
        sum += segment.places[i]!.samples;
        if (sum > most && parcels.length + wanted.length > 0) {
          break;
        }
        wanted.push(segment.places[i]!);
      }
      parcels.push(...(await readPlaces(segment, wanted)));
      if (sum > most) {
        break;
      }
    }
    return parcels.length === 0 && samples > 0 && sum > 0 ? oldest(most) : parcels;
  }

  async function readPlaces(segment: Segment, places: readonly Place[]): Promise<Parcel[]> {
    if (places.length === 0) {
      return [];
    }
    const from = places[0]!.offset;
    const end = places.at(-1)!.offset + places.at(-1)!.length;
    const content = Buffer.alloc(end - from);
    const reading = await open(segment.path, "r");
    try {
      await reading.read(content, 0, content.length, from);
    } finally {
      await reading.close();
    }
    return places.flatMap((place) => {
      const record = readRecord(content, place.offset - from, numbers);
      if (record === null) {
        samples -= place.samples;
        segment.places = segment.places.filter((other) => other !== place);
        const { length: bytes, samples: many } = place;
        onDamage({ kind: "damaged", path: segment.path, bytes, samples: many });
        return [];
      }
      const { id, samples: many, oldestAt } = place;
      return [{ id, samples: many, oldestAt, bytes: Uint8Array.from(record.bytes) }];
    });
  }

  /** Cheap: a file is removed when nothing in it waits and nothing is written to it any more. */
  async function release(through: number): Promise<void> {
    for (const segment of [...segments]) {
      while (segment.next < segment.places.length && segment.places[segment.next]!.id <= through) {
        samples -= segment.places[segment.next++]!.samples;
      }
      if (segment.next < segment.places.length) {
        break;
      }
      segment.places = [];
      segment.next = 0;
      const isOpen = file !== null && segment === segments.at(-1);
      if (!isOpen) {
        await unlink(segment.path);
        segments.splice(segments.indexOf(segment), 1);
      }
    }
  }

  async function close(): Promise<void> {
    const closing = file;
    file = null;
    await closing?.close().catch(() => {});
  }

  const first = () => segments.find(({ places, next }) => next < places.length);

  return {
    lastId: () => lastId,
    append,
    oldest,
    has: (id) => segments.some(({ places, next }) => places.slice(next).some((place) => place.id === id)),
    release,
    samples: () => samples,
    oldestAt: () => {
      const segment = first();
      return segment === undefined ? null : segment.places[segment.next]!.oldestAt;
    },
    size: () => segments.reduce((sum, { size }) => sum + size, 0),
    close,
  };
}
