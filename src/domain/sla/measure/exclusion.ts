/**
 * Exclusions: time that a contract's terms take out of the count (sla-semantics 6), from announced maintenance that meets the policy and
 * from approved single cases. Laid over the timelines of the services, before they are rolled up.
 */
import { InvalidInput } from "../../errors.ts";
import type { BusinessCalendar } from "../../time/business-calendar.ts";
import { openTime } from "../../time/business-calendar.ts";
import type { Instant, Interval, IntervalSet } from "../../time/interval.ts";
import { intersect, subtract, union } from "../../time/interval.ts";
import { quarterOf } from "../../time/quarter.ts";

/** What a contract says of maintenance. */
export interface MaintenancePolicy {
  /** No: every window counts like any other time. */
  exclude: boolean;
  /** Announced at least so long before the planned start, inclusive. */
  minNoticeMs: number;
  /** Longest window; null: any. */
  maxWindowMs: number | null;
  /** What becomes of a longer one: its first part is excluded, or none of it. */
  overCap: "truncate" | "reject";
  /** How many windows that start in one local calendar quarter are excluded; null: all. */
  maxPerQuarter: number | null;
  /** The part of a window inside these hours is never excluded. */
  outsideHoursOf: BusinessCalendar | null;
  /** Excluded time stays in the denominator as available, or leaves it. */
  denominator: "keep" | "remove";
}

export const noMaintenanceExcluded: MaintenancePolicy = {
  exclude: false,
  minNoticeMs: 0,
  maxWindowMs: null,
  overCap: "truncate",
  maxPerQuarter: null,
  outsideHoursOf: null,
  denominator: "keep",
};

/** All services, or those with these ids. */
export type Scope = "*" | readonly string[];

/** A planned window: time outside of the plan is never covered. */
export interface AnnouncedWindow extends Interval {
  services: Scope;
  /** Null: never. */
  announcedAt: Instant | null;
}

/** An approved exclusion of another kind: force majeure, caused by the customer. */
export interface Exclusion extends Interval {
  services: Scope;
}

/** What is laid over the timelines of a contract. */
export interface Overlays {
  windows: readonly AnnouncedWindow[];
  exclusions: readonly Exclusion[];
}

export const noOverlays: Overlays = { windows: [], exclusions: [] };

/** Why a window is not excluded, or that it is: no such clause; announced too late; too long; the quarter's windows are used up. */
export type WindowVerdict = "excluded" | "policy_none" | "notice" | "too_long" | "quota";

export interface JudgedWindow {
  window: AnnouncedWindow;
  verdict: WindowVerdict;
  /** The part that is excluded, as a set; empty unless the verdict says so. */
  excluded: Interval[];
}

/** The windows that touch a covered service, in order of start (then earlier announced, never announced last, then as listed), judged. */
export function judgeWindows(
  windows: readonly AnnouncedWindow[],
  covered: readonly string[],
  policy: MaintenancePolicy,
  timeZone: string,
): JudgedWindow[] {
  const usedInQuarter = new Map<string, number>();
  const hasRoom = (window: AnnouncedWindow): boolean => {
    if (policy.maxPerQuarter === null) {
      return true;
    }
    const quarter = quarterOf(window.start, timeZone);
    const used = usedInQuarter.get(quarter) ?? 0;
    usedInQuarter.set(quarter, used + 1);
    return used < policy.maxPerQuarter;
  };
  return windows
    .filter(({ services }) => touches(services, covered))
    .toSorted((a, b) => a.start - b.start || announcementOf(a) - announcementOf(b))
    .map((window) => {
      const verdict = refusalOf(window, policy) ?? (hasRoom(window) ? "excluded" : "quota");
      return { window, verdict, excluded: verdict === "excluded" ? excludedPart(window, policy) : [] };
    });
}

function refusalOf(
  { start, end, announcedAt }: AnnouncedWindow,
  policy: MaintenancePolicy,
): WindowVerdict | null {
  if (!policy.exclude) {
    return "policy_none";
  }
  if (announcedAt === null || announcedAt + policy.minNoticeMs > start) {
    return "notice";
  }
  const isTooLong = policy.maxWindowMs !== null && end - start > policy.maxWindowMs;
  return isTooLong && policy.overCap === "reject" ? "too_long" : null;
}

function excludedPart({ start, end }: AnnouncedWindow, policy: MaintenancePolicy): Interval[] {
  const capped = { start, end: Math.min(end, start + (policy.maxWindowMs ?? Infinity)) };
  if (capped.start >= capped.end) {
    return [];
  }
  return policy.outsideHoursOf === null
    ? [capped]
    : subtract([capped], openTime(policy.outsideHoursOf, capped));
}

/** Never announced sorts after every announcement; a finite number, so that two of them compare. */
function announcementOf({ announcedAt }: AnnouncedWindow): number {
  return announcedAt ?? Number.MAX_SAFE_INTEGER;
}

/** What is excluded of each service, in their order, and when all of them are. */
export interface ExcludedTime {
  ofEach: Interval[][];
  ofEvery: Interval[];
}

/**
 * What windows and exclusions take out of the count.
 *
 * @throws InvalidInput removal_partial when excluded time leaves the denominator and one does not cover every service
 */
export function excludedTime(
  judged: readonly JudgedWindow[],
  exclusions: readonly Exclusion[],
  covered: readonly string[],
  policy: MaintenancePolicy,
): ExcludedTime {
  const touching = exclusions.filter(({ services }) => touches(services, covered));
  if (
    policy.denominator === "remove" &&
    [...judged.map(({ window }) => window), ...touching].some(({ services }) => isPartial(services, covered))
  ) {
    throw new InvalidInput("removal_partial", partialRemoval);
  }
  const ofEach = covered.map((id) =>
    union(
      touching.filter(({ services }) => covers(services, id)),
      judged.flatMap(({ window, excluded }) => (covers(window.services, id) ? excluded : [])),
    ),
  );
  const ofEvery = ofEach.reduce<IntervalSet | null>(
    (all, some) => (all === null ? some : intersect(all, some)),
    null,
  );
  return { ofEach, ofEvery: [...(ofEvery ?? [])] };
}

/** The rule of `isPartial`, for whoever has to say it. */
export const partialRemoval =
  "Where excluded time leaves the denominator, windows and exclusions have to cover all services.";

/** Whether it covers some of the services and not all: then its time cannot leave the denominator they share. */
export function isPartial(scope: Scope, covered: readonly string[]): boolean {
  return touches(scope, covered) && !covered.every((id) => covers(scope, id));
}

function touches(scope: Scope, covered: readonly string[]): boolean {
  return covered.some((id) => covers(scope, id));
}

function covers(scope: Scope, id: string): boolean {
  return scope === "*" || scope.includes(id);
}
