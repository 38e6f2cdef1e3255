/**
 * The layers of a timeline as lanes of rectangles over the same time, and as a list in words, each with the way on from it. State is told
 * by height and pattern first, colour second.
 */
import type { TimelineLayers } from "../../actions/read-timeline.ts";
import type { ReadingState, Segment } from "../../domain/monitoring/timeline.ts";
import { proposalState } from "../../domain/sla/close/proposal.ts";
import { advanceWindow } from "../../domain/status/maintenance-window.ts";
import type { Instant, Interval } from "../../domain/time/interval.ts";
import { fieldTime } from "../../domain/time/local-time.ts";
import type { LocationAnswers } from "../../store/location-answers.ts";
import { formatDuration, formatInstant } from "../format.ts";
import type { ConsoleWordKey } from "../language.ts";
import { reportWords } from "./report-words.ts";
import { stateWord } from "./proposal-words.ts";
import type { ConsoleContext } from "./room.ts";

/** A rectangle in units of the drawing, which is a thousand wide. */
export interface LaneShape {
  kind: string;
  x: string;
  width: string;
}

export interface Lane {
  name: string;
  shapes: LaneShape[];
}

const width = 1_000;
const laneWords = {
  measured: "console.timeline.measured",
  told: "console.timeline.told",
  planned: "console.timeline.planned",
  judged: "console.timeline.judged",
} as const satisfies Record<string, ConsoleWordKey>;

/** The lanes of a day. */
export function timelineLanes(layers: TimelineLayers, day: Interval, context: ConsoleContext): Lane[] {
  const { say } = context.language;
  const { now } = context;
  const shape = (kind: string, start: Instant, end: Instant) => shapesIn(day, [{ kind, start, end }]);
  return [
    {
      name: say(laneWords.measured),
      shapes: [
        ...(layers.observed === null ? [] : shape("up", layers.observed.start, layers.observed.end)),
        ...layers.measured.flatMap(({ state, start, end }) => shape(state, start, end)),
      ],
    },
    {
      name: say(laneWords.told),
      shapes: layers.incidents.flatMap(({ impacts }) =>
        impacts.flatMap(({ impact, start, end }) => shape(impact, start, end ?? now)),
      ),
    },
    {
      name: say(laneWords.planned),
      shapes: layers.windows.flatMap((window) => {
        const { actualStart, actualEnd, plannedStart, plannedEnd } = advanceWindow(window, now);
        return shape("maintenance", actualStart ?? plannedStart, actualEnd ?? plannedEnd);
      }),
    },
    {
      name: say(laneWords.judged),
      shapes: [...layers.corrections, ...layers.exclusions].flatMap((proposal) =>
        shape(`judged-${proposalState(proposal)}`, proposal.start, proposal.end),
      ),
    },
  ];
}

/** What each location answered, in buckets of so many ms: all well, some failed, all failed; nothing where nothing came. */
export function locationLanes(answers: readonly LocationAnswers[], day: Interval, bucketMs: number): Lane[] {
  return [...Map.groupBy(answers, ({ location }) => location)].map(([name, buckets]) => {
    const stretches: Segment[] = [];
    for (const { start, count, failures } of buckets) {
      const state: ReadingState = failures === 0 ? "up" : failures < count ? "degraded" : "down";
      const last = stretches.at(-1);
      if (last !== undefined && last.state === state && last.end === start) {
        last.end = start + bucketMs;
      } else {
        stretches.push({ start, end: start + bucketMs, state });
      }
    }
    return {
      name,
      shapes: shapesIn(
        day,
        stretches.map(({ state, ...time }) => ({ kind: state, ...time })),
      ),
    };
  });
}

/** Hours of the day as the wall shows them, every third, with their places. */
export function hourMarks(day: Interval, { timeZone, language }: ConsoleContext) {
  const marks: { x: string; text: string }[] = [];
  for (let at = day.start; at < day.end; at += 3_600_000) {
    const text = formatInstant(at, "time", timeZone, language);
    if (Number(fieldTime(at, timeZone).slice(11, 13)) % 3 === 0) {
      marks.push({ x: placeOf(at, day), text: text.slice(0, 2) });
    }
  }
  return marks;
}

/** A stretch of the timeline in words. */
export interface TimelineSpan {
  kind: string;
  kindWord: string;
  when: string;
  words: string;
  reason: string;
  /** Where it is told whole; null: nowhere else. */
  address: string | null;
  /** Form that proposes to correct just this; null: it is no measured time, or nobody here may. */
  correct: string | null;
}

/** Everything that touches the day, in order of time. */
export function timelineSpans(
  layers: TimelineLayers,
  slug: string,
  day: Interval,
  context: ConsoleContext,
): TimelineSpan[] {
  const { language, timeZone, base, now } = context;
  const { say } = language;
  const when = ({ start, end }: Interval) =>
    `${printed(start, day, context)} – ${printed(end, day, context)} (${formatDuration(end - start, language)})`;
  const mayCorrect = context.scopes.has("write:corrections");
  const correct = ({ start, end }: Interval) => {
    const asked = {
      service: slug,
      start: fieldTime(start, timeZone),
      end: fieldTime(end, timeZone),
      state: "up",
    };
    return mayCorrect && start < end && end <= now
      ? `${base}/proposals/new-correction?${new URLSearchParams(asked)}`
      : null;
  };
  const touches = ({ start, end }: Interval) => start < day.end && end > day.start;
  const words = reportWords(context);
  const spans: (TimelineSpan & { start: Instant })[] = [
    ...layers.measured.filter(touches).map((segment) => ({
      ...{
        start: segment.start,
        kind: segment.state,
        kindWord: say(laneWords.measured),
        when: when(segment),
      },
      ...{ words: say(`reading.${segment.state}`), reason: "", correct: correct(segment) },
      address: outageAddress(layers, slug, segment, base),
    })),
    ...layers.incidents.flatMap((incident) =>
      incident.impacts
        .filter(({ serviceSlug, start, end }) => serviceSlug === slug && touches({ start, end: end ?? now }))
        .map(({ impact, start, end }) => ({
          ...{ start, kind: impact, kindWord: say(laneWords.told), when: when({ start, end: end ?? now }) },
          ...{ words: `${say(`impact.${impact}`)}: ${incident.title}`, reason: "", correct: null },
          address: `/incidents/${incident.reference}`,
        })),
    ),
    ...layers.windows
      .map((window) => ({
        start: window.actualStart ?? window.plannedStart,
        end: window.actualEnd ?? window.plannedEnd,
        window,
      }))
      .filter(touches)
      .map(({ start, end, window }) => ({
        ...{ start, kind: "maintenance", kindWord: say(laneWords.planned), when: when({ start, end }) },
        ...{ words: window.title, reason: "", correct: null },
        address: `${base}/maintenance/${window.reference}`,
      })),
    ...layers.corrections.filter(touches).map((one) => ({
      ...{ start: one.start, kind: `judged-${proposalState(one)}`, when: when(one) },
      kindWord: `${say("console.timeline.correction")}, ${stateWord(proposalState(one), context)}`,
      ...{ words: say(`reading.${one.state}`), reason: one.reason, correct: null },
      address: `${base}/proposals/${one.reference}`,
    })),
    ...layers.exclusions.filter(touches).map((one) => ({
      ...{ start: one.start, kind: `judged-${proposalState(one)}`, when: when(one) },
      kindWord: `${say("console.timeline.exclusion")}, ${stateWord(proposalState(one), context)}`,
      ...{ words: words.name("kind", one.kind), reason: one.reason, correct: null },
      address: `${base}/proposals/${one.reference}`,
    })),
  ];
  return spans.sort((a, b) => a.start - b.start).map(({ start: _, ...span }) => span);
}

/** The page of the outage that a measured stretch of down begins with; null: none, or several checks made it. */
function outageAddress(
  { outages }: TimelineLayers,
  slug: string,
  { state, start }: Segment,
  base: string,
): string | null {
  const outage = state === "down" ? outages.find((one) => one.start === start) : undefined;
  return outage === undefined
    ? null
    : `${base}/services/${encodeURIComponent(slug)}/outages/${encodeURIComponent(outage.check)}/${outage.start}`;
}

/** The time of day; with its date where that is another. */
function printed(at: Instant, day: Interval, { timeZone, language }: ConsoleContext): string {
  return formatInstant(at, at >= day.start && at <= day.end ? "clock" : "moment", timeZone, language);
}

function shapesIn(day: Interval, spans: readonly ({ kind: string } & Interval)[]): LaneShape[] {
  return spans
    .filter(({ start, end }) => start < day.end && end > day.start && start < end)
    .map(({ kind, start, end }) => {
      const [from, to] = [Math.max(start, day.start), Math.min(end, day.end)];
      // A second is still seen.
      const wide = Math.max(1.5, ((to - from) / (day.end - day.start)) * width);
      return { kind, x: placeOf(from, day), width: wide.toFixed(2) };
    });
}

function placeOf(at: Instant, day: Interval): string {
  return (((at - day.start) / (day.end - day.start)) * width).toFixed(2);
}
