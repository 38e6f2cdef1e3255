/** When an incident began and ended, corrected afterwards: impacts that began or ended with it move along, all others are cut to fit. */
import { type Fault, InvalidInput } from "../errors.ts";
import type { Instant } from "../time/interval.ts";
import { beginningFaults, type Incident, refuseMerged, type ServiceImpact } from "./incident.ts";
import { refuseFaults } from "./public-words.ts";

/** What is left out stays as it is. */
export interface IncidentDates {
  startedAt?: Instant | undefined;
  /** Only of a resolved incident: opening again is an update. */
  resolvedAt?: Instant | undefined;
}

/**
 * The incident with another beginning or end. When it was declared, and what was said when, stays.
 *
 * @throws InvalidInput invalid_dates
 * @throws Conflict incident_merged
 */
export function redateIncident(incident: Incident, dates: IncidentDates, now: Instant): Incident {
  refuseMerged(incident);
  const { startedAt = incident.startedAt, resolvedAt = incident.resolvedAt } = dates;
  refuseFaults("invalid_dates", "The incident cannot be dated like this.", [
    ...(startedAt === incident.startedAt ? [] : beginningFaults(startedAt, now)),
    ...endFaults(incident, { startedAt, resolvedAt }, now),
  ]);
  const moved = incident.impacts.map((one) => ({
    ...one,
    start: one.start === incident.startedAt ? startedAt : one.start,
    end: one.end !== null && one.end === incident.resolvedAt ? resolvedAt : one.end,
  }));
  const impacts = moved.flatMap((one) => cut(one, startedAt, resolvedAt));
  if (incident.impacts.length > 0 && impacts.length === 0) {
    throw new InvalidInput("invalid_dates", "Nothing of its impact lies between these times.", [
      { pointer: "/started_at", detail: "Correct the impacts first." },
    ]);
  }
  return { ...incident, startedAt, resolvedAt, impacts };
}

function endFaults(
  incident: Incident,
  { startedAt, resolvedAt }: { startedAt: Instant; resolvedAt: Instant | null },
  now: Instant,
): Fault[] {
  const pointer = "/resolved_at";
  if (resolvedAt !== null && incident.state !== "resolved") {
    return [{ pointer, detail: "Only an incident in state resolved has an end." }];
  }
  return resolvedAt !== null && (resolvedAt > now || resolvedAt <= startedAt)
    ? [{ pointer, detail: "The end lies after the beginning and not in the future." }]
    : [];
}

/** The part of an impact inside the incident; nothing where there is none. */
function cut(one: ServiceImpact, startedAt: Instant, resolvedAt: Instant | null): ServiceImpact[] {
  const start = Math.max(one.start, startedAt);
  const end = resolvedAt === null ? one.end : Math.min(one.end ?? Infinity, resolvedAt);
  return end === null || start < end ? [{ ...one, start, end }] : [];
}
