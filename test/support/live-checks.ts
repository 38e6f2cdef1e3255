/** Checks in memory without a store: made of a definition, fed with samples through the same fold that recording a batch uses. */
import type { CheckDefinition } from "../../src/domain/monitoring/check-definition.ts";
import { beforeAnySample, derivationFrom } from "../../src/domain/monitoring/derivation.ts";
import { commitStep, foldSamples, type LiveCheck } from "../../src/live/live-check.ts";
import type { Observation } from "../../probes/protocol.ts";
import { httpCheck, sample } from "./watched.ts";

let lastId = 0;

/** A check of a service that was never asked yet. */
export function liveCheck(
  serviceSlug: string,
  slug: string,
  definition: Partial<CheckDefinition> = {},
  createdAt = 0,
): LiveCheck {
  return {
    id: ++lastId,
    serviceSlug,
    slug,
    createdAt,
    archivedAt: null,
    revisions: [{ effectiveAt: createdAt, definition: { ...httpCheck, ...definition } }],
    derivation: derivationFrom(beforeAnySample),
    changes: [],
    outages: [],
    observedFrom: null,
    lastSampleAt: null,
    trouble: null,
    buckets: new Map(),
    unsaved: false,
  };
}

/** Lets samples arrive together. True when readings or outages changed. */
export function arrive(check: LiveCheck, observations: readonly Observation[], location = "lisbon"): boolean {
  const samples = observations.map(({ at, outcome }) => ({ location, at, outcome }));
  return commitStep(check, foldSamples(check, samples), observations);
}

/** Lets a sample arrive every 15 s over [from, to]. */
export function arriveSteadily(
  check: LiveCheck,
  from: number,
  to: number,
  outcome: Observation["outcome"] = "ok",
  location = "lisbon",
): boolean {
  const observations: Observation[] = [];
  for (let at = from; at <= to; at += 15_000) {
    observations.push(sample(check.id, at, outcome));
  }
  return arrive(check, observations, location);
}
