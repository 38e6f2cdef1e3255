/**
 * A check as the derivation sees it: the rules by which its rounds become readings (sla-semantics 3), and which rules held when.
 */
import type { Instant } from "../time/interval.ts";
import type { CheckDefinition } from "./check-definition.ts";

export interface CheckRules {
  /** How long a reading holds without a conclusive round (inclusive): 2.5 × the configured interval. */
  staleAfterMs: number;
  /** Consecutive rounds that switch "down" or "degraded" on, and off again. */
  confirmDown: number;
  confirmUp: number;
  /** Locations that must fail for a round to fail. */
  quorumFail: number;
  /** Locations that must report for a round to count at all. */
  minReporting: number;
  /** Those that have a vote; absent = all that report. */
  locations?: readonly string[];
}

/** A definition in force from an instant on. */
export interface CheckRevision {
  effectiveAt: Instant;
  definition: CheckDefinition;
}

/** A check that is or was watched, with all rules it ever had. */
export interface WatchedCheck {
  /** Its number on the wire. */
  id: number;
  serviceSlug: string;
  slug: string;
  createdAt: Instant;
  archivedAt: Instant | null;
  /** In order, at least one; the last is in force. */
  revisions: CheckRevision[];
}

/** The part of a definition that judges samples; what is asked plays no part in it. */
export type JudgingDefinition = Pick<
  CheckDefinition,
  "intervalMs" | "locations" | "quorumFail" | "confirmDown" | "confirmUp"
>;

/** How many intervals a reading holds without a conclusive round. */
export const staleIntervals = 2.5;

/** The rules that a definition stands for. */
export function rulesOf(definition: JudgingDefinition): CheckRules {
  const quorumFail = definition.quorumFail ?? Math.min(2, definition.locations.length);
  return {
    staleAfterMs: Math.floor(definition.intervalMs * staleIntervals),
    confirmDown: definition.confirmDown,
    confirmUp: definition.confirmUp,
    quorumFail,
    minReporting: quorumFail,
    locations: definition.locations,
  };
}

/** The revision in force at an instant; before the first one, the first. Revisions are in order, at least one. */
export function revisionAt<R extends { effectiveAt: Instant }>(revisions: readonly R[], at: Instant): R {
  let found = revisions[0]!;
  for (const revision of revisions) {
    if (revision.effectiveAt <= at) {
      found = revision;
    }
  }
  return found;
}
