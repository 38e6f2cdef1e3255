/**
 * The life of a billing cycle (sla-semantics 9): provisional while it runs, closing while it settles and people explain, final once its
 * report is issued. What still keeps it from being final is told by name, so that everybody sees the same list.
 */
import type { Segment } from "../../monitoring/timeline.ts";
import type { Incident } from "../../status/incident.ts";
import type { MaintenanceWindow } from "../../status/maintenance-window.ts";
import type { Instant, Interval } from "../../time/interval.ts";
import type { PercentBounds, Verdict } from "../measure/availability.ts";

/** How long after its end a cycle waits for evidence that is still on its way. */
export const settleMs = 72 * 3_600_000;

export const cycleStates = ["provisional", "closing", "final"] as const;
export type CycleState = (typeof cycleStates)[number];

/** @param revision the last one issued; 0: none */
export function cycleStateAt(period: Interval, revision: number, now: Instant): CycleState {
  return revision > 0 ? "final" : now < period.end ? "provisional" : "closing";
}

/** How measurement and words differ. */
export const differenceKinds = ["outage_without_incident", "incident_without_outage"] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** A place where what was measured and what was declared differ. */
export interface Difference extends Interval {
  kind: DifferenceKind;
  service: string;
  /** Reference; null for an outage. */
  incident: string | null;
}

/** What was measured of a service, corrections laid over it. */
export interface MeasuredWords {
  slug: string;
  timeline: readonly Segment[];
}

/**
 * Every outage of the period that no incident and no maintenance window of the service shares time with, and every incident that says a
 * service was in trouble while nothing was measured. In order of service and time; stretches are told whole, not clipped to the period.
 */
export function differencesIn(
  services: readonly MeasuredWords[],
  incidents: readonly Incident[],
  windows: readonly MaintenanceWindow[],
  period: Interval,
): Difference[] {
  return services.flatMap(({ slug, timeline }) => {
    const declared = incidents.flatMap((incident) => saidOf(incident, slug));
    const planned = windows
      .filter(({ state, serviceSlugs }) => state !== "cancelled" && serviceSlugs.includes(slug))
      .map(({ plannedStart, plannedEnd, actualStart, actualEnd }) => ({
        start: Math.min(plannedStart, actualStart ?? plannedStart),
        end: Math.max(plannedEnd, actualEnd ?? plannedEnd),
      }));
    const outages = timeline
      .filter((segment) => segment.state === "down" && sharesTime(segment, period))
      .filter((outage) => ![...declared, ...planned].some((words) => sharesTime(words, outage)))
      .map(({ start, end }): Difference => ({
        kind: "outage_without_incident",
        service: slug,
        start,
        end,
        incident: null,
      }));
    const trouble = timeline.filter(({ state }) => state === "down" || state === "degraded");
    const unseen = [...Map.groupBy(declared, ({ incident }) => incident)]
      .map(([incident, said]) => ({
        incident,
        said,
        start: Math.min(...said.map(({ start }) => start)),
        end: Math.max(...said.map(({ end }) => end)),
      }))
      .filter((span) => sharesTime(span, period))
      .filter(({ said }) => !said.some((words) => trouble.some((segment) => sharesTime(segment, words))))
      .map(({ incident, start, end }): Difference => ({
        kind: "incident_without_outage",
        service: slug,
        start,
        end: end === Infinity ? period.end : end,
        incident,
      }));
    return [...outages, ...unseen].sort((a, b) => a.start - b.start);
  });
}

function saidOf({ reference, impacts }: Incident, slug: string): (Interval & { incident: string })[] {
  return impacts
    .filter(({ serviceSlug, impact }) => serviceSlug === slug && impact !== "operational")
    .map(({ start, end }) => ({ incident: reference, start, end: end ?? Infinity }));
}

function sharesTime(a: Interval, b: Interval): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Whether somebody explained it: this incident on this service, or a stretch that holds the whole outage. */
export function isExplained(difference: Difference, explanations: readonly Difference[]): boolean {
  return explanations.some(
    ({ kind, service, incident, start, end }) =>
      kind === difference.kind &&
      service === difference.service &&
      incident === difference.incident &&
      (kind === "incident_without_outage" || (start <= difference.start && difference.end <= end)),
  );
}

/** The figures that a verdict on unknown time was decided with. */
export interface DecidedFigures {
  verdict: Verdict;
  percent: string | null;
  bounds: PercentBounds;
}

/** Why a cycle cannot become final yet. */
export type CycleNeed =
  | { need: "cycle_end"; at: Instant }
  | { need: "settle_time"; at: Instant }
  | { need: "explanation"; difference: Difference }
  | { need: "proposal"; reference: string }
  | { need: "decision"; figures: DecidedFigures };

/** Needs that only a person can meet; the others pass by themselves. */
export function needsPerson({ need }: CycleNeed): boolean {
  return need !== "cycle_end" && need !== "settle_time";
}

export interface CycleFacts extends DecidedFigures {
  /** The cycle clipped to the contract. */
  period: Interval;
  sensitiveToUnknown: boolean;
  differences: readonly Difference[];
  explanations: readonly Difference[];
  /** References of corrections and exclusions that touch it and that nobody has approved or rejected. */
  pending: readonly string[];
  /** The latest decision on it; null: none. */
  decision: DecidedFigures | null;
}

/** What a cycle still needs before it can be final, in the order in which it is met; none: it can be closed. */
export function cycleNeeds(facts: CycleFacts, now: Instant): CycleNeed[] {
  const { period, verdict, percent, bounds, decision } = facts;
  if (now < period.end) {
    return [{ need: "cycle_end", at: period.end }];
  }
  const settledAt = period.end + settleMs;
  return [
    ...(now < settledAt ? [{ need: "settle_time" as const, at: settledAt }] : []),
    ...facts.pending.map((reference) => ({ need: "proposal" as const, reference })),
    ...facts.differences
      .filter((difference) => !isExplained(difference, facts.explanations))
      .map((difference) => ({ need: "explanation" as const, difference })),
    ...(facts.sensitiveToUnknown && !isDecided({ verdict, percent, bounds }, decision)
      ? [{ need: "decision" as const, figures: { verdict, percent, bounds } }]
      : []),
  ];
}

/** A decision holds for the figures it was made with, and no others. */
function isDecided(figures: DecidedFigures, decision: DecidedFigures | null): boolean {
  return (
    decision !== null &&
    decision.verdict === figures.verdict &&
    decision.percent === figures.percent &&
    decision.bounds.low === figures.bounds.low &&
    decision.bounds.high === figures.bounds.high
  );
}
