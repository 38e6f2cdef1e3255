/**
 * The promise: how much availability, over which cycles, and how time is read when it is counted. Contracts carry it in versions; where
 * there is no contract, the platform's own stands.
 */
import { InvalidInput } from "../errors.ts";
import type { OutageFigure } from "../monitoring/outage.ts";
import type { CycleRule } from "../time/billing-cycle.ts";
import { isTimeZone } from "../time/local-day.ts";
import type { Target } from "./ratio.ts";
import { parseTarget } from "./ratio.ts";
import type { RollUpRule } from "./roll-up.ts";

/** What unmeasured time counts as: available; downtime; or nothing, it leaves the denominator (sla-semantics 5). */
export type UnknownRule = "up" | "down" | "remove";

/** How downtime is counted (sla-semantics 4): by the exact ms. */
export type Granularity = "exact_ms";

export interface Commitment extends CycleRule {
  /** Null: measured, nothing promised. */
  target: Target | null;
  rollUp: RollUpRule;
  unknown: UnknownRule;
  granularity: Granularity;
  /** Which length of an outage counts (sla-semantics 3). */
  outageFigure: OutageFigure;
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
    outageFigure: "observed",
  };
}
