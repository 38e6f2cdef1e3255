/**
 * A round: what all locations of a check say at one instant, and what that amounts to (sla-semantics 3). Between samples and
 * confirmation. Only locations that spoke lately have a vote: one that has gone quiet, or could not ask, is not reported.
 */
import type { Outcome } from "../../../probes/protocol.ts";
import type { Instant } from "../time/interval.ts";
import type { CheckRules } from "./check.ts";

/** What locations say, at an instant at which one of them delivered a sample. Missing = not reported. */
export interface Round {
  at: Instant;
  reports: Record<string, Outcome>;
  /** By how many ms its instant may be wrong: the most of all reports it is made of; absent = none is. */
  uncertaintyMs?: number;
}

/** What a location delivered at an instant. */
export interface Delivered {
  location: string;
  outcome: Outcome;
  uncertaintyMs?: number;
}

/** The latest sample of each location. */
export type LatestSamples = Record<string, LatestSample>;

export interface LatestSample {
  at: Instant;
  outcome: Outcome;
  uncertaintyMs?: number;
}

/** What the locations said last, after some of them delivered samples of one instant. */
export function withDelivered(
  latest: LatestSamples,
  at: Instant,
  delivered: readonly Delivered[],
): LatestSamples {
  const next = { ...latest };
  for (const { location, outcome, uncertaintyMs } of delivered) {
    next[location] = uncertaintyMs === undefined ? { at, outcome } : { at, outcome, uncertaintyMs };
  }
  return next;
}

/** Whether a location is one of the check's: what another one says, for it was asked there once or never, plays no part. */
export function hasVote(location: string, { locations }: CheckRules): boolean {
  return locations === undefined || locations.includes(location);
}

/** The round of an instant: the latest sample of every location of the check that is no older than `staleAfterMs`. */
export function roundAt(at: Instant, latest: LatestSamples, rules: CheckRules): Round {
  const reports: Record<string, Outcome> = {};
  let uncertaintyMs = 0;
  for (const location in latest) {
    const sample = latest[location]!;
    if (at - sample.at <= rules.staleAfterMs && hasVote(location, rules)) {
      reports[location] = sample.outcome;
      if (sample.uncertaintyMs !== undefined && sample.outcome !== "probe_error") {
        uncertaintyMs = Math.max(uncertaintyMs, sample.uncertaintyMs);
      }
    }
  }
  return uncertaintyMs === 0 ? { at, reports } : { at, reports, uncertaintyMs };
}

/** fail | degraded | ok, or inconclusive when too few locations report. */
export function judgeRound(round: Round, rules: CheckRules): "ok" | "degraded" | "fail" | "inconclusive" {
  let reporting = 0;
  let failing = 0;
  let slow = 0;
  for (const location in round.reports) {
    const report = round.reports[location]!;
    if (report !== "probe_error") {
      reporting++;
      failing += report === "fail" ? 1 : 0;
      slow += report === "slow" ? 1 : 0;
    }
  }
  if (reporting < rules.minReporting) {
    return "inconclusive";
  }
  if (failing >= rules.quorumFail) {
    return "fail";
  }
  return failing + slow >= rules.quorumFail ? "degraded" : "ok";
}
