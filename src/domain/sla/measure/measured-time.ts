/**
 * What was measured, as a commitment reads it (sla-semantics 2, steps 2 to 5): corrections laid over each service's timeline, exclusions
 * taken out, services rolled up, outages that are too short left out. Done once, for as many cycles as are asked about.
 */
import type { Correction } from "../../monitoring/correction.ts";
import { corrected } from "../../monitoring/correction.ts";
import type { Outage, OutageFigure } from "../../monitoring/outage.ts";
import type { Segment } from "../../monitoring/timeline.ts";
import { appendSegment } from "../../monitoring/timeline.ts";
import type { Instant, Interval, IntervalSet } from "../../time/interval.ts";
import { subtract } from "../../time/interval.ts";
import type { Commitment, UnknownRule } from "./commitment.ts";
import type { Exact } from "../figures/exact.ts";
import { quotient, simplest, sum } from "../figures/exact.ts";
import type { JudgedWindow, Overlays } from "./exclusion.ts";
import { excludedTime, judgeWindows, noOverlays } from "./exclusion.ts";
import { withOutagesAt } from "./outage-length.ts";
import type { MeasuredSegment } from "./roll-up.ts";
import { nonUpTime, rollUpServices } from "./roll-up.ts";

/** What was measured of one covered service. Time in no segment is up. */
export interface CoveredService {
  /** How windows and exclusions name it; needed where there are any. */
  id?: string;
  /** For a weighted roll-up, at least 0; absent = 1. */
  weight?: Exact;
  /** In any order, disjoint. */
  segments: readonly MeasuredSegment[];
  /** Outages of its counting checks, for the edge bounds. */
  outages: readonly Outage[];
  /** First observation; null: as long as any cycle asks. */
  observedFrom: Instant | null;
  corrections?: readonly Correction[];
}

/** Non-up time after the roll-up: one timeline that counts whole, or one per service with its share of the weights. */
export type RolledUp = readonly { share: Exact; timeline: readonly Segment[] }[];

/** The rolled-up non-up time of a commitment, in the ways in which a cycle asks for it. */
export interface MeasuredTime {
  /** In three values, before exclusions and after them. */
  raw: RolledUp;
  left: RolledUp;
  /** After exclusions, without short outages, unknown time replaced as the commitment says; what is still unknown leaves the denominator. */
  counted: RolledUp;
  /** The same with all unknown time replaced by down, and by up. */
  allDown: RolledUp;
  allUp: RolledUp;
  /** As `counted`, with every outage at its lower and at its upper length. */
  lower: RolledUp;
  upper: RolledUp;
  /** When every covered service is excluded. */
  excluded: IntervalSet;
  windows: JudgedWindow[];
}

/**
 * Rolls the services up. `from` is where observation began for services that do not say; stretches and outages that still run are taken
 * to last until `openEnd`.
 */
export function measureServices(
  services: readonly CoveredService[],
  commitment: Commitment,
  from: Instant,
  openEnd: Instant,
  overlays: Overlays = noOverlays,
): MeasuredTime {
  const { maintenance, timeZone, unknown, outageFigure } = commitment;
  const ids = services.map(({ id }) => id ?? "");
  const windows = judgeWindows(overlays.windows, ids, maintenance, timeZone);
  const { ofEach, ofEvery } = excludedTime(windows, overlays.exclusions, ids, maintenance);

  const measured = services.map(({ segments }) => nonUpTime(segments, openEnd));
  const timelinesAt = (figure: OutageFigure): (readonly Segment[])[] =>
    services.map(({ outages, observedFrom, corrections = [] }, i) => {
      const watched = { start: observedFrom ?? from, end: openEnd };
      const redrawn = withOutagesAt(figure, measured[i]!, outages, watched);
      return corrections.length === 0 ? redrawn : corrected(redrawn, corrections, openEnd);
    });
  const withoutExcluded = (timelines: readonly (readonly Segment[])[]) =>
    ofEach.every((excluded) => excluded.length === 0)
      ? timelines
      : timelines.map((timeline, i) => without(timeline, ofEach[i]!));
  const rolledUp = (timelines: readonly (readonly Segment[])[]) => rollUp(timelines, services, commitment);
  const counting = (timelines: readonly (readonly Segment[])[], rule: UnknownRule) =>
    withoutShortOutages(
      rolledUp(timelines.map((timeline) => withUnknownAs(rule, timeline))),
      commitment.minOutageMs,
    );

  const asMeasured = timelinesAt(outageFigure);
  const remaining = withoutExcluded(asMeasured);
  const allDown = counting(remaining, "down");
  const allUp = counting(remaining, "up");
  const counted = unknown === "down" ? allDown : unknown === "up" ? allUp : counting(remaining, "remove");
  const atEdges = (figure: OutageFigure) =>
    services.every(({ outages }) => outages.length === 0)
      ? counted
      : counting(withoutExcluded(timelinesAt(figure)), unknown);
  const raw = rolledUp(asMeasured);
  return {
    raw,
    left: remaining === asMeasured ? raw : rolledUp(remaining),
    counted,
    allDown,
    allUp,
    lower: atEdges("lower"),
    upper: atEdges("upper"),
    excluded: ofEvery,
    windows,
  };
}

function rollUp(
  timelines: readonly (readonly Segment[])[],
  services: readonly CoveredService[],
  { rollUp: rule }: Commitment,
): RolledUp {
  if (rule.kind !== "weighted") {
    return [{ share: 1, timeline: rollUpServices(timelines, rule) }];
  }
  const weights = services.map(({ weight }) => weight ?? 1);
  const total = weights.reduce((all, weight) => simplest(sum(all, weight)), 0);
  return timelines.map((timeline, i) => ({ share: quotient(weights[i]!, total), timeline }));
}

/** The timeline with unknown time read as up or as down; under `remove` it stays unknown. */
function withUnknownAs(rule: UnknownRule, timeline: readonly Segment[]): readonly Segment[] {
  if (rule === "remove" || timeline.every(({ state }) => state !== "unknown")) {
    return timeline;
  }
  const replaced: Segment[] = [];
  for (const segment of timeline) {
    if (segment.state !== "unknown") {
      appendSegment(replaced, segment);
    } else if (rule === "down") {
      appendSegment(replaced, { ...segment, state: "down" });
    }
  }
  return replaced;
}

/** Excluded time is taken out of whatever it was: down, degraded or unknown. */
function without(timeline: readonly Segment[], excluded: readonly Interval[]): readonly Segment[] {
  return excluded.length === 0
    ? timeline
    : timeline.flatMap((segment) =>
        subtract([segment], excluded).map((part) => ({ ...part, state: segment.state })),
      );
}

/** Whole outages are tested, before anything clips them to a cycle. */
function withoutShortOutages(rolledUp: RolledUp, minOutageMs: number): RolledUp {
  if (minOutageMs === 0) {
    return rolledUp;
  }
  return rolledUp.map(({ share, timeline }) => ({
    share,
    timeline: timeline.filter(({ state, start, end }) => state !== "down" || end - start >= minOutageMs),
  }));
}
