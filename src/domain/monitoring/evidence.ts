/**
 * From evidence to what is derived from it: which samples a batch brings. Recording, deriving anew and verifying elsewhere all read
 * a batch by this one rule, so they cannot come to different outages.
 */
import { type Batch, clockUncertaintyOf, type Observation } from "../../../probes/protocol.ts";
import type { CheckSample } from "./derivation.ts";

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
