/**
 * Impacts of an incident over time, as intervals that never overlap for a service: changed from now on by an update, ended by the
 * resolution, or corrected afterwards for a stretch of the past. Every function gives new impacts and leaves those given alone.
 */
import type { Fault } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import {
  type AffectedService,
  type Incident,
  type IncidentImpact,
  refuseMerged,
  type ServiceImpact,
  worstImpact,
} from "./incident.ts";
import { refuseFaults } from "./public-words.ts";

/** What is said of one service for a stretch of time. */
export interface ImpactCorrection {
  serviceSlug: string;
  /** Null: it was not affected then. */
  impact: IncidentImpact | null;
  start: Instant;
  /** Null: it lasts, or lasted until the incident was resolved. */
  end: Instant | null;
}

/** How many intervals an incident may have: more is a mistake of a program. */
export const impactsLimit = 5_000;

/** Services that are hit in another way from an instant on; those that are not named keep what they have. */
export function changeImpacts(
  impacts: readonly ServiceImpact[],
  services: readonly AffectedService[],
  at: Instant,
): ServiceImpact[] {
  let changed = [...impacts];
  for (const { serviceSlug, impact } of services) {
    const running = changed.find((one) => one.serviceSlug === serviceSlug && one.end === null);
    if (running?.impact !== impact) {
      changed = layImpact(changed, { serviceSlug, impact, start: at, end: null });
    }
  }
  return changed;
}

/** Ends what lasts, and takes away what would begin only then. */
export function endImpacts(impacts: readonly ServiceImpact[], at: Instant): ServiceImpact[] {
  return impacts
    .filter(({ start }) => start < at)
    .map((one) => (one.end === null || one.end > at ? { ...one, end: at } : one));
}

/** Lays what is said of a service for a stretch over what was said of that time before; the rest stays. */
export function layImpact(impacts: readonly ServiceImpact[], said: ImpactCorrection): ServiceImpact[] {
  const { serviceSlug, impact, start, end } = said;
  const until = end ?? Infinity;
  const rest = impacts.flatMap((one): ServiceImpact[] => {
    const oneEnd = one.end ?? Infinity;
    if (one.serviceSlug !== serviceSlug || oneEnd <= start || one.start >= until) {
      return [one];
    }
    return [
      ...(one.start < start ? [{ ...one, end: start }] : []),
      ...(oneEnd > until ? [{ ...one, start: until }] : []),
    ];
  });
  return joined(impact === null ? rest : [...rest, { serviceSlug, impact, start, end }]);
}

/** What several incidents together say: at every instant the worst of it, for each service. */
export function uniteImpacts(...said: (readonly ServiceImpact[])[]): ServiceImpact[] {
  const byService = Map.groupBy(said.flat(), ({ serviceSlug }) => serviceSlug);
  return inOrder([...byService].flatMap(([serviceSlug, all]) => worstOverTime(serviceSlug, all)));
}

/**
 * The incident with what is said of a service for a stretch of its time (policy rule 107: how badly it was hit, from when to when).
 *
 * @throws InvalidInput invalid_impact
 * @throws Conflict incident_merged
 */
export function correctImpact(incident: Incident, said: ImpactCorrection, now: Instant): Incident {
  refuseMerged(incident);
  refuseFaults(
    "invalid_impact",
    "The impact cannot be corrected like this.",
    correctionFaults(incident, said, now),
  );
  // What lasted until the resolution ended with it.
  const end = said.end ?? incident.resolvedAt;
  return { ...incident, impacts: layImpact(incident.impacts, { ...said, end }) };
}

function correctionFaults(incident: Incident, { start, end }: ImpactCorrection, now: Instant): Fault[] {
  const last = incident.resolvedAt ?? now;
  const faults: Fault[] = [];
  if (start < incident.startedAt) {
    faults.push({
      pointer: "/start",
      detail: "The incident had not begun then; date its beginning back first.",
    });
  }
  if (start >= last) {
    faults.push({
      pointer: "/start",
      detail: "It lies before the end of the incident, and not in the future.",
    });
  }
  if (end !== null && end <= start) {
    faults.push({ pointer: "/end", detail: "The end lies after the start." });
  } else if (end !== null && end > last) {
    faults.push({
      pointer: "/end",
      detail: "It does not lie beyond the end of the incident, nor in the future.",
    });
  }
  if (incident.impacts.length >= impactsLimit) {
    faults.push({ pointer: "", detail: `An incident has at most ${impactsLimit} impacts.` });
  }
  return faults;
}

function worstOverTime(serviceSlug: string, all: readonly ServiceImpact[]): ServiceImpact[] {
  const edges = [...new Set(all.flatMap(({ start, end }) => [start, end ?? Infinity]))].sort((a, b) => a - b);
  const stretches = edges.slice(0, -1).flatMap((start, i): ServiceImpact[] => {
    const end = edges[i + 1]!;
    const here = all.filter((one) => one.start <= start && (one.end ?? Infinity) >= end);
    return here.length === 0
      ? []
      : [
          {
            serviceSlug,
            impact: worstImpact(here.map(({ impact }) => impact)),
            start,
            end: end === Infinity ? null : end,
          },
        ];
  });
  return joined(stretches);
}

/** Neighbours that say the same are one. */
function joined(impacts: readonly ServiceImpact[]): ServiceImpact[] {
  const whole: ServiceImpact[] = [];
  for (const one of inOrder(impacts)) {
    const before = whole.findLastIndex(
      ({ serviceSlug, end }) => serviceSlug === one.serviceSlug && end === one.start,
    );
    if (before >= 0 && whole[before]!.impact === one.impact) {
      whole[before] = { ...whole[before]!, end: one.end };
    } else {
      whole.push(one);
    }
  }
  return whole;
}

/** In order of time; those that begin together as they were given. */
function inOrder(impacts: readonly ServiceImpact[]): ServiceImpact[] {
  return [...impacts].sort((a, b) => a.start - b.start);
}
