/**
 * Where samples wait until the server has them: closed parcels, oldest first, and the one batch that is on its way. In memory here; a
 * disk (node/spool.ts) or a Worker's storage keep the same over a restart. A spool does not look into the bytes.
 */

import type { SignedBatch } from "./protocol.ts";

/** Samples that were closed together and are in no batch yet. */
export interface Parcel {
  /** 1, 2, 3 … in the order of closing, never used again by the same spool. */
  id: number;
  samples: number;
  /** `at` of its oldest sample. */
  oldestAt: number;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The batch on its way: made of the parcels `from`–`through`, sent again byte by byte until it is acknowledged. */
export interface Outgoing {
  from: number;
  through: number;
  samples: number;
  sequence: number;
  signed: SignedBatch;
}

/** What a spool says when its bounds are reached. What it has is older evidence, and stays. */
export class SpoolFull extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SpoolFull";
  }
}

/**
 * Calls come one after the other, never two at a time; the ones that return no promise may come at any time. Whatever rejects has
 * changed nothing, and will be tried again.
 */
export interface Spool {
  /** The highest id that was ever used; 0 = none. */
  lastId(): number;
  /** Holds one more parcel; resolved means that a crash does not lose it. Rejects with SpoolFull, or with what the medium says. */
  append(parcel: Parcel): Promise<void>;
  /** The oldest parcels, as many as have at most so many samples together, one at least; none when none waits. */
  oldest(samples: number): Promise<readonly Parcel[]>;
  /** The batch that was on its way last and is not acknowledged; null = none. */
  outgoing(): Outgoing | null;
  /**
   * Remembers what is about to be sent, in the place of what was on its way before: that one is acknowledged, or is sealed anew by
   * this. Must survive a crash from here on, or the same samples could be told twice.
   */
  putOutgoing(outgoing: Outgoing): Promise<void>;
  /** Forgets the parcels up to and including one, and the batch on its way that was made of them. */
  release(through: number): Promise<void>;
  /** Keeps a batch that no server can take for people to look at, out of the way of the others. */
  setAside(outgoing: Outgoing, why: string): Promise<void>;
  /** Samples in all parcels that wait, those on their way included. */
  samples(): number;
  /** `at` of the oldest sample that waits; null = none waits. */
  oldestAt(): number | null;
}

/** A spool that lives as long as the process. What is set aside is lost with it. */
export function memorySpool(): Spool {
  const parcels: Parcel[] = [];
  let first = 0;
  let lastId = 0;
  let samples = 0;
  let outgoing: Outgoing | null = null;
  return {
    lastId: () => lastId,
    append(parcel) {
      parcels.push(parcel);
      lastId = parcel.id;
      samples += parcel.samples;
      return Promise.resolve();
    },
    oldest(most) {
      let end = first;
      for (let sum = 0; end < parcels.length; end++) {
        sum += parcels[end]!.samples;
        if (sum > most && end > first) {
          break;
        }
      }
      return Promise.resolve(parcels.slice(first, end));
    },
    outgoing: () => outgoing,
    putOutgoing(next) {
      outgoing = next;
      return Promise.resolve();
    },
    release(through) {
      while (first < parcels.length && parcels[first]!.id <= through) {
        samples -= parcels[first++]!.samples;
      }
      if (first > 1_000 || first === parcels.length) {
        parcels.splice(0, first);
        first = 0;
      }
      if (outgoing !== null && outgoing.through <= through) {
        outgoing = null;
      }
      return Promise.resolve();
    },
    setAside: () => Promise.resolve(),
    samples: () => samples,
    oldestAt: () => parcels[first]?.oldestAt ?? null,
  };
}
