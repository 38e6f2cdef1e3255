/**
 * The promise: how much availability, over which cycles, and how time is read when it is counted. Contracts carry it in versions; where
 * there is no contract, the platform's own stands.
 */
import { InvalidInput } from "../../errors.ts";
import type { OutageFigure } from "../../monitoring/outage.ts";
import type { CycleRule } from "../../time/billing-cycle.ts";
import type { BusinessCalendar } from "../../time/business-calendar.ts";
import { isTimeZone } from "../../time/local-day.ts";
import type { MaintenancePolicy } from "./exclusion.ts";
import { noMaintenanceExcluded } from "./exclusion.ts";
import type { Granularity } from "../figures/minute-rule.ts";
import type { Target, VerdictRounding } from "../figures/ratio.ts";
import { parseTarget } from "../figures/ratio.ts";
import type { RollUpRule } from "./roll-up.ts";

/** What unmeasured time counts as: available; downtime; or nothing, it leaves the denominator (sla-semantics 5). */
export const unknownRules = ["up", "down", "remove"] as const;
export type UnknownRule = (typeof unknownRules)[number];

export interface Commitment extends CycleRule {
  /** Null: measured, nothing promised. */
  target: Target | null;
  rollUp: RollUpRule;
  unknown: UnknownRule;
  granularity: Granularity;
  /** Shorter outages do not count; those of this length and longer count from their first ms. */
  minOutageMs: number;
  /** Share of degraded time that counts as downtime, parts per million. */
  degradedWeightPpm: number;
  /** Which length of an outage counts (sla-semantics 3). */
  outageFigure: OutageFigure;
  /** Only its open time is eligible; null: around the clock. */
  serviceHours: BusinessCalendar | null;
  maintenance: MaintenancePolicy;
  /** Null: the exact percentage is compared. */
  verdictRounding: VerdictRounding | null;
}

/** What a platform says of its own commitment; the rest is the literal reading of the policies (sla-semantics 14). */
export interface PlatformCommitment {
  /** Decimal string, or null for no promise. */
  targetPercent: string | null;
  timeZone: string;
  anchorDay: number;
}

/** A commitment without further clauses: any service down counts, by the ms as observed, unknown time as up with bounds. */
export function commitmentFrom(platform: PlatformCommitment): Commitment {
  const { targetPercent, timeZone, anchorDay } = platform;
  if (!isTimeZone(timeZone)) {
    throw new InvalidInput("time_zone", `There is no time zone "${timeZone}" in the IANA database.`);
  }
  if (!Number.isInteger(anchorDay) || anchorDay < 1 || anchorDay > 31) {
    throw new InvalidInput(
      "anchor_day",
      `A billing cycle starts on day 1 to 31 of the month, not ${anchorDay}.`,
    );
  }
  return {
    target: targetPercent === null ? null : parseTarget(targetPercent),
    timeZone,
    anchorDay,
    rollUp: { kind: "any_down" },
    unknown: "up",
    granularity: "exact_ms",
    minOutageMs: 0,
    degradedWeightPpm: 0,
    outageFigure: "observed",
    serviceHours: null,
    maintenance: noMaintenanceExcluded,
    verdictRounding: null,
  };
}

/** A clause that contradicts another one. */
export interface Contradiction {
  clause: "granularity" | "minOutageMs" | "unknown";
  detail: string;
}

/**
 * Why these clauses cannot stand together; null when they can. Weighted downtime is no stretch of time any more, so nothing can be asked
 * of its minutes, of the length of its outages, or of which time leaves the denominator (sla-semantics 8).
 */
export function contradictionIn(commitment: Commitment): Contradiction | null {
  if (commitment.rollUp.kind !== "weighted") {
    return null;
  }
  if (commitment.granularity !== "exact_ms") {
    return { clause: "granularity", detail: "A weighted roll-up counts by the exact ms." };
  }
  if (commitment.minOutageMs !== 0) {
    return { clause: "minOutageMs", detail: "A weighted roll-up has no minimum length of an outage." };
  }
  if (commitment.unknown === "remove") {
    return {
      clause: "unknown",
      detail: "A weighted roll-up takes unknown time as up or down, and cannot remove it.",
    };
  }
  return null;
}
