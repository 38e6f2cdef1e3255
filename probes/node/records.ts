/**
 * How the spool lays things down in a file so that it can tell later what was written to the end: a mark, a length, some numbers, the
 * bytes, and a digest over all of them. A record is whole or it does not count.
 */

import { createHash } from "node:crypto";

export interface FileRecord {
  numbers: readonly number[];
  bytes: Uint8Array;
}

/** Where a record was found. */
export interface FoundRecord extends FileRecord {
  offset: number;
  /** Of the whole record, in bytes. */
  length: number;
}

/** Bytes between two records, or after the last, that are no record. */
export interface Gap {
  offset: number;
  length: number;
}

const mark = Buffer.from("F9R1");
const digestBytes = 16;
const fixedBytes = mark.length + 4 + digestBytes;

function headerBytes(numbers: number): number {
  return fixedBytes + 8 * numbers;
}

export function writeRecord({ numbers, bytes }: FileRecord): Buffer {
  const record = Buffer.alloc(headerBytes(numbers.length) + bytes.length);
  mark.copy(record);
  record.writeUInt32LE(bytes.length, mark.length);
  numbers.forEach((number, i) => record.writeDoubleLE(number, fixedBytes + 8 * i));
  record.set(bytes, headerBytes(numbers.length));
  digestOf(record).copy(record, mark.length + 4);
  return record;
}

/** The record that begins at an offset, with so many numbers; null when what is there is none, or not a whole one. */
export function readRecord(file: Buffer, offset: number, numbers: number): FoundRecord | null {
  const header = headerBytes(numbers);
  if (offset + header > file.length || !file.subarray(offset, offset + mark.length).equals(mark)) {
    return null;
  }
  const length = header + file.readUInt32LE(offset + mark.length);
  if (offset + length > file.length) {
    return null;
  }
  const record = file.subarray(offset, offset + length);
  const digestAt = mark.length + 4;
  if (!digestOf(record).equals(record.subarray(digestAt, digestAt + digestBytes))) {
    return null;
  }
  return {
    offset,
    length,
    numbers: Array.from({ length: numbers }, (_, i) => record.readDoubleLE(fixedBytes + 8 * i)),
    bytes: record.subarray(header),
  };
}

/** Every whole record of a file, and what lies between. After something broken it goes on with the next whole record. */
export function readRecords(file: Buffer, numbers: number): { records: FoundRecord[]; gaps: Gap[] } {
  const records: FoundRecord[] = [];
  const gaps: Gap[] = [];
  let offset = 0;
  while (offset < file.length) {
    const record = readRecord(file, offset, numbers);
    if (record !== null) {
      records.push(record);
      offset += record.length;
      continue;
    }
    const next = nextRecord(file, offset + 1, numbers);
    gaps.push({ offset, length: next - offset });
    offset = next;
  }
  return { records, gaps };
}

function nextRecord(file: Buffer, from: number, numbers: number): number {
  for (let at = file.indexOf(mark, from); at !== -1; at = file.indexOf(mark, at + 1)) {
    if (readRecord(file, at, numbers) !== null) {
      return at;
    }
  }
  return file.length;
}

/** Over everything but the digest itself. */
function digestOf(record: Buffer): Buffer {
  const at = mark.length + 4;
  return createHash("sha256")
    .update(record.subarray(0, at))
    .update(record.subarray(at + digestBytes))
    .digest()
    .subarray(0, digestBytes);
}
