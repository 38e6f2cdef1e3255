/**
 * The edges of outages are known only to within the asking interval (sla-semantics 3): here a service's timeline is redrawn as if every
 * outage had had its lower or its upper length, so that a cycle can be judged at both (sla-semantics 5).
 */
import type { Outage, OutageFigure } from "../../monitoring/outage.ts";
import { outageInterval } from "../../monitoring/outage.ts";
import type { Segment } from "../../monitoring/timeline.ts";
import { appendSegment, timesIn } from "../../monitoring/timeline.ts";
import type { Interval } from "../../time/interval.ts";
import { subtract, union } from "../../time/interval.ts";

/**
 * The non-up time of a service with each outage of its checks at this length; `watched` is the time in which it was observed at all.
 * lower: what an outage gives up is up. upper: what it takes, also from unknown time, is down. Down time without an outage stays.
 */
export function withOutagesAt(
  figure: OutageFigure,
  timeline: readonly Segment[],
  outages: readonly Outage[],
  watched: Interval,
): Segment[] {
  if (figure === "observed" || outages.length === 0) {
    return [...timeline];
  }
  const at = (length: OutageFigure) =>
    union(outages.map((outage) => outageInterval(outage, length, watched)));
  const down = timesIn("down", timeline);
  const redrawn =
    figure === "upper" ? union(down, at("upper")) : union(subtract(down, at("observed")), at("lower"));
  const segments = [
    ...redrawn.map((interval): Segment => ({ ...interval, state: "down" })),
    ...(["degraded", "unknown"] as const).flatMap((state) =>
      subtract(timesIn(state, timeline), redrawn).map((interval): Segment => ({ ...interval, state })),
    ),
  ];
  const inOrder: Segment[] = [];
  for (const segment of segments.sort((a, b) => a.start - b.start)) {
    appendSegment(inOrder, segment);
  }
  return inOrder;
}
