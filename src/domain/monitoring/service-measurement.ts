/**
 * What the counting checks of a service say together over a window: one timeline, its outages. The page, the API and `fournines verify`
 * all measure a service here, so they cannot come to different seconds. After confirmation, before any overlay.
 */
import type { Instant, Interval } from "../time/interval.ts";
import type { CheckRules } from "./check.ts";
import { observeUntil } from "./confirmation.ts";
import type { ConfirmationState } from "./confirmation-state.ts";
import type { Outage } from "./outage.ts";
import {
  type ActiveTimeline,
  type ReadingChange,
  type ReadingState,
  rollUp,
  type Segment,
  segmentsFrom,
} from "./timeline.ts";

/** One counting check, as far as it was derived. */
export interface CheckMeasurement {
  slug: string;
  archivedAt: Instant | null;
  /** Its first change point ever; null: nothing was measured yet. */
  observedFrom: Instant | null;
  /** In order, beginning with the last one before the window. */
  changes: readonly ReadingChange[];
  outages: readonly Outage[];
  /** Where its derivation stands, and the rules in force there. */
  head: ConfirmationState;
  rules: CheckRules;
}

export interface ServiceMeasurement {
  /** Instant of the first conclusive round ever; null: nothing measured yet. */
  observedFrom: Instant | null;
  /** What they say together at the end of the window, and since when. */
  reading: ReadingState;
  readingSince: Instant | null;
  /** Non-up time since `observedFrom`, in order, disjoint, clipped to the window. */
  segments: Segment[];
  /** Outages of all checks, in order of start. */
  outages: (Outage & { checkSlug: string })[];
}

/** Measures a service over a window (sla-semantics 3); what lasts at its end, lasts. */
export function measureService(checks: readonly CheckMeasurement[], window: Interval): ServiceMeasurement {
  const whole = rollUp(
    checks.map((check) => timelineOf(check, window)),
    window,
  );
  const observedFrom = earliest(checks.map((check) => check.observedFrom));
  const from = observedFrom === null ? null : Math.max(observedFrom, window.start);
  const last = whole.at(-1);
  return {
    observedFrom: from,
    reading: last?.state ?? "unknown",
    readingSince: observedFrom === null ? null : (last?.start ?? null),
    segments: from === null ? [] : nonUpSince(whole, from),
    outages: checks.flatMap((check) => outagesOf(check, window)).sort((a, b) => a.start - b.start),
  };
}

/**
 * One check's timeline. It has a say from its first observation on: a check added to a service of long standing must not make
 * the service's past unknown.
 */
function timelineOf(check: CheckMeasurement, window: Interval): ActiveTimeline {
  const silence = observeUntil(check.head, window.end, check.rules).changes;
  return {
    timeline: segmentsFrom([...check.changes, ...silence], window),
    activeFrom: check.observedFrom ?? Number.MAX_SAFE_INTEGER,
    activeUntil: check.archivedAt,
  };
}

function outagesOf(check: CheckMeasurement, window: Interval): (Outage & { checkSlug: string })[] {
  const ended = observeUntil(check.head, window.end, check.rules).outages;
  const open = check.head.outage;
  return check.outages.map((outage) => {
    const latest =
      ended.find((other) => other.start === outage.start) ?? (open?.start === outage.start ? open : outage);
    return { ...latest, checkSlug: check.slug };
  });
}

function nonUpSince(timeline: readonly Segment[], from: Instant): Segment[] {
  return timeline
    .filter((segment) => segment.state !== "up" && segment.end > from)
    .map((segment) => ({ ...segment, start: Math.max(segment.start, from) }));
}

function earliest(instants: readonly (Instant | null)[]): Instant | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : Math.min(...known);
}
