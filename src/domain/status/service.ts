/**
 * A service as the page and the API speak of it: what it is, what its checks measured, and its state in the page's words.
 */
import type { CheckRules } from "../monitoring/check.ts";
import type { Correction } from "../monitoring/correction.ts";
import type { Outage } from "../monitoring/outage.ts";
import type { ReadingState, Segment } from "../monitoring/timeline.ts";
import type { Instant } from "../time/interval.ts";
import { impactsAt, worstImpact, type Incident } from "./incident.ts";
import { isUnderWay, type MaintenanceWindow } from "./maintenance-window.ts";

/** Service states on the page (the Statuspage vocabulary). Presentation only: no figure is made of them. */
export const serviceStates = [
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
  "under_maintenance",
] as const;
export type ServiceState = (typeof serviceStates)[number];

/** An outage of one check of the service. */
export interface CheckOutage extends Outage {
  checkSlug: string;
}

/** Measured time that was judged anew, and why (sla-semantics 7). */
export interface PublicCorrection extends Correction {
  /** `COR-2026-0001`. */
  id: string;
  end: Instant;
  reason: string;
}

/** A service with what was measured of it. */
export interface MeasuredService {
  slug: string;
  title: string;
  description: string;
  groupSlug: string | null;
  /** Whether it is shown only on pages that name it; absent: as its group (page.ts). */
  isPrivate?: boolean;
  createdAt: Instant;
  archivedAt: Instant | null;
  /** Instant of the first conclusive round ever; null: nothing measured yet. */
  observedFrom: Instant | null;
  /** Instant of the latest sample of any of its checks; null: none yet. */
  lastSampleAt: Instant | null;
  /** What the counting checks together say now, and since when. */
  reading: ReadingState;
  readingSince: Instant | null;
  /** Non-up time since `observedFrom`, corrections laid over it, in order, disjoint; the last one may still be running (`end` = as far as is known). Time not listed, from `observedFrom` to now, is up. */
  segments: Segment[];
  /** The same before corrections were laid over it; absent: there are none. */
  measuredSegments?: Segment[];
  /** Corrections in force, in the order in which they were approved; absent: none. */
  corrections?: readonly PublicCorrection[];
  /** Outages of its counting checks as measured, in order of start. */
  outages: CheckOutage[];
  checks: MeasuredCheck[];
}

/** By which rules the answers of a check become readings now. */
export type PresentRules = Required<CheckRules> & {
  /** Null: none of its answers is slow. */
  slowAboveMs: number | null;
};

/** One check of a service, as the service's page tells of it. */
export interface MeasuredCheck {
  slug: string;
  kind: string;
  intervalMs: number;
  counts: boolean;
  rules: PresentRules;
  /** `service/check` that it depends on; null = none. */
  parent: string | null;
  reading: ReadingState;
  /** Why the latest failing sample failed, in words; null when it does not fail. */
  trouble: string | null;
}

/** What the page shows of a service: its state, or that nothing is known of it now. */
export type ShownState = ServiceState | "unknown";

/** From calm to worst, for choosing what a group or the page as a whole shows. */
export const shownStates = [
  "operational",
  "unknown",
  "under_maintenance",
  "degraded_performance",
  "partial_outage",
  "major_outage",
] as const satisfies readonly ShownState[];

/** A service at an instant, for the page. */
export interface ServiceCondition {
  state: ShownState;
  /** Since when; null where nothing was ever measured. */
  since: Instant | null;
  /** Open incidents that affect it now, in the order given. */
  incidents: Incident[];
  /** The window that is running for it. */
  window: MaintenanceWindow | null;
}

/**
 * What the page shows of one service. People's words and the measurement each may say worse than the other, and the worse is shown; a
 * running maintenance window is shown only where no incident is open (sla-semantics 2). Presentation: no figure is made of it.
 */
export function serviceCondition(
  service: MeasuredService,
  incidents: readonly Incident[],
  windows: readonly MaintenanceWindow[],
  now: Instant,
): ServiceCondition {
  const impacts = incidents
    .filter(({ state }) => state !== "resolved")
    .map((incident) => ({
      incident,
      impacts: impactsAt(incident, now).filter(({ serviceSlug }) => serviceSlug === service.slug),
    }))
    .filter((affected) => affected.impacts.length > 0);
  const open = impacts.map(({ incident }) => incident);
  const window =
    windows.find((one) => one.serviceSlugs.includes(service.slug) && isUnderWay(one, now)) ?? null;
  const measured = measuredState(service.reading);
  if (open.length === 0) {
    return window === null
      ? { state: measured, since: service.readingSince, incidents: open, window }
      : {
          state: "under_maintenance",
          since: window.actualStart ?? window.plannedStart,
          incidents: open,
          window,
        };
  }
  const all = impacts.flatMap((affected) => affected.impacts);
  const said = worstImpact(all.map(({ impact }) => impact));
  const saidSince = Math.min(...all.filter(({ impact }) => impact === said).map(({ start }) => start));
  const measuredIsWorse = shownStates.indexOf(measured) > shownStates.indexOf(said);
  return measuredIsWorse
    ? { state: measured, since: service.readingSince, incidents: open, window }
    : {
        state: said,
        since: said === "operational" ? service.readingSince : saidSince,
        incidents: open,
        window,
      };
}

/** The worst of several; operational for none. */
export function worstState(states: Iterable<ShownState>): ShownState {
  let worst = 0;
  for (const state of states) {
    worst = Math.max(worst, shownStates.indexOf(state));
  }
  return shownStates[worst]!;
}

function measuredState(reading: ReadingState): ShownState {
  switch (reading) {
    case "up":
      return "operational";
    case "degraded":
      return "degraded_performance";
    case "down":
      return "major_outage";
    case "unknown":
      return "unknown";
  }
}
