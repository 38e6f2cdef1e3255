/**
 * Samples of many probes, put aside in a few bytes each as they are read chain by chain, and given back check by check in order of time.
 * A year of a check from three places takes some tens of megabytes, however often it was asked.
 */
import { type Outcome, outcomes } from "../../probes/protocol.ts";
import type { CheckSample } from "../domain/monitoring/derivation.ts";

export interface SampleTape {
  put(checkId: number, sample: CheckSample): void;
  /** All samples of a check in order of time, some at a time; those of one instant are never parted. */
  read(checkId: number): Generator<CheckSample[]>;
}

/** A file holds more than can be gone through here. */
export class TooLarge extends Error {}

/** Some eighty years of a check from one place, asked every 15 s. */
const mostBytes = 512 * 1024 * 1024;

/** Samples of one location that came in order. */
interface Run {
  location: string;
  bytes: Uint8Array;
  length: number;
  lastAt: number;
}

/** More than this many would make reading slow: they are sorted into one a location. */
const mostRuns = 200;
const someSamples = 4_096;

export function openTape(): SampleTape {
  const checks = new Map<number, { runs: Run[]; most: number }>();
  let bytes = 0;
  return {
    put(checkId, sample) {
      bytes += 4;
      if (bytes > mostBytes) {
        throw new TooLarge("it holds more samples than can be replayed at once: ask for a shorter time");
      }
      let of = checks.get(checkId);
      if (of === undefined || of.runs.length > of.most) {
        const runs = of === undefined ? [] : sortedIntoOne(of.runs);
        of = { runs, most: runs.length + mostRuns };
        checks.set(checkId, of);
      }
      append(of.runs, sample);
    },
    *read(checkId) {
      let some: CheckSample[] = [];
      for (const sample of inOrder(checks.get(checkId)?.runs ?? [])) {
        if (some.length >= someSamples && sample.at !== some.at(-1)!.at) {
          yield some;
          some = [];
        }
        some.push(sample);
      }
      if (some.length > 0) {
        yield some;
      }
    },
  };
}

function append(runs: Run[], { location, at, outcome, uncertaintyMs = 0 }: CheckSample): void {
  let run = runs.find((one) => one.location === location && one.lastAt <= at);
  if (run === undefined) {
    run = { location, bytes: new Uint8Array(256), length: 0, lastAt: 0 };
    runs.push(run);
  }
  if (run.length + 32 > run.bytes.length) {
    const larger = new Uint8Array(run.bytes.length * 2);
    larger.set(run.bytes);
    run.bytes = larger;
  }
  const isUncertain = uncertaintyMs > 0 ? 1 : 0;
  writeNumber(run, (at - run.lastAt) * 8 + outcomes.indexOf(outcome) * 2 + isUncertain);
  if (isUncertain === 1) {
    writeNumber(run, uncertaintyMs);
  }
  run.lastAt = at;
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function writeNumber(run: Run, value: number): void {
  let rest = value;
  while (rest >= 128) {
    run.bytes[run.length++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  run.bytes[run.length++] = rest;
}

function* samplesIn({ location, bytes, length }: Run): Generator<CheckSample> {
  let place = 0;
  const readNumber = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[place++]!;
      value += (byte % 128) * scale;
      if (byte < 128) {
        return value;
      }
      scale *= 128;
    }
  };
  for (let at = 0; place < length;) {
    const packed = readNumber();
    at += Math.floor(packed / 8);
    const outcome = outcomes[(packed >> 1) & 3] as Outcome;
    yield packed % 2 === 1
      ? { location, at, outcome, uncertaintyMs: readNumber() }
      : { location, at, outcome };
  }
}

/** All runs together in order of time; of one instant, in order of location. */
function* inOrder(runs: readonly Run[]): Generator<CheckSample> {
  const heads = runs.map((run) => {
    const samples = samplesIn(run);
    return { samples, next: samples.next() };
  });
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.next.done !== true && (first === undefined || isBefore(head.next.value, first.next.value!))) {
        first = head;
      }
    }
    if (first === undefined) {
      return;
    }
    yield first.next.value as CheckSample;
    first.next = first.samples.next();
  }
}

function isBefore(a: CheckSample, b: CheckSample): boolean {
  return a.at < b.at || (a.at === b.at && a.location < b.location);
}

function sortedIntoOne(runs: readonly Run[]): Run[] {
  const sorted: Run[] = [];
  const all = runs.flatMap((run) => [...samplesIn(run)]);
  all.sort((a, b) => a.at - b.at);
  all.forEach((sample) => append(sorted, sample));
  return sorted;
}
