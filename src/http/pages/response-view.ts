/**
 * Response times of a service as charts draw them and as tables tell them: all places from which it is asked together, and each beside the
 * others. From buckets to words. Time of which there is no bucket is a gap in the chart, not a shorter day.
 */
import type { ResponseTime } from "../../domain/status/status-board.ts";
import { formatResponseTime } from "../format.ts";
import { type Markup, type PageContext, shortTimeMarkup, timeMarkup } from "./markup.ts";
import { spanMs, stepSeconds } from "./response-times.ts";

export interface ResponseView {
  /** JSON for response-chart.js; empty when there is nothing to draw. */
  chart: string;
  rows: { period: Markup; p50: string; p95: string; p99: string; samples: number; failures: number }[];
  /** What is typical of each place; null where there is but one. */
  places: PlacesView | null;
}

export interface PlacesView {
  chart: string;
  titles: string[];
  rows: { period: Markup; typical: string[] }[];
}

const tableStepMs = 3 * 3_600_000;

/** @param times those of each place beside those of all together */
export function responseView(times: readonly ResponseTime[], context: PageContext): ResponseView {
  const together = times.filter(({ place }) => place === undefined);
  if (!together.some(({ p50Ms }) => p50Ms !== null)) {
    return { chart: "", rows: [], places: null };
  }
  const { say } = context.language;
  return {
    chart: chartOf(context.now, [
      { name: say("service.typical"), times: together, read: ({ p50Ms }) => p50Ms },
      { name: say("service.slow"), times: together, read: ({ p95Ms }) => p95Ms },
      { name: say("service.slowest"), times: together, read: ({ p99Ms }) => p99Ms },
    ]),
    rows: stretchesOf(together).map((stretch) => ({
      period: periodOf(stretch, context),
      p50: most(stretch, ({ p50Ms }) => p50Ms, context),
      p95: most(stretch, ({ p95Ms }) => p95Ms, context),
      p99: most(stretch, ({ p99Ms }) => p99Ms, context),
      samples: stretch.reduce((sum, { count }) => sum + count, 0),
      failures: stretch.reduce((sum, { failures }) => sum + failures, 0),
    })),
    places: placesView(times, together, context),
  };
}

function placesView(
  times: readonly ResponseTime[],
  together: readonly ResponseTime[],
  context: PageContext,
): PlacesView | null {
  const titles = [...new Set(times.flatMap(({ place }) => place ?? []))].sort();
  if (titles.length < 2) {
    return null;
  }
  const of = (title: string, among: readonly ResponseTime[]) => among.filter(({ place }) => place === title);
  return {
    chart: chartOf(
      context.now,
      titles.map((name) => ({ name, times: of(name, times), read: ({ p50Ms }) => p50Ms })),
    ),
    titles,
    rows: stretchesOf(together).map((stretch) => {
      const [from, to] = [stretch[0]!.start, stretch.at(-1)!.start];
      const within = times.filter(({ start }) => start >= from && start <= to);
      return {
        period: periodOf(stretch, context),
        typical: titles.map((title) => most(of(title, within), ({ p50Ms }) => p50Ms, context)),
      };
    }),
  };
}

interface Line {
  name: string;
  times: readonly ResponseTime[];
  read(time: ResponseTime): number | null;
}

/** One value a step of the last day and line; null where nothing answered, or nothing was asked. */
function chartOf(now: number, lines: readonly Line[]): string {
  const stepMs = stepSeconds * 1_000;
  const last = Math.floor(now / stepMs);
  const start = Array.from({ length: spanMs / stepMs }, (_, i) => (last - spanMs / stepMs + 1 + i) * stepMs);
  return JSON.stringify({
    start,
    lines: lines.map(({ name, times, read }) => {
      const known = new Map(times.map((time) => [time.start, read(time)]));
      return { name, values: start.map((at) => known.get(at) ?? null) };
    }),
  });
}

/** Stretches of three hours, newest first. */
function stretchesOf(times: readonly ResponseTime[]): ResponseTime[][] {
  const stretches = new Map<number, ResponseTime[]>();
  for (const time of times) {
    const stretch = Math.floor(time.start / tableStepMs);
    stretches.set(stretch, [...(stretches.get(stretch) ?? []), time]);
  }
  return [...stretches.values()].reverse();
}

function periodOf(stretch: readonly ResponseTime[], context: PageContext): Markup {
  const last = stretch.at(-1)!;
  const from = shortTimeMarkup(stretch[0]!.start, context).html;
  return { html: `${from} – ${timeMarkup(last.start + last.seconds * 1_000, "time", context).html}` };
}

/** The largest within, because percentiles cannot be averaged. */
function most(times: readonly ResponseTime[], read: Line["read"], { language }: PageContext): string {
  const known = times.map(read).filter((value) => value !== null);
  return known.length === 0 ? "–" : formatResponseTime(Math.max(...known), language);
}
