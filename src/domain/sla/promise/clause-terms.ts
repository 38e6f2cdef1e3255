/** From the clauses people agreed on to the terms the arithmetic computes with: calendars expanded, decimals exact. */
import type { BusinessCalendar } from "../../time/business-calendar.ts";
import type { Instant } from "../../time/interval.ts";
import type { ContractClauses, HoursClause, MaintenanceClause, Money } from "./clauses.ts";
import type { Commitment } from "../measure/commitment.ts";
import type { ContractTerms } from "../settle/contract.ts";
import { parseDecimal } from "../figures/exact.ts";
import type { Fraction } from "../figures/exact.ts";
import type { MaintenancePolicy } from "../measure/exclusion.ts";
import { parseTarget } from "../figures/ratio.ts";
import type { CreditTerms } from "../settle/service-credit.ts";

/** Gives the calendar that hours stand for. */
export type CalendarOf = (hours: HoursClause) => BusinessCalendar;

/** The promise, without what is paid for breaking it. */
export function commitmentOf(clauses: ContractClauses, calendarOf: CalendarOf): Commitment {
  const { targetPercent, timeZone, anchorDay, unknown, granularity, minOutageMs } = clauses;
  const { degradedWeightPpm, outageFigure, verdictRounding, rollUp } = clauses;
  return {
    target: targetPercent === null ? null : parseTarget(targetPercent),
    timeZone,
    anchorDay,
    rollUp: rollUp.kind === "weighted" ? { kind: "weighted" } : rollUp,
    unknown,
    granularity,
    minOutageMs,
    degradedWeightPpm,
    outageFigure,
    serviceHours: clauses.serviceHours && calendarOf(clauses.serviceHours),
    maintenance: maintenancePolicyOf(clauses.maintenance, calendarOf),
    verdictRounding,
  };
}

function maintenancePolicyOf(clause: MaintenanceClause, calendarOf: CalendarOf): MaintenancePolicy {
  const { checks: _, outsideHoursOf, ...policy } = clause;
  return { ...policy, outsideHoursOf: outsideHoursOf && calendarOf(outsideHoursOf) };
}

/**
 * What is paid; null: nothing.
 *
 * @param priorCreditsMinor what the rolling term has given already
 */
export function creditTermsOf(
  { credit, fee }: Pick<ContractClauses, "credit" | "fee">,
  priorCreditsMinor = 0,
): CreditTerms | null {
  if (credit === null || fee === null) {
    return null;
  }
  const { model, capPercent, rollingCap, minimum, proration, rounding } = credit;
  return {
    model:
      model.kind === "bands"
        ? model
        : {
            kind: "proportional",
            multiplier: decimal(model.multiplier),
            affectedRatio: decimal(model.affectedRatio),
          },
    feeMinor: fee.minor,
    currency: fee.currency,
    proration,
    rounding,
    capPercent: capPercent === null ? null : decimal(capPercent),
    rollingCapMinor: rollingCap?.amount.minor ?? null,
    priorCreditsMinor,
    minCreditMinor: minimum?.minor ?? null,
  };
}

/** A version of a contract, from when until when it holds. */
export function contractTermsOf(
  clauses: ContractClauses,
  holds: { startsAt: Instant | null; endsAt: Instant | null },
  calendarOf: CalendarOf,
  priorCreditsMinor = 0,
): ContractTerms {
  return {
    ...holds,
    commitment: commitmentOf(clauses, calendarOf),
    credit: creditTermsOf(clauses, priorCreditsMinor),
  };
}

/** The weight of a service in a weighted roll-up, exact; 1 under every other. */
export function weightOf({ rollUp }: ContractClauses, service: string): Fraction {
  return decimal(rollUp.kind === "weighted" ? (rollUp.weights[service] ?? "0") : "1");
}

/** Amounts of these clauses with the places at which they stand. */
export function amountsIn({ fee, credit }: Pick<ContractClauses, "fee" | "credit">): [string[], Money][] {
  return [
    ...(fee === null ? [] : [[["fee"], fee] as [string[], Money]]),
    ...(credit?.rollingCap
      ? [[["credit", "rolling_cap"], credit.rollingCap.amount] as [string[], Money]]
      : []),
    ...(credit?.minimum ? [[["credit", "minimum"], credit.minimum] as [string[], Money]] : []),
  ];
}

function decimal(text: string): Fraction {
  return parseDecimal(text)!;
}
