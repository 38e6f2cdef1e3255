/**
 * What management is told of a week of operations (policy rule 76): services, outages, incidents, maintenance, alerts, and how the contracts
 * stand at its end. Facts in, figures out; documents/week-letter.ts finds the words.
 */
import type { AlertFacts, AlertKind } from "../alerting/alert.ts";
import { type Outage, type OutageFigure, outageInterval } from "../monitoring/outage.ts";
import { judgeTimes } from "../sla/measure/availability.ts";
import { type Commitment, commitmentFrom } from "../sla/measure/commitment.ts";
import { cycleTimes } from "../sla/measure/cycle-times.ts";
import { type CoveredService, measureServices } from "../sla/measure/measured-time.ts";
import { ceil } from "../sla/figures/exact.ts";
import type { Incident } from "../status/incident.ts";
import type { MaintenanceWindow } from "../status/maintenance-window.ts";
import type { Instant } from "../time/interval.ts";
import type { IsoWeek } from "../time/iso-week.ts";

/** Maintenance is told of so long before it begins. */
const comingMs = 14 * 86_400_000;

/** A service as it was measured over the week and around it. */
export interface MeasuredWeek extends CoveredService {
  slug: string;
  title: string;
  archivedAt: Instant | null;
  outages: readonly (Outage & { checkSlug: string })[];
}

export interface WeekAlert {
  kind: AlertKind;
  facts: AlertFacts;
  openedAt: Instant;
  closedAt: Instant | null;
  /** Another alert that said enough for it; null: it was told. */
  heldBackBy: string | null;
}

/** How much of what a contract allows is gone at the end of the week, in the cycle that runs then. */
export interface ContractWeek {
  slug: string;
  title: string;
  customer: string;
  /** Of the cycle, "2026-06". */
  label: string;
  /** Decimal strings; null: nothing was measured. */
  percent: string | null;
  targetPercent: string;
  allowedMs: number;
  spentMs: number;
  /** Below 0: more is spent than was allowed. */
  leftMs: number;
}

/** A month of which cycles are over and not final, as it stands when the report is made: how many contracts, by what they wait for. */
export interface ClosingMonth {
  label: string;
  person: number;
  ready: number;
  time: number;
  refused: number;
}

export interface WeekFacts {
  week: IsoWeek;
  platform: string;
  timeZone: string;
  /** When the facts were read: what still lasts, lasts until then. */
  asOf: Instant;
  /** In the order of the page. */
  services: readonly MeasuredWeek[];
  incidents: readonly Incident[];
  windows: readonly MaintenanceWindow[];
  alerts: readonly WeekAlert[];
  contracts: ContractWeek[];
  closings: ClosingMonth[];
}

export interface ServiceWeek {
  slug: string;
  title: string;
  /** Truncated at 6 decimals; null: nothing was measured. */
  percent: string | null;
  coveragePercent: string | null;
  /** Outages of its checks that share time with the week. */
  outages: number;
  /** Of the week, with every outage at its lower, observed and upper length, ms. */
  downMs: Record<OutageFigure, number>;
  unknownMs: number;
}

/** An outage that shares time with the week, whole: also beyond its edges. */
export interface WeekOutage {
  service: string;
  title: string;
  check: string;
  start: Instant;
  /** Null: it lasts. */
  end: Instant | null;
  lengthMs: Record<OutageFigure, number>;
}

export interface WeekIncident {
  reference: string;
  title: string;
  startedAt: Instant;
  resolvedAt: Instant | null;
  /** What became of it in the week; neither: it was open before and after. */
  openedInWeek: boolean;
  resolvedInWeek: boolean;
}

export interface WeekWindow {
  reference: string;
  title: string;
  start: Instant;
  end: Instant;
  /** As of the end of the week. */
  standing: "done" | "running" | "coming";
}

export interface AlertCount {
  kind: AlertKind;
  opened: number;
  closed: number;
  /** At the end of the week. */
  open: number;
}

export interface ProbeTrouble {
  kind: AlertKind;
  probe: string;
  location: string;
  openedAt: Instant;
  closedAt: Instant | null;
}

export interface OperationsWeek {
  /** "2026-W48". */
  label: string;
  platform: string;
  timeZone: string;
  start: Instant;
  end: Instant;
  asOf: Instant;
  services: ServiceWeek[];
  outages: WeekOutage[];
  incidents: WeekIncident[];
  windows: WeekWindow[];
  /** Alerts that were told, by kind. */
  alerts: AlertCount[];
  probes: ProbeTrouble[];
  contracts: ContractWeek[];
  closings: ClosingMonth[];
}

/** The figures of the week. */
export function operationsWeek(facts: WeekFacts): OperationsWeek {
  const { week, platform, timeZone, asOf, services, contracts, closings } = facts;
  const commitment = commitmentFrom({ targetPercent: null, timeZone, anchorDay: 1 });
  const alerts = facts.alerts.filter(
    ({ heldBackBy, openedAt, closedAt }) => heldBackBy === null && isIn(week, openedAt, closedAt),
  );
  return {
    ...{ label: week.label, platform, timeZone, start: week.start, end: week.end, asOf },
    services: services.map((service) => serviceWeek(service, commitment, week, asOf)),
    outages: services.flatMap((service) => outagesOf(service, week, asOf)).sort((a, b) => a.start - b.start),
    incidents: facts.incidents
      .filter(({ startedAt, resolvedAt }) => isIn(week, startedAt, resolvedAt))
      .map(({ reference, title, startedAt, resolvedAt }) => ({
        ...{ reference, title, startedAt, resolvedAt },
        openedInWeek: holds(week, startedAt),
        resolvedInWeek: resolvedAt !== null && holds(week, resolvedAt),
      }))
      .sort((a, b) => a.startedAt - b.startedAt),
    windows: facts.windows.flatMap((window) => windowOf(window, week)),
    alerts: countAlerts(alerts, week),
    probes: alerts.flatMap(probeTrouble),
    contracts: contracts.toSorted((a, b) => shareLeft(a) - shareLeft(b)),
    closings,
  };
}

function serviceWeek(
  service: MeasuredWeek,
  commitment: Commitment,
  week: IsoWeek,
  asOf: Instant,
): ServiceWeek {
  const { slug, title, observedFrom, archivedAt } = service;
  const outages = outagesOf(service, week, asOf).length;
  if (observedFrom === null || observedFrom >= week.end) {
    const downMs = { lower: 0, observed: 0, upper: 0 };
    return { slug, title, percent: null, coveragePercent: null, outages, downMs, unknownMs: 0 };
  }
  const measured = measureServices([service], commitment, observedFrom, asOf);
  const question = { cycle: week, startsAt: observedFrom, endsAt: archivedAt, asOf: null };
  const times = cycleTimes(measured, commitment, question);
  const { percent, coveragePercent } = judgeTimes(times, commitment);
  return {
    ...{ slug, title, percent, coveragePercent, outages },
    downMs: {
      lower: ceil(times.lower.downMs),
      observed: ceil(times.counted.downMs),
      upper: ceil(times.upper.downMs),
    },
    unknownMs: ceil(times.unknownMs),
  };
}

function outagesOf({ slug, title, observedFrom, outages }: MeasuredWeek, week: IsoWeek, asOf: Instant) {
  const watched = { start: observedFrom ?? week.start, end: asOf };
  return outages
    .filter(({ start, end }) => start < week.end && (end ?? Infinity) > week.start)
    .map((outage): WeekOutage => {
      const length = (figure: OutageFigure) => {
        const { start, end } = outageInterval(outage, figure, watched);
        return Math.max(0, end - start);
      };
      return {
        ...{ service: slug, title, check: outage.checkSlug, start: outage.start, end: outage.end },
        lengthMs: { lower: length("lower"), observed: length("observed"), upper: length("upper") },
      };
    });
}

function windowOf(window: MaintenanceWindow, week: IsoWeek): WeekWindow[] {
  const { reference, title, state, plannedStart, plannedEnd, actualStart, actualEnd } = window;
  const start = actualStart ?? plannedStart;
  const end = actualEnd ?? plannedEnd;
  const told = (standing: WeekWindow["standing"]) => [{ reference, title, start, end, standing }];
  if (state === "cancelled" || start >= week.end + comingMs) {
    return [];
  }
  if (start >= week.end) {
    return told("coming");
  }
  if (state === "completed" && end < week.end) {
    return holds(week, end) ? told("done") : [];
  }
  return told("running");
}

function countAlerts(alerts: readonly WeekAlert[], week: IsoWeek): AlertCount[] {
  return [...Map.groupBy(alerts, ({ kind }) => kind)].map(([kind, all]) => ({
    kind,
    opened: all.filter(({ openedAt }) => holds(week, openedAt)).length,
    closed: all.filter(({ closedAt }) => closedAt !== null && holds(week, closedAt)).length,
    open: all.filter(({ closedAt }) => closedAt === null || closedAt >= week.end).length,
  }));
}

function probeTrouble({ kind, facts: { probe, location }, openedAt, closedAt }: WeekAlert): ProbeTrouble[] {
  return typeof probe === "string"
    ? [{ kind, probe, location: String(location ?? ""), openedAt, closedAt }]
    : [];
}

/** Of what is allowed; of nothing that is allowed everything is left, until there is any downtime. */
function shareLeft({ allowedMs, leftMs }: ContractWeek): number {
  return allowedMs === 0 ? (leftMs < 0 ? -1 : 1) : leftMs / allowedMs;
}

/** Whether something that began and ended then, or lasts, shares time with the week. */
function isIn(week: IsoWeek, from: Instant, until: Instant | null): boolean {
  return from < week.end && (until === null || until >= week.start);
}

function holds(week: IsoWeek, at: Instant): boolean {
  return week.start <= at && at < week.end;
}
