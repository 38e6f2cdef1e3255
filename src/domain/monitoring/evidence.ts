/**
 * From evidence to what is derived from it: which samples a batch brings. Recording, deriving anew and verifying elsewhere all read
 * a batch by this one rule, so they cannot come to different outages.
 */
import type { Batch, BatchHeader, Observation } from "../../../probes/protocol.ts";
import type { CheckSample } from "./derivation.ts";

/** A clock that is off by no more than this is right. */
const tolerableSkewMs = 2_000;

/** A clock that is off by more than this says nothing of when a sample was taken. */
const usableSkewMs = 60_000;

/**
 * By how many ms the instants of a batch may be wrong: 0 for a clock that is right; "inconclusive" for one that is so wrong that its
 * samples are kept as evidence and nothing is derived from them.
 */
export function clockUncertaintyOf({ skewMs = 0 }: Pick<BatchHeader, "skewMs">): number | "inconclusive" {
  const off = Math.abs(skewMs);
  return off <= tolerableSkewMs ? 0 : off <= usableSkewMs ? off : "inconclusive";
}

/** The observations that anything may be derived from: none of a batch whose probe's clock was wrong by more than a minute. */
export function usableObservations(batch: Batch): Observation[] {
  return clockUncertaintyOf(batch) === "inconclusive" ? [] : batch.observations;
}

/** The samples of some observations of a batch, as the derivation takes them. */
export function samplesOf(batch: Batch, observations: readonly Observation[]): CheckSample[] {
  const uncertaintyMs = clockUncertaintyOf(batch);
  if (uncertaintyMs === "inconclusive") {
    return [];
  }
  const { location } = batch;
  return observations.map(({ at, outcome }) =>
    uncertaintyMs === 0 ? { location, at, outcome } : { location, at, outcome, uncertaintyMs },
  );
}
