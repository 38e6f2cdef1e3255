/**
 * From samples to a signed batch, in two steps: samples are closed into a parcel, which can wait anywhere for any time; when the line is
 * free, parcels are sealed as the next batch of the chain. So whatever happened to the chain meanwhile, what waits need not be touched.
 */

import { decodeBatch, digestOf, encodeBatch, noPrevious, signBatch } from "./batch.ts";
import type { ClockSkew } from "./clock-skew.ts";
import { protocolVersion } from "./protocol.ts";
import type { Batch, BatchHeader, Observation, SignedBatch } from "./protocol.ts";
import type { Outgoing, Parcel } from "./spool.ts";

/** Where a chain stands: the last batch the server has, and the digest of its bytes. */
export interface ChainEnd {
  /** 0 = nothing was ever delivered. */
  sequence: number;
  /** 64 zeros with sequence 0. */
  previous: string;
}

/** The key for a batch: one for all, or whichever is valid from a sequence on. */
export type SigningKey = CryptoKey | ((sequence: number) => CryptoKey);

export interface SealingOptions {
  probe: string;
  location: string;
  privateKey: SigningKey;
  /** Absent: the clock is the server's own. */
  skew?: ClockSkew;
}

/** What is known of a parcel when it is closed. */
export interface Closing {
  closedAt: number;
  /** Null = never measured. */
  skewMs: number | null;
  /** Samples that could not be held since the parcel before. */
  refused: number;
}

/** A parcel's bytes are those of a batch that has no place in a chain yet. */
const noPlace = { version: protocolVersion, probe: "-", location: "-", sequence: 1, previous: noPrevious };

export function closeParcel(
  id: number,
  observations: readonly Observation[],
  { closedAt, skewMs, refused }: Closing,
): Parcel {
  const header = { ...noPlace, closedAt, ...clockAndLoss(skewMs, refused) };
  const oldestAt = observations.reduce((least, { at }) => Math.min(least, at), Infinity);
  return { id, samples: observations.length, oldestAt, bytes: encodeBatch(header, observations) };
}

/**
 * The next batch of the chain behind `end`, of as many of the parcels as belong together: those whose clocks were wrong alike.
 *
 * @param skewNow whether the clock is known better now than when the parcels were closed
 */
export async function sealParcels(
  parcels: readonly Parcel[],
  end: ChainEnd,
  options: SealingOptions,
  skewNow: boolean,
): Promise<Outgoing> {
  const { probe, location, privateKey, skew } = options;
  const known = skew?.worst(-Infinity) ?? null;
  const contents = parcels.map(({ bytes }) => withSkew(decodeBatch(bytes), known, skewNow));
  const alike = contents.findIndex((content) => !clocksAgree(content, contents[0]!));
  const together = alike === -1 ? contents : contents.slice(0, alike);
  const sequence = end.sequence + 1;
  const header: BatchHeader = {
    ...{ version: protocolVersion, probe, location, sequence, previous: end.previous },
    closedAt: together.at(-1)!.closedAt,
    ...clockAndLoss(
      together.map(({ skewMs }) => skewMs ?? null).reduce(furthest),
      together.reduce((sum, { refused = 0 }) => sum + refused, 0),
    ),
  };
  const observations = together.flatMap((content) => content.observations);
  const key = typeof privateKey === "function" ? privateKey(sequence) : privateKey;
  return {
    from: parcels[0]!.id,
    through: parcels[together.length - 1]!.id,
    samples: observations.length,
    sequence,
    signed: await signBatch(encodeBatch(header, observations), key),
  };
}

/** Where the chain stands once this batch is stored. */
export async function endAfter(sequence: number, { bytes }: SignedBatch): Promise<ChainEnd> {
  return { sequence, previous: await digestOf(bytes) };
}

/** A clock never measured before counts as it was measured since; one that a server contradicts, as the worse of the two. */
function withSkew(batch: Batch, known: number | null, skewNow: boolean): Batch {
  const skewMs = batch.skewMs === undefined || skewNow ? furthest(batch.skewMs ?? null, known) : batch.skewMs;
  return skewMs === null ? batch : { ...batch, skewMs };
}

/** Clocks that are right tell the same time, however little they differ. */
const rightWithinMs = 2_000;

function clocksAgree({ skewMs: a }: Batch, { skewMs: b }: Batch): boolean {
  return (
    a === b || (a !== undefined && b !== undefined && Math.max(Math.abs(a), Math.abs(b)) <= rightWithinMs)
  );
}

function furthest(a: number | null, b: number | null): number | null {
  return a === null || (b !== null && Math.abs(b) > Math.abs(a)) ? b : a;
}

function clockAndLoss(skewMs: number | null, refused: number): Pick<BatchHeader, "skewMs" | "refused"> {
  return { ...(skewMs === null ? {} : { skewMs }), ...(refused === 0 ? {} : { refused }) };
}
