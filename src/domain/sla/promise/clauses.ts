/**
 * The clauses of a contract as people agree on them: everything that is promised, in words of the contract and not yet in numbers to
 * compute with (clause-terms.ts makes those). JSON throughout, because versions are stored as they were recorded.
 */
import type { OutageFigure } from "../../monitoring/outage.ts";
import type { ShownState, SupportTerms } from "../../support/support-plan.ts";
import type { CalendarDefinition } from "../../time/calendar-definition.ts";
import type { UnknownRule } from "../measure/commitment.ts";
import type { Rounding } from "../figures/exact.ts";
import type { Granularity } from "../figures/minute-rule.ts";
import type { VerdictRounding } from "../figures/ratio.ts";
import type { CreditBand } from "../settle/service-credit.ts";

/** Hours by the slug of a calendar of the platform, or written into the contract itself. */
export type HoursClause = { calendar: string } | { inline: CalendarDefinition };

/** All services of the platform, also those to come; or the named ones and those of the named groups. */
export type Coverage = "*" | { services: string[]; groups: string[] };

export type RollUpClause =
  | { kind: "any_down" }
  | { kind: "all_down" }
  | { kind: "k_of_n"; k: number }
  /** Weights by service slug, decimals. */
  | { kind: "weighted"; weights: Record<string, string> };

/** What the contract says of maintenance and its share in downtime (sla-semantics 6). */
export interface MaintenanceClause {
  exclude: boolean;
  minNoticeMs: number;
  maxWindowMs: number | null;
  overCap: "truncate" | "reject";
  maxPerQuarter: number | null;
  outsideHoursOf: HoursClause | null;
  denominator: "keep" | "remove";
  /** What a window is warned about before it is published, excluded or not; null: nothing. */
  checks: MaintenanceChecks | null;
}

/** Promises on the windows themselves (window-check.ts). */
export interface MaintenanceChecks {
  maxWindowMs: number | null;
  maxPerQuarter: number | null;
  outsideHoursOf: HoursClause | null;
  minNoticeMs: number | null;
}

/** Kinds of approved exclusions that a contract may allow. */
export const exclusionKinds = [
  "force_majeure",
  "customer_caused",
  "third_party",
  "suspension",
  "beta",
] as const;
export type ExclusionKind = (typeof exclusionKinds)[number];

/** Net money in minor units. */
export interface Money {
  minor: number;
  /** ISO 4217. */
  currency: string;
}

export const creditModes = ["automatic", "on_claim"] as const;

/** Until when a credit may be claimed. */
export type ClaimWindow =
  | { kind: "days_after_cycle"; days: number }
  | { kind: "end_of_following_cycle"; cycles: number }
  | { kind: "business_days_after_incident"; days: number; hours: HoursClause };

export type CreditModelClause =
  | { kind: "bands"; bands: CreditBand[] }
  /** Decimals. */
  | { kind: "proportional"; multiplier: string; affectedRatio: string };

export interface CreditClause {
  model: CreditModelClause;
  mode: (typeof creditModes)[number];
  /** The fee of the contract, or of the affected service alone. */
  feeBasis: "contract" | "service";
  proration: "none" | "by_time";
  rounding: Rounding;
  /** Most of the fee that a cycle gives back, decimal percent. */
  capPercent: string | null;
  /** Most that a rolling term of so many months gives back. */
  rollingCap: { amount: Money; months: number } | null;
  /** Only a credit that is greater is issued. */
  minimum: Money | null;
  /** Null: whenever. */
  claim: ClaimWindow | null;
  /** Whether a revision may take back what was credited. */
  clawback: boolean;
}

/** Trouble of a kind, in the contract's own words, and what the page shows of it. */
export interface CategoryDefinition {
  slug: string;
  title: string;
  meaning: string;
  /** Null: no change of status. */
  shows: ShownState | null;
}

/** What is promised of the watching itself. */
export interface PromisesClause {
  /** Every service of the platform is watched and alerted on, or the covered ones; null: nothing is said. */
  monitoring: "platform" | "covered" | null;
  /** A public status page that can be read at any time. */
  statusPage: boolean;
  /** Every enquiry is logged under a reference of its own. */
  references: boolean;
  /** Anyone may report trouble, under every agreement. */
  openReports: boolean;
  /** A report on operations to management; null: none. */
  operationsReport: "weekly" | null;
  /** Best efforts without remedy, or a guarantee. */
  standing: "best_efforts" | "guarantee";
}

/** Everything that holds from a version on. */
export interface ContractClauses {
  covers: Coverage;
  rollUp: RollUpClause;
  /** Decimal percent; null: measured, nothing promised. */
  targetPercent: string | null;
  timeZone: string;
  anchorDay: number;
  /** Null: around the clock. */
  serviceHours: HoursClause | null;
  maintenance: MaintenanceClause;
  /** Kinds that may be approved; each single case needs two people. */
  exclusions: ExclusionKind[];
  unknown: UnknownRule;
  granularity: Granularity;
  minOutageMs: number;
  degradedWeightPpm: number;
  outageFigure: OutageFigure;
  verdictRounding: VerdictRounding | null;
  /** Net fee of a whole cycle; null: none is agreed here. */
  fee: Money | null;
  /** Null: nothing is paid. */
  credit: CreditClause | null;
  /** Days after the cycle in which corrections need no admin (sla-semantics 12). */
  correctionDays: number;
  support: SupportTerms<HoursClause> | null;
  categories: CategoryDefinition[];
  promises: PromisesClause;
}

/** The literal reading where nothing is said (sla-semantics 14). The platform's zone, anchor and target stand in where those are not. */
export function literalClauses(platform: {
  targetPercent: string | null;
  timeZone: string;
  anchorDay: number;
}): ContractClauses {
  return {
    covers: "*",
    rollUp: { kind: "any_down" },
    targetPercent: platform.targetPercent,
    timeZone: platform.timeZone,
    anchorDay: platform.anchorDay,
    serviceHours: null,
    maintenance: {
      exclude: false,
      minNoticeMs: 0,
      maxWindowMs: null,
      overCap: "truncate",
      maxPerQuarter: null,
      outsideHoursOf: null,
      denominator: "keep",
      checks: null,
    },
    exclusions: [],
    unknown: "up",
    granularity: "exact_ms",
    minOutageMs: 0,
    degradedWeightPpm: 0,
    outageFigure: "observed",
    verdictRounding: null,
    fee: null,
    credit: null,
    correctionDays: 90,
    support: null,
    categories: [],
    promises: {
      monitoring: null,
      statusPage: false,
      references: false,
      openReports: false,
      operationsReport: null,
      standing: "guarantee",
    },
  };
}

/** Which services of the platform the clause covers, in the platform's order. */
export function coveredServices<S extends { slug: string; groupSlug: string | null }>(
  covers: Coverage,
  services: readonly S[],
): S[] {
  return covers === "*"
    ? [...services]
    : services.filter(
        ({ slug, groupSlug }) =>
          covers.services.includes(slug) || (groupSlug !== null && covers.groups.includes(groupSlug)),
      );
}

/** Every place where the clauses name hours. */
export function hoursIn(clauses: ContractClauses): HoursClause[] {
  const { serviceHours, maintenance, credit, support } = clauses;
  return [
    serviceHours,
    maintenance.outsideHoursOf,
    maintenance.checks?.outsideHoursOf ?? null,
    credit?.claim?.kind === "business_days_after_incident" ? credit.claim.hours : null,
    ...(support?.plans.map(({ hours }) => hours) ?? []),
  ].filter((hours) => hours !== null);
}
