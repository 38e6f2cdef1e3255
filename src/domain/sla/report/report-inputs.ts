/**
 * Everything a report is computed from, as JSON that is kept with it: what was agreed, what was measured, what people recorded, and who
 * issued it. From the same inputs comes the same report, on any machine, for ever; nothing else is looked up (sla-semantics 12).
 */
import type { Outage } from "../../monitoring/outage.ts";
import type { LocationSilences } from "../../monitoring/silence.ts";
import type { ReadingState } from "../../monitoring/timeline.ts";
import type { BusinessCalendar } from "../../time/business-calendar.ts";
import { clip, type Instant, type Interval } from "../../time/interval.ts";
import { localDayOf } from "../../time/local-day.ts";
import type { ContractClauses, ExclusionKind } from "../promise/clauses.ts";
import type { CalendarOf } from "../promise/clause-terms.ts";
import type { PromiseSource } from "../promise/contract-versions.ts";
import type { CustomerLanguage, NamedContact } from "../promise/customer.ts";
import type { SupportInputs } from "./report-support.ts";
import type { Scope } from "../measure/exclusion.ts";
import type { MeasuredSegment } from "../measure/roll-up.ts";
import type { StoredCalendar } from "./stored-calendar.ts";

/** A version of the contract in a cycle: the whole of it, or a part where it is split. */
export interface PartInputs {
  /** Place in the contract's versions, from 1. */
  version: number;
  /** From when until when it holds, as `versionsIn` gives it; null: until further notice. */
  startsAt: Instant | null;
  endsAt: Instant | null;
  /** Why the version came; "" for the first. */
  reason: string;
  clauses: ContractClauses;
  /** Slugs of the services it covers, in their order. */
  services: string[];
  /** `clauses.serviceHours` and `clauses.maintenance.outsideHoursOf`, written out; null as they are. */
  serviceHours: StoredCalendar | null;
  maintenanceHours: StoredCalendar | null;
  /** What the rolling term had given before this cycle; 0 without a rolling cap. */
  priorCreditsMinor: number;
}

/** How much of its time a location observed of a service. */
export interface LocationCoverage {
  location: string;
  observedMs: number;
  ofMs: number;
}

/** What was measured of a service, as `measureService` tells it over `measuredOver`. */
export interface ServiceInputs {
  slug: string;
  title: string;
  observedFrom: Instant | null;
  segments: MeasuredSegment[];
  outages: (Outage & { checkSlug: string })[];
  /** Coverage worked out elsewhere; empty: it was not. */
  locations: LocationCoverage[];
  /** What each location left unobserved of `measuredOver`; absent: not known over all of it. */
  silences?: LocationSilences[];
}

/** An approved correction (sla-semantics 7). In order of recording. */
export interface CorrectionInputs {
  id: string;
  service: string;
  start: Instant;
  end: Instant | null;
  state: ReadingState;
  reason: string;
  author: string;
  approver: string;
  recordedAt: Instant;
}

/** An announced window, also of earlier cycles of the quarter: they use up the quota. */
export interface WindowInputs extends Interval {
  id: string;
  title: string;
  services: Scope;
  announcedAt: Instant | null;
  author: string;
}

/** An approved exclusion of another kind. */
export interface ExclusionInputs extends Interval {
  id: string;
  kind: ExclusionKind;
  services: Scope;
  reason: string;
  /** Where it is shown to be so; "": nowhere. */
  evidence: string;
  proposer: string;
  approver: string;
  approvedAt: Instant;
}

/** What people said publicly in that time. */
export interface IncidentInputs {
  id: string;
  title: string;
  startedAt: Instant;
  resolvedAt: Instant | null;
  services: string[];
}

/** What a person decided before the cycle could be closed. */
export interface DecisionInputs {
  id: string;
  kind: "unknown_time" | "outage_without_incident" | "incident_without_outage";
  /** The service, outage or incident it is about; "": the cycle. */
  about: string;
  reason: string;
  author: string;
  at: Instant;
}

/** A root of the evidence that the report rests on. */
export interface EvidenceRootInputs {
  /** Start of the UTC day. */
  day: Instant;
  root: string;
  timestamped: boolean;
}

/** Who issued the revision, and why. */
export interface IssueInputs {
  /** From 1; 0: a draft, of a cycle that is not closed. */
  revision: number;
  issuedAt: Instant;
  /** "" for the first revision. */
  reason: string;
  author: string;
  /** Null: none is needed for the first. */
  approver: string | null;
}

/** A revision before this one, oldest first. */
export interface EarlierRevision extends IssueInputs {
  sha256: string;
  percent: string | null;
  verdict: string;
  creditMinor: number | null;
}

export interface ReportInputs {
  platform: { name: string; url: string | null };
  customer: { slug: string; name: string };
  language: CustomerLanguage;
  contract: {
    slug: string;
    title: string;
    policy: string | null;
    endsAt: Instant | null;
    escalationContact: NamedContact | null;
    sources: PromiseSource[];
  };
  cycle: { label: string; start: Instant; end: Instant };
  /** In order; at least one. */
  parts: PartInputs[];
  services: ServiceInputs[];
  /** The window over which `measureService` was asked; evidence of the same period comes to the same. Holds the cycle. */
  measuredOver: Interval;
  corrections: CorrectionInputs[];
  windows: WindowInputs[];
  exclusions: ExclusionInputs[];
  incidents: IncidentInputs[];
  decisions: DecisionInputs[];
  roots: EvidenceRootInputs[];
  /** Requests and incidents with what was promised for them; absent: the contract promises no support, or it was issued before that was told. */
  support?: SupportInputs;
  /** Null: the cycle is over. Inside it: a draft. */
  asOf: Instant | null;
  issue: IssueInputs;
  earlier: EarlierRevision[];
  /** What computed it. */
  engine: { version: string; timeZones: string; holidays: string };
}

/**
 * What a measurement says of a window, as of its end: the same from the store and from evidence, whenever either is asked. Of a service
 * that was archived nothing is told after that.
 */
export function measuredInputs(
  { observedFrom, segments, outages, silences }: Omit<ServiceInputs, "slug" | "title" | "locations">,
  window: Interval,
  archivedAt: Instant | null = null,
): Pick<ServiceInputs, "observedFrom" | "segments" | "outages" | "silences"> {
  const by = (at: Instant | null) => (at !== null && at <= window.end ? at : null);
  const lastEnd = archivedAt ?? Number.MAX_SAFE_INTEGER;
  return {
    observedFrom:
      observedFrom === null || observedFrom >= window.end ? null : Math.max(observedFrom, window.start),
    segments: segments
      .filter(({ start }) => start < lastEnd)
      .map(({ start, end, state }) => ({
        start,
        end: archivedAt === null ? end : Math.min(end ?? archivedAt, archivedAt),
        state,
      })),
    outages: outages
      .filter(({ start, end }) => start < window.end && (end === null || end > window.start))
      .map((outage) => ({
        ...outage,
        end: by(outage.end),
        lastFailAt: Math.min(outage.lastFailAt, window.end),
        firstOkAfterAt: by(outage.firstOkAfterAt),
      })),
    ...(silences === undefined ? {} : { silences: silencesBefore(lastEnd, silences) }),
  };
}

function silencesBefore(end: Instant, silences: readonly LocationSilences[]): LocationSilences[] {
  const before = { start: Number.MIN_SAFE_INTEGER, end };
  return silences
    .map(({ location, asked, silent }) => ({
      location,
      asked: clip(asked, before),
      silent: clip(silent, before),
    }))
    .filter(({ asked }) => asked.length > 0);
}

/** Writes a calendar out, with the days of `within` on which it is closed. */
export function storedCalendar(calendar: BusinessCalendar, within: Interval): StoredCalendar {
  const closedDates: string[] = [];
  for (let at = within.start; at < within.end;) {
    const day = localDayOf(at, calendar.timeZone);
    if (calendar.closedDates.has(day.date)) {
      closedDates.push(day.date);
    }
    at = day.end;
  }
  return { timeZone: calendar.timeZone, weekly: calendar.weekly, closedDates };
}

/** The hours of a version, written out over the time that is measured. */
export function storedHours(
  { serviceHours, maintenance: { outsideHoursOf } }: ContractClauses,
  calendarOf: CalendarOf,
  within: Interval,
): Pick<PartInputs, "serviceHours" | "maintenanceHours"> {
  return {
    serviceHours: serviceHours && storedCalendar(calendarOf(serviceHours), within),
    maintenanceHours: outsideHoursOf && storedCalendar(calendarOf(outsideHoursOf), within),
  };
}

/** The calendars of a part, for the arithmetic. */
export function calendarsOf(part: PartInputs): CalendarOf {
  return (hours) => {
    const stored = hours === part.clauses.serviceHours ? part.serviceHours : part.maintenanceHours;
    if (stored === null) {
      throw new TypeError(`the hours of version ${part.version} are not written out`);
    }
    return { ...stored, closedDates: new Set(stored.closedDates) };
  };
}
