/**
 * A contract: a commitment from an effective date on, and what is paid when it is broken (sla-semantics 9 and 11). Its cycles are judged
 * here, whole or, where a new version takes effect in the middle of one, in parts.
 */
import { InvalidInput } from "../../errors.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import type { CycleAvailability, Verdict } from "../measure/availability.ts";
import { availability } from "../measure/availability.ts";
import type { Commitment } from "../measure/commitment.ts";
import type { Exact } from "../figures/exact.ts";
import { simplest, sum } from "../figures/exact.ts";
import type { Overlays } from "../measure/exclusion.ts";
import type { CoveredService } from "../measure/measured-time.ts";
import { minuteMs } from "../figures/minute-rule.ts";
import { percentFloor } from "../figures/ratio.ts";
import type { CreditTerms, ServiceCredit } from "./service-credit.ts";
import { creditFor } from "./service-credit.ts";

/** One version of a contract. */
export interface ContractTerms {
  /** Whole minutes; null: since ever, for ever. */
  startsAt: Instant | null;
  endsAt: Instant | null;
  commitment: Commitment;
  /** Null: nothing is paid. */
  credit: CreditTerms | null;
}

/** What was measured for a contract, and what is laid over it. */
export interface ContractEvidence {
  services: readonly CoveredService[];
  overlays: Overlays;
}

/** A cycle under one version of a contract. */
export interface JudgedCycle {
  availability: CycleAvailability;
  credit: ServiceCredit | null;
}

/** Judges a cycle under one version, up to `asOf` while it runs. */
export function judgeContract(
  terms: ContractTerms,
  evidence: ContractEvidence,
  cycle: Interval,
  asOf: Instant | null,
): JudgedCycle {
  const { startsAt, endsAt, commitment } = terms;
  const question = { cycle, startsAt, endsAt, asOf };
  const judged = availability(evidence.services, commitment, question, evidence.overlays);
  return { availability: judged, credit: creditFor(judged, terms.credit) };
}

/** A cycle that a new version splits (`mid_cycle: split`). */
export interface SplitCycle {
  /** In order; each is a clipped period of its own, with its own budget and fee. */
  parts: JudgedCycle[];
  /** (sum of eligible - sum of downtime) / sum of eligible, truncated at 6 decimals; null when no part has data. */
  percent: string | null;
  /** Breached when any part is; no data when none has any. */
  verdict: Verdict;
  /** Sum of the parts' credits; null when none has one. */
  issuedMinor: number | null;
}

/**
 * Judges the parts of a cycle under the version in force in each. Quota and minimum outage look across the parts by themselves, since
 * every part is judged with the whole evidence and clipped last.
 */
export function judgeSplitCycle(
  versions: readonly { terms: ContractTerms; evidence: ContractEvidence }[],
  cycle: Interval,
  asOf: Instant | null,
): SplitCycle {
  return joinParts(versions.map(({ terms, evidence }) => judgeContract(terms, evidence, cycle, asOf)));
}

/**
 * What the judged parts of a cycle come to together; one part comes to itself.
 *
 * @throws InvalidInput split_currencies when they are credited in different currencies
 */
export function joinParts(parts: JudgedCycle[]): SplitCycle {
  const measured = parts.map((part) => part.availability).filter(({ share }) => share !== null);
  const eligibleMs = measured.reduce((total, part) => total + part.eligibleMs, 0);
  const downMs = measured.reduce<Exact>((total, { countedDownMs }) => sum(total, countedDownMs), 0);
  const credits = parts.flatMap(({ credit }) => (credit === null ? [] : [credit.issuedMinor]));
  if (new Set(parts.flatMap(({ credit }) => credit?.currency ?? [])).size > 1) {
    throw new InvalidInput("split_currencies", "The parts of one cycle are credited in one currency.");
  }
  return {
    parts,
    percent: eligibleMs === 0 ? null : percentFloor(eligibleMs, simplest(downMs), 6),
    verdict: verdictOfAll(parts.map((part) => part.availability.verdict)),
    issuedMinor: credits.length === 0 ? null : credits.reduce((total, credit) => total + credit, 0),
  };
}

const byWeight: readonly Verdict[] = ["breached", "on_track", "met", "no_target", "no_data"];

function verdictOfAll(verdicts: readonly Verdict[]): Verdict {
  return byWeight.find((verdict) => verdicts.includes(verdict)) ?? "no_data";
}

/** Whether a contract may start or end at this instant: at a whole minute. */
export function isContractEdge(at: Instant): boolean {
  return at % minuteMs === 0;
}
