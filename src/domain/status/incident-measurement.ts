/**
 * What was measured beside what is told: two facts that may differ, and where they do. From an incident and the timelines of services to
 * what its page in the console shows; nothing here changes either.
 */
import type { Segment } from "../monitoring/timeline.ts";
import { clip, type Instant, type Interval, measure, subtract, union } from "../time/interval.ts";
import { type Incident, impactsAt, type ServiceImpact } from "./incident.ts";
import type { MeasuredService } from "./service.ts";

/** One service during an incident. */
export interface ServiceComparison {
  serviceSlug: string;
  /** In order of time, disjoint. */
  told: ServiceImpact[];
  /** Measured trouble and unmeasured time inside the window, in order. */
  measured: Segment[];
  /** Time told as a hit in which it was measured up, in ms. */
  toldOnlyMs: number;
  /** Time measured down or degraded that is not told as a hit, in ms. */
  measuredOnlyMs: number;
}

export interface IncidentComparison {
  /** What is looked at: the incident and a little around it. */
  window: Interval;
  services: ServiceComparison[];
}

/** Looked at around an incident: a tenth of its length, between these bounds. */
const leastMarginMs = 5 * 60_000;
const mostMarginMs = 60 * 60_000;

/**
 * The services that an incident names, in the order in which it does, then those that were measured in trouble while it lasted and that it
 * does not name.
 */
export function compareWithMeasured(
  incident: Incident,
  services: Iterable<Pick<MeasuredService, "slug" | "segments" | "observedFrom">>,
  now: Instant,
): IncidentComparison {
  const window = windowOf(incident, now);
  const lasted = { start: incident.startedAt, end: incident.resolvedAt ?? now };
  const named = new Set(incident.impacts.map(({ serviceSlug }) => serviceSlug));
  const measured = new Map<string, Segment[]>();
  const unnamed: string[] = [];
  for (const { slug, segments, observedFrom } of services) {
    const inside = segmentsIn(segments, observedFrom, window);
    if (named.has(slug)) {
      measured.set(slug, inside);
    } else if (inside.some((one) => one.state === "down" && overlaps(one, lasted))) {
      measured.set(slug, inside);
      unnamed.push(slug);
    }
  }
  return {
    window,
    services: [...named, ...unnamed].map((slug) =>
      compare(slug, incident, measured.get(slug) ?? segmentsIn([], null, window), window),
    ),
  };
}

/**
 * Since when everything that an incident says to be hit is measured up again; null: it is not, or was never measured otherwise while the
 * incident lasted, so that the measurement has nothing to say about its end.
 */
export function measuredUpSince(
  incident: Incident,
  services: Iterable<Pick<MeasuredService, "slug" | "reading" | "readingSince">>,
  now: Instant,
): Instant | null {
  if (incident.state === "resolved") {
    return null;
  }
  const hit = new Set(
    impactsAt(incident, now)
      .filter(({ impact }) => impact !== "operational")
      .map(({ serviceSlug }) => serviceSlug),
  );
  let since: Instant | null = null;
  let up = 0;
  for (const { slug, reading, readingSince } of services) {
    if (hit.has(slug) && reading === "up" && readingSince !== null) {
      up++;
      since = Math.max(since ?? 0, readingSince);
    }
  }
  return since !== null && up === hit.size && since > incident.startedAt ? since : null;
}

function windowOf({ startedAt, resolvedAt }: Incident, now: Instant): Interval {
  const end = resolvedAt ?? now;
  const margin = Math.min(mostMarginMs, Math.max(leastMarginMs, Math.floor((end - startedAt) / 10)));
  return { start: startedAt - margin, end: Math.min(now, end + margin) };
}

function compare(
  serviceSlug: string,
  { impacts }: Incident,
  measured: Segment[],
  window: Interval,
): ServiceComparison {
  const told = impacts.filter((one) => one.serviceSlug === serviceSlug);
  const hits = told
    .filter(({ impact }) => impact !== "operational")
    .map(({ start, end }) => ({ start, end: end ?? window.end }));
  const saidHit = clip(union(hits), window);
  const unknown = union(measured.filter(({ state }) => state === "unknown"));
  const trouble = union(measured.filter(({ state }) => state !== "unknown"));
  return {
    ...{ serviceSlug, told, measured },
    toldOnlyMs: measure(subtract(saidHit, union(trouble, unknown))),
    measuredOnlyMs: measure(subtract(trouble, saidHit)),
  };
}

/** What was not up inside the window; before anything was measured, nothing is known. */
function segmentsIn(segments: readonly Segment[], observedFrom: Instant | null, window: Interval): Segment[] {
  const since = observedFrom ?? Infinity;
  const before: Segment[] =
    since > window.start ? [{ start: window.start, end: since, state: "unknown" }] : [];
  return [...before, ...segments]
    .filter((one) => one.state !== "up" && overlaps(one, window))
    .map((one) => ({
      ...one,
      start: Math.max(one.start, window.start),
      end: Math.min(one.end, window.end),
    }));
}

function overlaps(one: Interval, other: Interval): boolean {
  return one.start < other.end && one.end > other.start;
}
