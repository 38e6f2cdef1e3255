/**
 * One day of a service as the page's bars tell it: how long it was down, degraded or unmeasured, and what people said of that day.
 * From the measured timeline, in one sweep over all days; no percentage is made here.
 */
import { outageInterval, type OutageFigure } from "../monitoring/outage.ts";
import { timesIn } from "../monitoring/timeline.ts";
import { intersect, subtract, union, type Instant, type Interval } from "../time/interval.ts";
import type { Incident } from "./incident.ts";
import type { MaintenanceWindow } from "./maintenance-window.ts";
import type { MeasuredService, PublicCorrection } from "./service.ts";

export interface ServiceDay {
  /** Place of the day among those asked for. */
  index: number;
  /** The part of the day that is over, in ms. */
  elapsedMs: number;
  downMs: number;
  /** The same downtime with every outage at its lower and at its upper length. */
  lowerMs: number;
  upperMs: number;
  degradedMs: number;
  /** Time in which nothing was known although the service was being observed already. */
  unknownMs: number;
  /** Time before the first conclusive round ever; all of the day if nothing was measured yet. */
  unobservedMs: number;
  incidents: Incident[];
  windows: MaintenanceWindow[];
  /** Corrections in force that touch the day: some of it was judged anew, and the lengths above say how it counts. */
  corrections: PublicCorrection[];
}

/**
 * The days on which anything but plain "up" is to be told, in order. `days` are consecutive, oldest first; incidents and windows are
 * those that touch the service. A day that is missing from the result was observed all through and nothing happened.
 */
export function eventfulDays(
  service: MeasuredService,
  days: readonly Interval[],
  incidents: readonly Incident[],
  windows: readonly MaintenanceWindow[],
  now: Instant,
): ServiceDay[] {
  const first = days[0];
  if (first === undefined) {
    return [];
  }
  const eventful = new Map<number, ServiceDay>();
  const dayAt = (index: number): ServiceDay => {
    let day = eventful.get(index);
    if (day === undefined) {
      day = emptyDay(index, Math.max(0, Math.min(days[index]!.end, now) - days[index]!.start));
      eventful.set(index, day);
    }
    return day;
  };
  const spread = (start: Instant, end: Instant, tell: (day: ServiceDay, ms: number) => void): void => {
    const last = Math.min(end, now);
    for (let i = indexOfDay(days, start); i < days.length && days[i]!.start < last; i++) {
      const ms = Math.min(last, days[i]!.end) - Math.max(start, days[i]!.start);
      if (ms > 0) {
        tell(dayAt(i), ms);
      }
    }
  };

  spread(first.start, service.observedFrom ?? now, (day, ms) => (day.unobservedMs += ms));
  for (const { start, end, state } of service.segments) {
    if (state !== "up" && end > first.start) {
      spread(start, end, (day, ms) => (day[millisecondsOf[state]] += ms));
    }
  }
  for (const { start, end } of outagesUnder("lower", service, first.start, now)) {
    spread(start, end, (day, ms) => (day.lowerMs += ms));
  }
  for (const { start, end } of outagesUnder("upper", service, first.start, now)) {
    spread(start, end, (day, ms) => (day.upperMs += ms));
  }
  for (const incident of incidents) {
    spread(incident.startedAt, incident.resolvedAt ?? now, (day) => day.incidents.push(incident));
  }
  for (const window of windows) {
    if (window.state !== "cancelled") {
      const start = window.actualStart ?? window.plannedStart;
      spread(start, window.actualEnd ?? window.plannedEnd, (day) => day.windows.push(window));
    }
  }
  for (const correction of service.corrections ?? []) {
    spread(correction.start, correction.end, (day) => day.corrections.push(correction));
  }
  return [...eventful.values()].sort((a, b) => a.index - b.index);
}

const millisecondsOf = { down: "downMs", degraded: "degradedMs", unknown: "unknownMs" } as const;

/** The union over all checks, so that two checks that fail together count once. */
function outagesUnder(
  figure: OutageFigure,
  service: MeasuredService,
  from: Instant,
  now: Instant,
): readonly Interval[] {
  const observed = { start: service.observedFrom ?? now, end: now };
  const recent = service.outages.filter(({ end }) => end === null || end > from);
  const measured =
    recent.length === 0 ? [] : union(recent.map((outage) => outageInterval(outage, figure, observed)));
  const { corrections = [] } = service;
  if (corrections.length === 0) {
    return measured;
  }
  // What was judged anew has no edges that could be wrong any more.
  const judged = union(corrections);
  return union(subtract(measured, judged), intersect(timesIn("down", service.segments), judged));
}

/** The first day that ends after the instant. */
function indexOfDay(days: readonly Interval[], at: Instant): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle]!.end <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function emptyDay(index: number, elapsedMs: number): ServiceDay {
  return {
    index,
    elapsedMs,
    downMs: 0,
    lowerMs: 0,
    upperMs: 0,
    degradedMs: 0,
    unknownMs: 0,
    unobservedMs: 0,
    incidents: [],
    windows: [],
    corrections: [],
  };
}
