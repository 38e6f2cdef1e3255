/** Who counts by a calendar: which clauses of which contracts name it, so that whoever changes it knows what they change. */
import type { Instant } from "../../time/interval.ts";
import { calendarsOfSending, type StandingContract } from "./agreement-plan.ts";
import type { ContractClauses, HoursClause } from "./clauses.ts";
import { versionAt } from "./contract-versions.ts";

export const calendarUses = [
  "service_hours",
  "maintenance",
  "window_checks",
  "claim",
  "support",
  "sending",
] as const;
export type CalendarUse = (typeof calendarUses)[number];

export interface UsedCalendar {
  contract: string;
  use: CalendarUse;
  /** Slug of the support plan; null: of another use. */
  plan: string | null;
}

/** Every hours clause of a version with what it is for. */
export function hoursWithUse(
  clauses: ContractClauses,
): { hours: HoursClause; use: CalendarUse; plan: string | null }[] {
  const { serviceHours, maintenance, credit, support } = clauses;
  const claim = credit?.claim?.kind === "business_days_after_incident" ? credit.claim.hours : null;
  const all: { hours: HoursClause | null; use: CalendarUse; plan: string | null }[] = [
    { hours: serviceHours, use: "service_hours", plan: null },
    { hours: maintenance.outsideHoursOf, use: "maintenance", plan: null },
    { hours: maintenance.checks?.outsideHoursOf ?? null, use: "window_checks", plan: null },
    { hours: claim, use: "claim", plan: null },
    ...(support?.plans ?? []).map(({ slug, hours }) => ({ hours, use: "support" as const, plan: slug })),
  ];
  return all.flatMap(({ hours, ...rest }) => (hours === null ? [] : [{ hours, ...rest }]));
}

/** Uses of a calendar in contracts that stand, by the version in force or the first to come. */
export function usesOfCalendar(
  slug: string,
  contracts: ReadonlyMap<string, StandingContract>,
  now: Instant,
): UsedCalendar[] {
  return [...contracts]
    .filter(
      ([
        ,
        {
          archived,
          particulars: { endsAt },
        },
      ]) => !archived && (endsAt === null || now < endsAt),
    )
    .flatMap(([contract, { versions, particulars }]) => {
      const clauses = (versionAt(versions, now) ?? versions[0])?.clauses;
      const named = clauses === undefined ? [] : hoursWithUse(clauses);
      const uses = named
        .filter(({ hours }) => "calendar" in hours && hours.calendar === slug)
        .map(({ use, plan }): UsedCalendar => ({ contract, use, plan }));
      return calendarsOfSending(particulars).includes(slug)
        ? [...uses, { contract, use: "sending" as const, plan: null }]
        : uses;
    });
}
