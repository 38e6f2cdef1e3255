/**
 * What was measured, recorded and said over a stretch of time, read once for however many cycles lie in it, and the part of it that one of
 * them is judged on. The facts of a ground (read-ground.ts).
 */
import { settleMs } from "../domain/sla/close/cycle-state.ts";
import type { Incident } from "../domain/status/incident.ts";
import type { MaintenanceWindow } from "../domain/status/maintenance-window.ts";
import type { Interval } from "../domain/time/interval.ts";
import { loadMeasurements, type Measure } from "../live/measurements.ts";
import { listExplanations, type StoredExplanation } from "../store/cycle-words.ts";
import type { Database } from "../store/database.ts";
import { listRootsBetween, type StoredRoot } from "../store/evidence-roots.ts";
import { listIncidentsSince } from "../store/incidents.ts";
import { listWindowsSince } from "../store/maintenance-windows.ts";
import {
  type ApprovedCorrection,
  listApprovedCorrections,
  listCorrections,
  listExclusions,
  type StoredCorrection,
  type StoredExclusion,
} from "../store/proposals.ts";

export interface GroundFacts {
  measure: Measure;
  corrections: Map<string, ApprovedCorrection[]>;
  exclusions: StoredExclusion[];
  /** Corrections, approved or not. */
  proposed: StoredCorrection[];
  /** Those of the services that these contracts cover. */
  windows: MaintenanceWindow[];
  incidents: Incident[];
  explanations: StoredExplanation[];
  /** By UTC day. */
  roots: StoredRoot[];
}

/** Windows of the same calendar quarter use up a quota: no quarter begins longer ago. */
const quarterMs = 100 * 86_400_000;
const utcDayMs = 86_400_000;

/** The time over which a cycle is measured: also around it, so that outages over its edges are known whole. */
export function measuredOver({ start, end }: Interval): Interval {
  return { start: start - settleMs, end: end + settleMs };
}

/** The facts over a span. @param covered slugs of the services that are judged */
export async function readGroundFacts(
  db: Database,
  span: Interval,
  covered: readonly string[],
): Promise<GroundFacts> {
  const around = measuredOver(span);
  return {
    measure: await loadMeasurements(db, around.start, covered),
    corrections: await listApprovedCorrections(db, around.start),
    exclusions: await listExclusions(db, { touching: around }),
    proposed: await listCorrections(db, { touching: around }),
    windows: await listWindowsSince(db, span.start - quarterMs, covered),
    incidents: await listIncidentsSince(db, span.start, covered),
    explanations: await listExplanations(db, around),
    roots: await listRootsBetween(db, firstDayOf(span), span.end - 1),
  };
}

/** Of facts over a longer span what reading them over this one would have found; what it is read for then, alone. */
export function factsWithin(facts: GroundFacts, span: Interval, covered: readonly string[]): GroundFacts {
  const around = measuredOver(span);
  const touches = ({ start, end }: Interval) => start < around.end && end > around.start;
  const isCovered = new Set(covered);
  const windowsSince = span.start - quarterMs;
  return {
    measure: facts.measure,
    corrections: new Map(
      [...facts.corrections].flatMap(([service, all]) => {
        const some = all.filter(({ end }) => end > around.start);
        return some.length === 0 ? [] : [[service, some]];
      }),
    ),
    exclusions: facts.exclusions.filter(touches),
    proposed: facts.proposed.filter(touches),
    windows: facts.windows.filter(
      ({ state, plannedStart, plannedEnd, actualEnd, serviceSlugs }) =>
        state !== "cancelled" &&
        (state !== "completed" || plannedEnd >= windowsSince || (actualEnd ?? 0) >= windowsSince) &&
        plannedStart < span.end &&
        serviceSlugs.some((slug) => isCovered.has(slug)),
    ),
    incidents: facts.incidents.filter(
      ({ startedAt, resolvedAt, impacts }) =>
        startedAt < span.end &&
        (resolvedAt === null || resolvedAt >= span.start) &&
        impacts.some(({ serviceSlug }) => isCovered.has(serviceSlug)),
    ),
    explanations: facts.explanations.filter(touches),
    roots: facts.roots.filter(({ day }) => day >= firstDayOf(span) && day < span.end),
  };
}

function firstDayOf({ start }: Interval): number {
  return Math.floor(start / utcDayMs) * utcDayMs;
}
