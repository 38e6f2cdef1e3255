/**
 * The covered services of a report, one by one: how their time was spent, how much of it was observed, and each outage with its three
 * lengths and the part of it that counts.
 */
import { corrected } from "../../monitoring/correction.ts";
import { type Outage, type OutageFigure, outageInterval } from "../../monitoring/outage.ts";
import type { ReadingState, Segment } from "../../monitoring/timeline.ts";
import { clipTimeline, timesIn } from "../../monitoring/timeline.ts";
import type { Interval, IntervalSet } from "../../time/interval.ts";
import { clip, intersect, measure, subtract, union } from "../../time/interval.ts";
import { isoInstant } from "../../time/written-instant.ts";
import { type Exact, product, simplest, sum } from "../figures/exact.ts";
import { excludedTime, judgeWindows } from "../measure/exclusion.ts";
import { minuteMs } from "../figures/minute-rule.ts";
import { percentFloor } from "../figures/ratio.ts";
import type { LocationCoverage, ReportInputs, ServiceInputs } from "./report-inputs.ts";
import type { JudgedPart } from "./report-part.ts";
import type { ExactJson, Stretch } from "./report-values.ts";
import { exactText, stretch } from "./report-values.ts";
import { nonUpTime } from "../measure/roll-up.ts";

/** One outage of a check of the service; lengths whole, ms, also beyond the cycle. */
export interface OutageReport {
  check: string;
  start: string;
  /** Null: it lasts. */
  end: string | null;
  lower_ms: number;
  observed_ms: number;
  upper_ms: number;
  /** What exclusions of the service take from it. */
  excluded_ms: number;
  /** What of it is in the downtime that counts; of overlapping outages each has its own. */
  counted_ms: ExactJson;
}

export interface ServiceReport {
  slug: string;
  title: string;
  observed_from: string | null;
  /** Within the service hours of the versions that cover it; together they are those hours. */
  times: Record<"up_ms" | "degraded_ms" | "down_ms" | "unknown_ms" | "excluded_ms", number>;
  /** 1 - unknown / service hours less excluded time, truncated at 6 decimals; null: no such time. */
  coverage_percent: string | null;
  /** Of the time in `times` without the excluded in which a location was asked: in how much of it it spoke. Empty: not known. */
  locations: { location: string; coverage_percent: string | null; observed_ms: number; of_ms: number }[];
  outages: OutageReport[];
  /** Non-up time in the period, with corrections, before exclusions. */
  timeline: (Stretch & { state: ReadingState })[];
}

/** Tells every covered service, in the order of the inputs. */
export function tellServices(parts: readonly JudgedPart[], inputs: ReportInputs): ServiceReport[] {
  const covered = new Set(parts.flatMap(({ report }) => report.services));
  return inputs.services
    .filter(({ slug }) => covered.has(slug))
    .map((service) => tell(service, parts, inputs));
}

function tell(service: ServiceInputs, allParts: readonly JudgedPart[], inputs: ReportInputs): ServiceReport {
  const { cycle, asOf } = inputs;
  const parts = allParts.filter(({ report }) => report.services.includes(service.slug));
  const until = asOf ?? cycle.end;
  const hours = union(...parts.map((part) => [...part.hours]));
  const covered = parts[0]!.evidence.services[parts[0]!.report.services.indexOf(service.slug)]!;
  const asMeasured = nonUpTime(covered.segments, until);
  const timeline = clipTimeline(corrected(asMeasured, covered.corrections ?? [], until), {
    start: cycle.start,
    end: Math.min(cycle.end, until),
  });
  const excluded = union(...parts.map((part) => intersect(excludedOf(service.slug, part), part.hours)));
  const counting = subtract(hours, excluded);
  const msIn = (state: ReadingState) => measure(intersect(timesIn(state, timeline), counting));
  const [downMs, degradedMs, unknownMs] = [msIn("down"), msIn("degraded"), msIn("unknown")];
  const countingMs = measure(counting);
  return {
    slug: service.slug,
    title: service.title,
    observed_from: isoInstant(service.observedFrom),
    times: {
      up_ms: countingMs - downMs - degradedMs - unknownMs,
      degraded_ms: degradedMs,
      down_ms: downMs,
      unknown_ms: unknownMs,
      excluded_ms: measure(excluded),
    },
    coverage_percent: countingMs === 0 ? null : percentFloor(countingMs, unknownMs, 6),
    locations: locationsOf(service, counting).map(({ location, observedMs, ofMs }) => ({
      location,
      coverage_percent: ofMs === 0 ? null : percentFloor(ofMs, ofMs - observedMs, 6),
      observed_ms: observedMs,
      of_ms: ofMs,
    })),
    outages: outagesOf(service, parts, excluded, inputs),
    timeline: timeline.map((segment: Segment) => ({ ...stretch(segment), state: segment.state })),
  };
}

/** Coverage of each location over the time that counts; as it was given where silences are not known. */
function locationsOf({ locations, silences }: ServiceInputs, counting: IntervalSet): LocationCoverage[] {
  return silences === undefined
    ? locations
    : silences.map(({ location, asked, silent }) => {
        const ofMs = measure(intersect(asked, counting));
        return { location, ofMs, observedMs: ofMs - measure(intersect(silent, counting)) };
      });
}

function excludedOf(slug: string, { report, terms, evidence }: JudgedPart): IntervalSet {
  const { maintenance, timeZone } = terms.commitment;
  const { windows, exclusions } = evidence.overlays;
  const judged = judgeWindows(windows, report.services, maintenance, timeZone);
  const { ofEach } = excludedTime(judged, exclusions, report.services, maintenance);
  return ofEach[report.services.indexOf(slug)]!;
}

function outagesOf(
  service: ServiceInputs,
  parts: readonly JudgedPart[],
  excluded: IntervalSet,
  { cycle, asOf, measuredOver }: ReportInputs,
): OutageReport[] {
  const until = asOf ?? cycle.end;
  const watched = {
    start: Math.min(service.observedFrom ?? measuredOver.start, until),
    end: Math.max(until, ...service.outages.map(({ end }) => end ?? until)),
  };
  const period: Interval = { start: cycle.start, end: Math.min(cycle.end, until) };
  return service.outages
    .filter((outage) => clip([outageInterval(outage, "upper", watched)], period).length > 0)
    .map((outage) => {
      const at = (figure: OutageFigure) => outageInterval(outage, figure, watched);
      const length = (figure: OutageFigure) => Math.max(0, at(figure).end - at(figure).start);
      return {
        check: outage.checkSlug,
        start: isoInstant(outage.start),
        end: isoInstant(outage.end),
        lower_ms: length("lower"),
        observed_ms: length("observed"),
        upper_ms: length("upper"),
        excluded_ms: measure(intersect(wholeOf(at("observed")), excluded)),
        counted_ms: exactText(countedOf(service.slug, outage, parts, watched)),
      };
    });
}

/** The part of the counted downtime that lies in the outage; by minutes where those are counted. */
function countedOf(slug: string, outage: Outage, parts: readonly JudgedPart[], watched: Interval): Exact {
  return parts.reduce<Exact>((all, { counted, terms }) => {
    const { share, counted: set } = counted.get(slug) ?? counted.get("")!;
    const { outageFigure, granularity } = terms.commitment;
    const { start, end } = outageInterval(outage, outageFigure, watched);
    const within =
      granularity === "exact_ms"
        ? wholeOf({ start, end })
        : wholeOf({
            start: Math.floor(start / minuteMs) * minuteMs,
            end: Math.ceil(end / minuteMs) * minuteMs,
          });
    return simplest(sum(all, product(share, measure(intersect(set, within)))));
  }, 0);
}

/** An interval that may be empty, as a set. */
function wholeOf(interval: Interval): IntervalSet {
  return interval.start < interval.end ? [interval] : [];
}
